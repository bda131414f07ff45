"""Where investors and interests stand in the menus."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation
from alliance.notifications import desk

from . import policies
from . import policies_investors as allowed


def _invests(request: HttpRequest) -> bool:
    return policies.invests_any(request.user)


def _may_begin(request: HttpRequest) -> bool:
    return policies.invests_any(request.user) or allowed.is_new_here(request.user)


def _promotes(request: HttpRequest) -> bool:
    return policies.promotes_any(request.user)


def _oversees(request: HttpRequest) -> bool:
    return policies.oversees(request.user)


navigation.register(
    navigation.Entry("desk", _("Our investor page"), "investment:investor_home", order=51, who=_may_begin),
    navigation.Entry("desk", _("Our interests"), "investment:interests", order=52, who=_invests),
    navigation.Entry("desk", _("Projects you follow"), "investment:followed_projects", order=55, who=_invests),
    navigation.Entry("desk", _("Interest in our projects"), "investment:inbox", order=53, who=_promotes),
    navigation.Entry("office", _("Registered investors"), "investment:office_investors", order=27, who=_oversees),
    navigation.Entry("office", _("Interests of investors"), "investment:office_interests", order=28, who=_oversees),
)
desk.register_next_step(
    desk.NextStep(
        "investment:office_investors",
        33,
        _oversees,
        _("Registered investors"),
        _("Who waits to be verified, and whose verification ends soon."),
    )
)
desk.register_next_step(
    desk.NextStep(
        "investment:office_interests",
        34,
        _oversees,
        _("Interests of investors"),
        _("Which investors wait for an answer beyond the clock."),
    )
)
