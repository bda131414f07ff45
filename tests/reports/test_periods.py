"""Months, quarters, years and days of Beijing."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone, translation

from alliance.reports import periods

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda value=None, zone=None: TODAY if value is None else value.date())


@pytest.mark.parametrize(
    ("code", "starts", "ends", "before", "year_before"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026-09", "2025-10"),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12", "2025-01"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01", "2023-02"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "2026-Q2", "2025-Q3"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4", "2025-Q1"),
        ("2025", date(2025, 1, 1), date(2025, 12, 31), "2024", "2024"),
        ("2026-10-15", date(2026, 10, 15), date(2026, 10, 15), "2026-09", "2025-10-15"),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29), "2024-01", "2023-02-28"),
    ],
)
def test_a_period_and_those_it_is_compared_with(code, starts, ends, before, year_before):
    period = periods.read(code)

    assert (period.code, period.starts, period.ends) == (code, starts, ends)
    assert (period.before().code, period.year_before().code) == (before, year_before)


@pytest.mark.parametrize(
    "code", ["2026-13", "2026-00", "2026-Q5", "2026-02-30", "2027", "2026-12", "1999", "x", "２０２６"]
)
def test_what_is_no_period_or_has_not_begun_is_refused(code):
    assert periods.read(code) is None


@pytest.mark.parametrize("code", ["", "2026-11-22"])
def test_today_is_now(code):
    assert periods.read(code) == periods.now()


@pytest.mark.parametrize("code", ["", "2026-11", "2026-Q4", "2026"])
def test_what_is_not_over_is_counted_as_it_stands(code):
    assert periods.read(code).at is None


def test_the_end_of_a_day_is_its_last_moment_in_beijing():
    moment = periods.read("2026-10-31").at

    assert timezone.localtime(moment) == datetime(2026, 10, 31, 23, 59, 59, 999999, tzinfo=moment.tzinfo)
    assert moment.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("code", "first", "length"),
    [("2026-10", "2025-10", 13), ("2026-Q3", "2024-Q3", 9), ("2025", "2020", 6), ("", "2025-11", 13)],
)
def test_a_line_ends_with_its_period(code, first, length):
    period = periods.read(code)
    line = period.line()

    assert (line[0].code, line[-1], len(line)) == (first, period, length)
    assert all(one.ends < following.ends for one, following in pairwise(line))


def test_the_picker_offers_the_running_period_first():
    offered = periods.choices()

    assert [group[0].code for group in offered.values()] == ["2026-11", "2026-Q4", "2026"]


@pytest.mark.parametrize(
    ("code", "label"),
    [("", "Now"), ("2026-10", "October 2026"), ("2026-Q3", "2026, quarter 3"), ("2025", "Year 2025")],
)
def test_labels_are_words(code, label):
    with translation.override("en"):
        assert periods.read(code).label == label
