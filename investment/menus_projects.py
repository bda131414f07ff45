"""Where the pages of projects stand in the menus."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation
from alliance.notifications import desk

from . import policies


def _promotes(request: HttpRequest) -> bool:
    return policies.promotes_any(request.user)


def _oversees(request: HttpRequest) -> bool:
    return policies.oversees(request.user)


navigation.register(
    navigation.Entry("desk", _("Joint projects"), "investment:desk_projects", order=50, who=_promotes),
    navigation.Entry("office", _("Joint projects"), "investment:office_projects", order=26, who=_oversees),
)
desk.register_next_step(
    desk.NextStep(
        "investment:office_projects",
        32,
        _oversees,
        _("Joint projects"),
        _("Every project with its parks, and what waits for a decision."),
    )
)
