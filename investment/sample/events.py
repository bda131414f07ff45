"""Sample promotion events: one in each state, with requests, timetables and results."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from ..models import EventInvestor, EventMeeting, EventProject, Interest, Investor, Meeting, MeetingSeat
from ..models import PromotionEvent as Event
from ..policies_dialogue import in_dialogue
from ..services import events
from . import person
from .investors import LEAD

PLACE = "样例展厅 Sample hall"
REASON = "样例理由：场地另有安排。 Sample reason: the hall is needed otherwise."
OUTCOME = "样例结果：双方约定实地考察。 Sample outcome: both agreed on a visit."
MISSED = "样例说明：投资人代表未到场。 Sample: nobody came for the investor."


def make(fund: Investor, abroad: Investor) -> None:
    """Both verified investors come; the fund asks to meet the projects it talks with, these ask for the other one."""
    found = Interest.objects.filter(investor=fund).select_related("project", "investor__organisation").order_by("pk")
    projects = [interest.project for interest in found if in_dialogue(interest)]

    def joined(event: Event) -> Event:
        ours = events.join_investor(event, fund, away=[0], by=person("investor"))
        other = events.join_investor(event, abroad, by=person("investor-abroad"))
        for project in projects:
            _ask(events.join_project(event, project, by=person(LEAD)), ours, other)
        return event

    desk = person("investment")
    _event("样例投资对接会（春季）", "Sample promotion event in spring", days=90)
    joined(_opened("样例投资对接会", "Sample promotion event", days=30))
    events.move_event(
        joined(_opened("样例文化科技专场", "Sample day of culture and technology", days=12)), "plan", by=desk
    )
    _closed(joined)
    cancelled = _opened("样例跨省专场", "Sample day across provinces", days=45)
    events.move_event(cancelled, "cancel", reason=REASON, by=desk)


def _ask(part: EventProject, ours: EventInvestor, other: EventInvestor) -> None:
    events.ask(part, ours, by=person("investor"))
    events.ask(part, other, by=person(LEAD))


def _event(title_zh: str, title_en: str, *, days: int) -> Event:
    day = timezone.localdate() + timedelta(days=days)
    values: dict[str, Any] = {
        "title_zh": title_zh,
        "title_en": title_en,
        "place": PLACE,
        "minutes": 20,
        "times": 9,
        "tables": 8,
        "starts_at": timezone.make_aware(datetime.combine(day, time(14, 30))),
    }
    return events.create_event(values, by=person("investment"))


def _opened(title_zh: str, title_en: str, *, days: int) -> Event:
    return events.move_event(_event(title_zh, title_en, days=days), "open", by=person("investment"))


def _closed(joined: Callable[[Event], Event]) -> None:
    """It was three weeks ago; what came of each meeting is recorded."""
    desk, back = person("investment"), timedelta(days=81)
    event = joined(_opened("样例秋季对接会", "Sample promotion event in autumn", days=60))
    events.move_event(event, "plan", by=desk)
    Event.objects.filter(pk=event.pk).update(starts_at=F("starts_at") - back)
    MeetingSeat.objects.filter(event_meeting__event=event).update(
        starts_at=F("starts_at") - back, ends_at=F("ends_at") - back
    )
    for number, meeting in enumerate(EventMeeting.objects.filter(event=event).select_related("event")):
        if number == 1:
            events.record_result(meeting, is_held=False, outcome=MISSED, by=person(LEAD))
        else:
            events.record_result(
                meeting, is_held=True, outcome=OUTCOME, outcome_code=Meeting.Outcome.GOES_ON, by=person(LEAD)
            )
    events.move_event(event, "close", by=desk)
