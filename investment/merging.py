"""Two entries that are one park, two organisations that are one: what becomes of their projects and investors."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.core.merging import How, Reference, register

from .models import Project

SIGNED = _("What was signed stays as it was signed.")

register(
    "parks.Park",
    Reference(
        "investment.ProjectParty",
        "park",
        How.REFUSE,
        _("Parts in joint projects"),
        when=Q(until_at__isnull=True) & ~Q(project__state__in=Project.ENDED_STATES),
        why=_("Signed versions name this park. Merge the other entry into it, or end its projects first."),
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
