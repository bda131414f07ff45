"""What was true of an entry on a past day stays true of that day, also when the entry is merged later."""

from django.utils.translation import gettext_lazy as _

from alliance.core.merging import How, Reference, register

PAST = _("Past counts are kept as they were.")

register(
    "accounts.Organisation",
    Reference("reports.ParkFact", "organisation", How.STAY, _("Facts of past days"), why=PAST),
)
register("parks.Park", Reference("reports.ParkFact", "park", How.STAY, _("Facts of past days"), why=PAST))
