"""Working days of the Chinese calendar, 2026 as published, and later years as far as the law fixes them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.calendar import add_working_days, is_working_day, working_days_between, working_days_left

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # an ordinary Friday
        (date(2026, 11, 21), False),  # an ordinary Saturday
        (date(2026, 1, 4), True),  # Sunday, makes up for 2 January
        (date(2026, 2, 14), True),  # Saturday before the Spring Festival
        (date(2026, 2, 17), False),  # the first day of the Year of the Horse, a Tuesday
        (date(2026, 2, 23), False),  # the last day of the Spring Festival, a Monday
        (date(2026, 2, 28), True),  # Saturday after it
        (date(2026, 5, 9), True),  # Saturday after Labour Day
        (date(2026, 9, 20), True),  # Sunday before the National Day
        (date(2026, 10, 10), True),  # Saturday after it
        (date(2099, 6, 3), True),  # a Wednesday of a year not yet published
        (date(2099, 6, 6), False),  # a Saturday of such a year
        (date(2098, 10, 1), False),  # the National Day is fixed by law
    ],
)
def test_is_working_day(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(2026, 11, 20), 1, at(2026, 11, 23, 18)),
        (at(2026, 11, 20), 5, at(2026, 11, 27, 18)),
        (at(2026, 2, 13), 1, at(2026, 2, 14, 18)),
        (at(2026, 2, 14), 1, at(2026, 2, 24, 18)),
        (at(2026, 2, 14), 5, at(2026, 2, 28, 18)),
        (at(2026, 9, 30), 3, at(2026, 10, 10, 18)),
        (at(2026, 11, 20), 0, at(2026, 11, 20, 18)),
        # Late at night in London it is already the next day in China.
        (datetime(2026, 11, 19, 20, 0, tzinfo=ZoneInfo("UTC")), 1, at(2026, 11, 23, 18)),
    ],
)
def test_add_working_days(start, days, due):
    assert add_working_days(start, days) == due


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 22), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 1),
        (date(2026, 2, 13), date(2026, 2, 28), 6),
        (date(2026, 11, 23), date(2026, 11, 20), -1),
    ],
)
def test_working_days_between(start, end, days):
    assert working_days_between(start, end) == days


@pytest.mark.parametrize(
    ("due", "now", "left"),
    [
        (at(2026, 11, 23, 18), at(2026, 11, 20, 17), 1),
        (at(2026, 11, 23, 18), at(2026, 11, 23, 9), 0),
        (at(2026, 11, 20, 18), at(2026, 11, 23, 9), -1),
        (at(2026, 2, 24, 18), at(2026, 2, 14, 9), 1),
    ],
)
def test_working_days_left(due, now, left):
    assert working_days_left(due, now) == left


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 10, 31)), st.integers(0, 40))
def test_what_was_added_is_what_is_left(moment, days):
    start = moment.replace(tzinfo=SHANGHAI)

    due = add_working_days(start, days)

    assert working_days_left(due, start) == days
    assert days == 0 or is_working_day(due.date())
