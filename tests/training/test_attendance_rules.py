"""The arithmetic of attendance (A-2, A-5 to A-7): whole minutes, floored, each term shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.attendance import (
    KINDS,
    PARTIAL,
    RANKS,
    WHOLE,
    Line,
    Mark,
    Meeting,
    Terms,
    credited,
    effective,
    lines_of,
    percent,
    rate_of,
    terms_of,
)

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def meeting(pk: int, minutes: int = 100, state: str = "locked", *, required: bool = True, day: int = 0) -> Meeting:
    return Meeting(pk, START + timedelta(days=day), minutes, state, required)


def mark(kind: str, present: int | None = None, source: str = "trainer", minute: int = 0, number: int = 1) -> Mark:
    return Mark(kind, source, START + timedelta(minutes=minute), number, present)


class TestCredited:
    @pytest.mark.parametrize(
        ("kind", "present", "expected"),
        [
            ("present", None, 120),
            ("late", 110, 120),
            ("late", 109, 109),
            ("late", 0, 0),
            ("left_early", 119, 119),
            ("left_early", 30, 30),
            ("excused", None, 0),
            ("absent", None, 0),
            (None, None, 0),
        ],
    )
    def test_a5_minutes_of_a_session_of_two_hours(self, kind, present, expected):
        assert credited(kind, 120, present) == expected

    @given(st.sampled_from(KINDS), st.integers(1, 720), st.integers(0, 1000))
    def test_a5_never_more_than_the_session_and_never_less_than_nothing(self, kind, minutes, present):
        assert 0 <= credited(kind, minutes, present if kind in PARTIAL else None) <= minutes


class TestEffective:
    def test_a2_the_rank_counts_before_the_time(self):
        marks = [
            mark("present", source="qr", minute=50, number=5),
            mark("late", 60, source="device", minute=40, number=4),
            mark("absent", source="trainer", minute=1, number=2),
            mark("present", source="system", minute=99, number=6),
        ]

        assert effective(marks).kind == "absent"
        assert effective([*marks, mark("excused", source="correction", minute=0, number=1)]).kind == "excused"

    def test_a2_within_a_rank_what_was_received_last_counts_then_what_was_written_last(self):
        assert effective([mark("absent", minute=1), mark("present", minute=2)]).kind == "present"
        assert effective([mark("absent", number=8), mark("present", number=7)]).kind == "absent"

    def test_nothing_was_said(self):
        assert effective([]) is None

    @given(
        st.lists(
            st.builds(
                mark,
                kind=st.just("present"),
                source=st.sampled_from(sorted(RANKS)),
                minute=st.integers(0, 90),
                number=st.integers(1, 99),
            ),
            min_size=1,
            unique_by=lambda made: made.number,
        ),
        st.randoms(),
    )
    def test_a2_the_order_of_reading_does_not_matter(self, marks, random):
        shuffled = marks[:]
        random.shuffle(shuffled)

        assert effective(shuffled) == effective(marks)
        assert RANKS[effective(marks).source] == max(RANKS[made.source] for made in marks)


class TestRate:
    def test_a5_the_rate_with_every_term(self):
        lines = lines_of(
            [meeting(1), meeting(2), meeting(3), meeting(4), meeting(5), meeting(6)],
            {
                1: mark("present"),
                2: mark("late", 91),
                3: mark("left_early", 55),
                4: mark("excused"),
                5: mark("absent"),
            },
        )

        terms = terms_of(lines)

        # 600 scheduled, 100 excused of which 60 (a tenth) leave the denominator; 100 + 100 + 55 credited.
        assert (terms.scheduled, terms.excused, terms.deducted, terms.denominator, terms.credited) == (
            600,
            100,
            60,
            540,
            255,
        )
        assert terms.rate == 4722
        assert percent(terms.rate) == "47.22 %"

    def test_a5_it_is_floored_and_never_rounded_up(self):
        assert rate_of(2, 3, 0) == 6666
        assert rate_of(9999, 10_000, 0) == 9999
        assert rate_of(99_999, 100_000, 0) == 9999

    def test_a5_excused_leaves_the_denominator_only_up_to_a_tenth(self):
        assert rate_of(900, 1000, 100) == 10_000
        assert rate_of(800, 1000, 200) == 8888

    def test_a5_without_a_denominator_the_rate_is_not_defined(self):
        assert rate_of(0, 0, 0) is None
        assert terms_of([]).rate is None
        assert not terms_of([]).is_met(0)
        assert percent(None) == ""

    def test_a5_only_required_sessions_count(self):
        lines = lines_of([meeting(1), meeting(2, required=False)], {1: mark("absent"), 2: mark("present")})

        assert terms_of(lines) == Terms(scheduled=100, excused=0, credited=0, remaining=0)

    def test_a6_cancelled_sessions_leave_both_sums(self):
        lines = lines_of([meeting(1), meeting(2, state="cancelled")], {1: mark("present"), 2: mark("absent")})

        assert terms_of(lines).rate == WHOLE

    def test_a6_joining_late_counts_from_enrolment_only_where_the_version_allows(self):
        meetings = [meeting(1, day=0), meeting(2, day=7)]
        marks = {2: mark("present")}

        assert terms_of(lines_of(meetings, marks)).rate == 5000
        assert terms_of(lines_of(meetings, marks, counts_from=START + timedelta(days=1))).rate == WHOLE

    def test_a6_what_is_not_marked_yet_waits_until_it_is_locked(self):
        assert terms_of(lines_of([meeting(1), meeting(2, state="closed")], {1: mark("present")})) == Terms(
            scheduled=100, excused=0, credited=100, remaining=100
        )
        assert terms_of(lines_of([meeting(1), meeting(2, state="locked")], {1: mark("present")})).rate == 5000

    def test_an_open_session_does_not_count_yet(self):
        assert terms_of(lines_of([meeting(1, state="open")], {1: mark("present")})).rate is None


lines = st.lists(
    st.tuples(
        st.integers(1, 720),
        st.sampled_from(["scheduled", "open", "closed", "locked", "cancelled"]),
        st.booleans(),
        st.one_of(st.none(), st.sampled_from(KINDS)),
        st.integers(0, 720),
    ),
    max_size=30,
)


def read(drawn) -> list[Line]:
    meetings, marks = [], {}
    for pk, (minutes, state, required, kind, present) in enumerate(drawn):
        meetings.append(meeting(pk, minutes, state, required=required))
        if kind is not None and state in ("open", "closed", "locked"):
            marks[pk] = mark(kind, min(present, minutes) if kind in PARTIAL else None)
    return lines_of(meetings, marks)


class TestProperties:
    @given(lines)
    def test_a5_a_rate_lies_between_nothing_and_all(self, drawn):
        terms = terms_of(read(drawn))

        assert terms.rate is None or 0 <= terms.rate <= WHOLE
        assert terms.highest is None or 0 <= terms.highest <= WHOLE
        assert 0 <= terms.deducted <= terms.scheduled // 10
        assert (terms.rate is None) == (terms.scheduled == 0)

    @given(lines)
    def test_a5_it_is_the_floor_of_the_exact_fraction(self, drawn):
        terms = terms_of(read(drawn))
        if terms.rate is not None:
            assert terms.rate * terms.denominator <= terms.credited * WHOLE < (terms.rate + 1) * terms.denominator

    @given(lines, st.data())
    def test_a7_nothing_that_can_still_happen_beats_the_highest(self, drawn, data):
        before = read(drawn)
        ended = []
        for line in before:
            if line.is_settled:
                ended.append(line)
                continue
            kind = data.draw(st.sampled_from(KINDS))
            present = data.draw(st.integers(0, line.meeting.minutes)) if kind in PARTIAL else None
            ended.append(Line(line.meeting, kind, present, is_settled=True))

        final, highest = terms_of(ended).rate, terms_of(before).highest

        assert final is None or (highest is not None and final <= highest)

    @given(lines, st.integers(0, WHOLE))
    def test_a7_out_of_reach_means_it_is_never_met(self, drawn, minimum):
        terms = terms_of(read(drawn))
        if terms.is_out_of_reach(minimum):
            assert not terms.is_met(minimum)

    @given(lines, st.integers(0, WHOLE))
    def test_a7_the_warning_comes_five_points_before(self, drawn, minimum):
        terms = terms_of(read(drawn))
        if terms.rate is not None:
            assert terms.is_near(minimum) == (terms.rate < min(WHOLE, minimum + 500))
