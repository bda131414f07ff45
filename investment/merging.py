"""Two entries that are one park, two organisations that are one: what becomes of their projects and investors."""

from django.utils.translation import gettext_lazy as _

from alliance.core.merging import How, Reference, register

TWICE = _("The surviving one is there already.")
SIGNED = _("What was signed stays as it was signed.")

register(
    "parks.Park",
    Reference(
        "investment.ProjectParty",
        "park",
        How.MOVE,
        _("Parts in joint projects"),
        same=("project",),
        why=TWICE,
    ),
    Reference("investment.ProjectSignature", "park", How.STAY, _("Signatures on joint projects"), why=SIGNED),
)
register(
    "accounts.Organisation",
    Reference(
        "investment.Investor",
        "organisation",
        How.STAY,
        _("Its entry as an investor"),
        why=_("One entry names one organisation; put it right by hand."),
    ),
)
