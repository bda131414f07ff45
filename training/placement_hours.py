"""Which minutes of a placement count (W-4): confirmed ones, at most eight hours a day and forty a week, and none in
which the cohort had a required session. No database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAY_MOST = 8 * 60
WEEK_MOST = 40 * 60

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Work:
    """A day as it stands in the log; an end before the beginning is on the next day. Times are local, without zone."""

    number: int
    on: date
    begins: time
    ends: time
    pause: int
    is_confirmed: bool

    @property
    def span(self) -> Span:
        begin = datetime.combine(self.on, self.begins)
        end = datetime.combine(self.on, self.ends)
        return begin, end if end > begin else end + timedelta(days=1)

    @property
    def minutes(self) -> int:
        begin, end = self.span
        return max(int((end - begin).total_seconds()) // 60 - self.pause, 0)


@dataclass(frozen=True)
class Counted:
    """One day with every step from what was worked to what counts."""

    work: Work
    minutes: int
    in_session: int
    over_day: int
    over_week: int
    counted: int


def minutes_between(begins: time, ends: time, pause: int) -> int:
    return Work(0, date(2000, 1, 3), begins, ends, pause, False).minutes


def overlap(span: Span, sessions: Iterable[Span]) -> int:
    """Minutes of the span in which at least one session was; two at once are not counted twice."""
    begin, end = span
    inside = sorted((max(begin, since), min(end, until)) for since, until in sessions if since < end and until > begin)
    seconds, reached = 0.0, begin
    for since, until in inside:
        since = max(since, reached)
        if until > since:
            seconds += (until - since).total_seconds()
            reached = until
    return int(-(-seconds // 60))


def count(days: Iterable[Work], sessions: Sequence[Span]) -> list[Counted]:
    """Each day in its order, with what counts of it. What is not confirmed counts nothing and takes no room."""
    by_day: dict[date, int] = defaultdict(int)
    by_week: dict[tuple[int, int], int] = defaultdict(int)
    found = []
    for work in sorted(days, key=lambda work: (work.on, work.begins, work.number)):
        if not work.is_confirmed:
            found.append(Counted(work, work.minutes, 0, 0, 0, 0))
            continue
        week = work.on.isocalendar()[:2]
        in_session = min(overlap(work.span, sessions), work.minutes)
        outside = work.minutes - in_session
        within_day = min(outside, DAY_MOST - by_day[work.on])
        counted = min(within_day, WEEK_MOST - by_week[week])
        by_day[work.on] += counted
        by_week[week] += counted
        found.append(Counted(work, work.minutes, in_session, outside - within_day, within_day - counted, counted))
    return found


def total(days: Iterable[Work], sessions: Sequence[Span]) -> int:
    return sum(day.counted for day in count(days, sessions))
