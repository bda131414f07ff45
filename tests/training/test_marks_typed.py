"""Marks as people type and paste them, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.errors import RuleBroken
from training import marks
from training.pasting import Known, read

PEOPLE = [
    Known(1, "样例 甲", "a@example.org"),
    Known(2, "Sample B", "b@example.org"),
    Known(3, "样例同名", "c@example.org"),
    Known(4, "样例同名", "d@example.org"),
]


class TestTyped:
    @pytest.mark.parametrize(
        ("typed", "mark"),
        [
            ("86", 8_600),
            ("86.5", 8_650),
            ("86,25", 8_625),
            ("８６分", 8_600),
            (" 100 ", 10_000),
            ("0", 0),
            ("7.05", 705),
        ],
    )
    def test_points_become_basis_points(self, typed, mark):
        assert marks.read(typed) == mark

    @pytest.mark.parametrize("typed", ["", "A", "100.01", "101", "-3", "8 6", "86.555", "1e2", "½"])
    def test_what_is_no_mark_is_refused(self, typed):
        with pytest.raises(RuleBroken):
            marks.read(typed)

    @given(st.integers(0, 10_000))
    def test_what_is_shown_is_read_as_the_same(self, mark):
        assert marks.read(marks.shown(mark)) == mark


class TestPasted:
    def test_names_or_addresses_with_marks(self):
        found, problems = read("样例甲\t86\nB@example.org, 70.5\n\nSample B x\n", PEOPLE)

        assert found == [(1, 8_600), (2, 7_050)]
        assert [problem.line for problem in problems] == [4]

    def test_only_marks_in_the_order_of_the_list(self):
        assert read("60\n70\n80\n90", PEOPLE) == ([(1, 6_000), (2, 7_000), (3, 8_000), (4, 9_000)], [])

    def test_another_number_of_marks_than_trainees_is_refused(self):
        found, problems = read("60\n70", PEOPLE)

        assert (found, len(problems)) == ([], 1)

    def test_the_same_trainee_twice_and_two_of_one_name(self):
        found, problems = read("样例甲 60\n样例甲 70\n样例同名 80\nc@example.org 81", PEOPLE)

        assert found == [(1, 6_000), (3, 8_100)]
        assert [problem.line for problem in problems] == [2, 3]
