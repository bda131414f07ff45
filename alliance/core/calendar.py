"""Clocks count working days of the Chinese calendar, make-up working weekends included (DESIGN.md, 3.12)."""

from datetime import date, datetime, time, timedelta

from chinese_calendar import is_workday
from django.utils import timezone

CLOSING = time(18, 0)
# Statutory holidays that fall on the same dates every year, as (month, day).
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def is_working_day(day: date) -> bool:
    """Whether people work on this day.

    The State Council publishes each year's holidays late in the year before; until then Monday to Friday, less fixed
    dates.
    """
    try:
        return is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS


def add_working_days(start: datetime, days: int) -> datetime:
    """The close of business `days` working days after `start` (which does not count itself)."""
    day = timezone.localtime(start).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return timezone.make_aware(datetime.combine(day, CLOSING))


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is before `start`."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def working_days_left(due: datetime, now: datetime | None = None) -> int:
    """Working days until a clock runs out, as both sides see it; negative when it has."""
    today = timezone.localtime(now or timezone.now()).date()
    return working_days_between(today, timezone.localtime(due).date())
