"""Two entries that are one park or organisation: what becomes of placements and of questions about marks."""

from django.utils.translation import gettext_lazy as _

from alliance.core.merging import How, Reference, register

register(
    "accounts.Organisation",
    Reference("training.HostPlace", "organisation", How.MOVE, _("Host places")),
    # The school stands in what was signed.
    Reference("training.Placement", "school", How.STAY, _("Placements"), why=_("It stands in signed agreements.")),
    Reference(
        "training.DriftRequest",
        "organisation",
        How.STAY,
        _("Questions about marks"),
        why=_("History stays where it happened."),
    ),
)
register("parks.Park", Reference("training.HostPlace", "park", How.MOVE, _("Host places")))
