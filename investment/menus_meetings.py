"""Where questions and meetings stand in the menus."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation
from alliance.notifications import desk

from . import policies, policies_events
from . import policies_dialogue as allowed


def _talks(request: HttpRequest) -> bool:
    return allowed.talks(request.user)


def _oversees(request: HttpRequest) -> bool:
    return policies.oversees(request.user)


def _sees_events(request: HttpRequest) -> bool:
    return policies_events.may_see_any(request.user)


navigation.register(
    navigation.Entry("desk", _("Questions and answers"), "investment:questions", order=54, who=_talks),
    navigation.Entry("desk", _("Meetings"), "investment:meetings", order=55, who=_talks),
    navigation.Entry("desk", _("Promotion events"), "investment:promotion_events", order=56, who=_sees_events),
    navigation.Entry("office", _("Questions of investors"), "investment:office_questions", order=29, who=_oversees),
    navigation.Entry("office", _("Meetings with investors"), "investment:office_meetings", order=30, who=_oversees),
)
desk.register_next_step(
    desk.NextStep(
        "investment:office_questions",
        35,
        _oversees,
        _("Questions of investors"),
        _("Which answers wait to be published to all, and which questions are overdue."),
    )
)
desk.register_next_step(
    desk.NextStep(
        "investment:office_meetings",
        36,
        _oversees,
        _("Meetings with investors"),
        _("What came of meetings, and where that is not recorded in time."),
    )
)
