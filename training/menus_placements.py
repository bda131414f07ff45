"""Where placements and their rules stand in the menus."""

from django.utils.translation import gettext_lazy as _

from alliance.core import navigation

from . import policies
from . import policies_placement as allowed

navigation.register(
    navigation.Entry(
        "desk",
        _("Placements"),
        "training:placements",
        order=55,
        who=lambda request: allowed.places_any(request.user),
        also=("desk/training/places/", "desk/training/incidents/"),
    ),
    navigation.Entry(
        "office",
        _("Rules for placements"),
        "training:placement_rules",
        order=60,
        who=lambda request: policies.oversees(request.user),
    ),
)
