"""A month, a week or a list of sessions, laid out on the days of China."""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Session

MONTH, WEEK, AGENDA = "month", "week", "agenda"
VIEWS = {MONTH: _("Month"), WEEK: _("Week"), AGENDA: _("Agenda")}
AGENDA_DAYS = 92
# Years that calendars of the portal go to.
FIRST, LAST = date(2000, 1, 3), date(2099, 12, 27)


@dataclass(frozen=True)
class Day:
    date: date
    sessions: list[Session]
    is_today: bool = False
    # Of the month that is shown; else the end of the one before or the beginning of the next.
    is_inside: bool = True


@dataclass(frozen=True)
class Sheet:
    """What one page of a calendar shows."""

    view: str
    on: date
    first: date
    last: date
    weeks: list[list[Day]]
    previous: date
    next: date

    @property
    def days(self) -> list[Day]:
        return [day for week in self.weeks for day in week]

    @property
    def filled(self) -> list[Day]:
        """Days on which something is, for lists."""
        return [day for day in self.days if day.sessions and day.is_inside]

    @property
    def is_empty(self) -> bool:
        return not any(day.sessions for day in self.days)


def asked(query: QueryDict, *, default: date | None = None) -> tuple[str, date]:
    """The view and day that an address names; nonsense is the month of today."""
    view = query.get("view", "")
    try:
        on = date.fromisoformat(query.get("on", ""))
    except ValueError:
        on = default or timezone.localdate()
    return (view if view in VIEWS else MONTH), max(FIRST, min(LAST, on))


def span(view: str, on: date) -> tuple[date, date]:
    """First and last day shown. Weeks begin on Monday."""
    if view == WEEK:
        first = on - timedelta(days=on.weekday())
        return first, first + timedelta(days=6)
    if view == AGENDA:
        return on, on + timedelta(days=AGENDA_DAYS - 1)
    first, last = month_of(on)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def month_of(on: date) -> tuple[date, date]:
    return on.replace(day=1), on.replace(day=calendar.monthrange(on.year, on.month)[1])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def within(sessions: QuerySet[Session], first: date, last: date) -> QuerySet[Session]:
    """Those that touch these days, with what a calendar shows of them: one query."""
    return (
        sessions.filter(starts_at__lt=_midnight(last + timedelta(days=1)), ends_at__gt=_midnight(first))
        .select_related("cohort", "unit", "room", "trainer")
        .order_by("starts_at", "pk")
    )


def lay_out(sessions: Iterable[Session], view: str, on: date, *, today: date | None = None) -> Sheet:
    """A session stands on the day on which it begins, as people speak of it."""
    today = today or timezone.localdate()
    first, last = span(view, on)
    by_day: dict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        by_day[max(first, timezone.localdate(session.starts_at))].append(session)
    inside = month_of(on) if view == MONTH else (first, last)
    days = [
        Day(day, by_day.get(day, []), day == today, inside[0] <= day <= inside[1])
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]
    weeks = [days[start : start + 7] for start in range(0, len(days), 7)]
    previous, following = _beside(view, on, first, last)
    return Sheet(view, on, first, last, weeks, max(FIRST, previous), min(LAST, following))


def _beside(view: str, on: date, first: date, last: date) -> tuple[date, date]:
    if view == MONTH:
        begin, end = month_of(on)
        return (begin - timedelta(days=1)).replace(day=1), end + timedelta(days=1)
    return first - (last - first + timedelta(days=1)), last + timedelta(days=1)
