"""From requests to the rows of a timetable; called within the step that plans an event."""

from collections import defaultdict

from .. import timetable
from ..models import EventMeeting, EventWish, MeetingSeat, PromotionEvent
from .seats import nobody_twice


def absences(event: PromotionEvent) -> dict[int, set[int]]:
    """By person: the times somebody said, and those in which another meeting keeps them."""
    away: dict[int, set[int]] = defaultdict(set)
    for parts in (event.projects, event.investors):
        for person, times in parts.values_list("person", "away"):
            away[person] |= set(times)
    booked = MeetingSeat.objects.filter(
        person__in=list(away), is_booked=True, starts_at__lt=event.ends_at, ends_at__gt=event.starts_at
    )
    for seat in booked:
        away[seat.person_id] |= {
            time
            for time in range(event.times)
            if seat.starts_at < event.starts_of(time + 1) and seat.ends_at > event.starts_of(time)
        }
    return away


def write(event: PromotionEvent) -> list[EventMeeting]:
    """Each request at most once; who receives or comes for two is not at two tables at once."""
    found = EventWish.objects.filter(project__event=event).select_related("project", "investor")
    wishes = {wish.pk: wish for wish in found}
    asked = [
        timetable.Wish(wish.by_project and wish.by_investor, wish.pk, wish.project.person_id, wish.investor.person_id)
        for wish in wishes.values()
    ]
    places = timetable.make(asked, times=event.times, tables=event.tables, away=absences(event))
    made = EventMeeting.objects.bulk_create(
        EventMeeting(
            event=event,
            project=wishes[place.wish.asked].project,
            investor=wishes[place.wish.asked].investor,
            host_id=place.wish.host,
            guest_id=place.wish.guest,
            time=place.time,
            table=place.table,
        )
        for place in places
    )
    _keep_times(made)
    return made


def _keep_times(meetings: list[EventMeeting]) -> None:
    """In the order of people, as other meetings do; refused where somebody was booked elsewhere in the meantime."""
    seats = [
        MeetingSeat(event_meeting=one, person_id=person, side=side, starts_at=one.starts_at, ends_at=one.ends_at)
        for one in meetings
        for person, side in ((one.host_id, MeetingSeat.Side.HOST), (one.guest_id, MeetingSeat.Side.GUEST))
    ]
    seats.sort(key=lambda seat: (seat.person_id, seat.starts_at))
    with nobody_twice():
        MeetingSeat.objects.bulk_create(seats)


def give_back(event: PromotionEvent) -> None:
    """A cancelled event keeps nobody's time."""
    MeetingSeat.objects.filter(event_meeting__event=event).update(is_booked=False)
