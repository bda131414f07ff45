"""What everybody who takes part hears of a promotion event, and what is asked of the parks afterwards."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.core.calendar import add_working_days
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message

from .. import policies_events as allowed
from ..decided import OUTCOME_DAYS
from ..models import EventMeeting, EventProject, PromotionEvent
from .kinds import notice, task
from .people import lead_of, once

_EVENT = {"about": ("investment.PromotionEvent",)}
_PART = {"about": ("investment.EventProject", "event", "project")}


def event_url(event: PromotionEvent) -> str:
    return reverse("investment:promotion_event", args=[event.token])


def _moved(facts: Facts, language: str, recipient: User | None) -> Message:
    event: PromotionEvent = facts.about
    names = {
        "event": event.title,
        "state": event.get_state_display(),
        "when": date_format(timezone.localtime(event.starts_at), "DATETIME_FORMAT"),
        "place": event.place,
    }
    lines = [_("%(when)s (Beijing time), %(place)s.") % names]
    if event.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": event.state_reason})
    return Message(
        subject=_("%(state)s: %(event)s") % names,
        lines=tuple(lines),
        url=event_url(event),
        action=_("Open the event"),
    )


EVENT_MOVED = notice(
    "event_moved",
    gettext_lazy("A promotion event has its timetable, or is cancelled"),
    gettext_lazy("You take part in it for a project or for an investor."),
    _moved,
    refs=_EVENT,
    may_see=lambda person, facts: allowed.can_see_event(person, facts.about),
    concerns=allowed.may_see_any,
    must=True,
)
RECORD_RESULTS = task(
    "record_event_results",
    gettext_lazy("Record what came of the meetings at an event"),
    gettext_lazy("For each meeting of the timetable: what came of it, or who did not come."),
    Permission.PROMOTE,
    lambda part: event_url(part.event),
    refs=_PART,
    describe=lambda facts: f"{facts.about.event.title} · {facts.about.project.title}",
)


def moved(event: PromotionEvent, verb: str, *, by: User) -> None:
    if verb not in ("plan", "cancel"):
        return
    parts: list[Any] = [*event.projects.select_related("person"), *event.investors.select_related("person")]
    told = once((part.person for part in parts), but=by)
    services.notify(EVENT_MOVED, to=told, about=event, actor=by, key=f"{event.pk}:{verb}")
    if verb == "cancel":
        for part in event.projects.all():
            services.close_tasks(part, kind=RECORD_RESULTS, by=by, outcome=verb)


def _missing(part: EventProject) -> bool:
    return part.meetings.filter(state=EventMeeting.State.PLANNED).exists()


def ask_results(event: PromotionEvent) -> int:
    asked = 0
    for part in event.projects.select_related("project", "event"):
        if _missing(part):
            due_at = add_working_days(event.ends_at, OUTCOME_DAYS.value())
            services.open_task(RECORD_RESULTS, about=part, organisation=lead_of(part.project), due_at=due_at)
            asked += 1
    return asked


def recorded(event: PromotionEvent, meeting: EventMeeting, *, by: User) -> None:
    if not _missing(meeting.project):
        services.close_tasks(meeting.project, kind=RECORD_RESULTS, by=by, outcome="recorded")
