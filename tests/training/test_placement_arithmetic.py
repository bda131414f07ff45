"""Which minutes count (W-4) and what the rule pack says (W-6), without a database."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.placement_hours import DAY_MOST, WEEK_MOST, Work, count, overlap, total
from training.placement_rules import Facts, at_night, check

MONDAY = date(2026, 3, 2)
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


def work(number=1, on=MONDAY, begins=time(9), ends=time(18), pause=60, confirmed=True) -> Work:
    return Work(number, on, begins, ends, pause, confirmed)


def span(day: date, begins: int, ends: int):
    start = datetime.combine(day, time())
    return start + timedelta(hours=begins), start + timedelta(hours=ends)


days = st.lists(
    st.builds(
        Work,
        number=st.integers(1, 99),
        on=st.integers(0, 27).map(lambda n: MONDAY + timedelta(days=n)),
        begins=times,
        ends=times,
        pause=st.integers(0, 600),
        is_confirmed=st.booleans(),
    ),
    max_size=25,
)
sessions = st.lists(
    st.tuples(st.integers(0, 27 * 24 * 60), st.integers(1, 600)).map(
        lambda pair: (
            datetime.combine(MONDAY, time()) + timedelta(minutes=pair[0]),
            datetime.combine(MONDAY, time()) + timedelta(minutes=sum(pair)),
        )
    ),
    max_size=8,
)


class TestHours:
    def test_w4_only_confirmed_minutes_count(self):
        assert total([work(), work(2, MONDAY + timedelta(days=1), confirmed=False)], []) == 480

    def test_w4_eight_hours_a_day_and_forty_a_week(self):
        long = [work(number, MONDAY + timedelta(days=number), ends=time(20)) for number in range(6)]

        counted = count(long, [])

        assert [day.counted for day in counted] == [480] * 5 + [0]
        assert [day.over_day for day in counted] == [120] * 6
        assert counted[-1].over_week == 480

    def test_w4_a_required_session_takes_its_minutes_away(self):
        (day,) = count([work()], [span(MONDAY, 8, 11), span(MONDAY, 10, 12), span(MONDAY, 20, 22)])

        assert (day.in_session, day.counted) == (180, 300)

    def test_w4_a_night_shift_goes_on_into_the_next_day(self):
        night = work(begins=time(22), ends=time(2), pause=0)

        assert night.minutes == 240
        assert count([night], [span(MONDAY + timedelta(days=1), 0, 1)])[0].in_session == 60

    @given(days, sessions)
    def test_w4_no_day_and_no_week_is_over_its_most(self, log, met):
        by_day, by_week = {}, {}
        for day in count(log, met):
            assert 0 <= day.counted <= day.minutes
            if day.work.is_confirmed:
                assert day.minutes == day.in_session + day.over_day + day.over_week + day.counted
            else:
                assert day.counted == 0
            by_day[day.work.on] = by_day.get(day.work.on, 0) + day.counted
            week = day.work.on.isocalendar()[:2]
            by_week[week] = by_week.get(week, 0) + day.counted
        assert all(minutes <= DAY_MOST for minutes in by_day.values())
        assert all(minutes <= WEEK_MOST for minutes in by_week.values())

    @given(days, sessions)
    def test_w4_a_confirmation_never_lowers_and_a_session_never_raises_the_sum(self, log, met):
        confirmed = [Work(d.number, d.on, d.begins, d.ends, d.pause, True) for d in log]

        assert total(log, met) <= total(confirmed, met) <= total(confirmed, [])

    @given(times, times, sessions)
    def test_overlap_counts_no_minute_twice(self, begins, ends, met):
        day = work(begins=begins, ends=ends, pause=0)
        since, until = day.span
        minutes = {
            int((moment - since).total_seconds()) // 60
            for begin, end in met
            for moment in (begin + timedelta(minutes=n) for n in range(int((end - begin).total_seconds()) // 60))
            if since <= moment < until
        }

        assert overlap(day.span, met) == len(minutes)


FACTS = Facts(
    age=19,
    study_year=2,
    minutes_a_day=480,
    day_from=time(9),
    day_until=time(18),
    works_on_holidays=False,
    pay=240_000,
    probation_pay=300_000,
    interns=2,
    staff=20,
    post_interns=1,
    post_staff=5,
    venue="studio",
)


def rule(kind, number=None, level="block", venues=()):
    return SimpleNamespace(kind=kind, number=number, level=level, venues=list(venues))


class TestRules:
    @pytest.mark.parametrize(
        ("given_rule", "change"),
        [
            (rule("min_age", 16), {"age": 15}),
            (rule("min_study_year", 2), {"study_year": 1}),
            (rule("max_day", 480), {"minutes_a_day": 481}),
            (rule("night"), {"day_until": time(22, 1)}),
            (rule("night"), {"day_from": time(5, 59)}),
            (rule("holidays"), {"works_on_holidays": True}),
            (rule("pay_floor", 80), {"pay": 239_999}),
            (rule("intern_share", 10), {"interns": 3}),
            (rule("post_share", 20), {"post_interns": 2}),
            (rule("venues", venues=["karaoke"]), {"venue": "karaoke"}),
        ],
        ids=lambda value: value.kind if hasattr(value, "kind") else "",
    )
    def test_w6_each_rule_holds_at_its_edge_and_breaks_beyond(self, given_rule, change):
        assert check([given_rule], FACTS) == []
        assert [found.rule for found in check([given_rule], Facts(**(vars(FACTS) | change)))] == [given_rule]

    @pytest.mark.parametrize(
        ("kind", "missing"),
        [
            ("min_age", "age"),
            ("min_study_year", "study_year"),
            ("pay_floor", "pay"),
            ("pay_floor", "probation_pay"),
            ("intern_share", "staff"),
            ("post_share", "post_staff"),
        ],
    )
    def test_w6_what_nobody_said_is_not_taken_for_kept(self, kind, missing):
        (found,) = check([rule(kind, 10)], Facts(**(vars(FACTS) | {missing: None})))

        assert (found.is_unknown, found.stops) == (True, True)

    def test_w6_a_warning_does_not_stop_and_stands_behind(self):
        rules = [rule("holidays", level="warn"), rule("min_age", 20), rule("min_study_year", 9, level="off")]

        found = check(rules, Facts(**(vars(FACTS) | {"works_on_holidays": True})))

        assert [(each.rule.kind, each.stops) for each in found] == [("min_age", True), ("holidays", False)]

    @given(times, times)
    def test_w6_the_night_window_minute_by_minute(self, begins, ends):
        begin = begins.hour * 60 + begins.minute
        length = (ends.hour * 60 + ends.minute - begin) % 1440 or 1440
        by_hand = any((begin + n) % 1440 >= 22 * 60 or (begin + n) % 1440 < 6 * 60 for n in range(length))

        assert at_night(begins, ends) == by_hand
