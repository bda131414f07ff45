"""Which marks a second person sees (G-2), and whether a host marks apart (G-7); without a database."""

from fractions import Fraction
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.drift import figures, median
from training.sampling import sample

given_marks = st.dictionaries(st.integers(1, 10_000), st.integers(0, 10_000), max_size=80)


class TestSample:
    @given(given_marks, st.integers(0, 10_000), st.text(max_size=8))
    def test_g2_all_fails_all_near_and_a_tenth_of_the_rest(self, marks, pass_mark, seed):
        drawn = sample(marks, pass_mark, seed)

        fails = {number for number, mark in marks.items() if mark < pass_mark}
        near = {number for number, mark in marks.items() if pass_mark <= mark <= pass_mark + 300}
        rest = set(marks) - fails - near
        picked = set(drawn) & rest
        assert {number for number, why in drawn.items() if why == "fail"} == fails
        assert {number for number, why in drawn.items() if why == "near"} == near
        assert 10 * len(picked) >= len(rest)
        assert len(picked) >= min(3, len(rest))

    @given(given_marks, st.text(max_size=8))
    def test_g2_the_recorded_seed_draws_the_same_again(self, marks, seed):
        assert sample(marks, 6_000, seed) == sample(dict(reversed(marks.items())), 6_000, seed)

    def test_g2_another_seed_draws_others(self):
        marks = dict.fromkeys(range(1, 101), 9_000)

        assert len({frozenset(sample(marks, 6_000, str(seed))) for seed in range(20)}) > 15

    def test_g2_just_below_the_pass_mark_is_a_fail_and_three_points_above_is_near(self):
        assert sample({1: 5_999, 2: 6_000, 3: 6_300, 4: 6_301}, 6_000, "x") == {
            1: "fail",
            2: "near",
            3: "near",
            4: "random",
        }


class TestDrift:
    @given(st.lists(st.integers(0, 10_000), min_size=1, max_size=15))
    def test_the_median_is_the_median(self, values):
        assert median([Fraction(value) for value in values]) == Fraction(plain_median(values))

    def test_g7_one_host_apart_from_four_is_seen(self):
        marks = {host: [mark] * 8 for host, mark in enumerate([7_000, 7_100, 7_200, 7_100, 9_500], 1)}

        outside = [(each.host, each.measure) for each in figures(marks, 6_000) if each.is_outside]

        assert outside == [(5, "mean")]

    def test_g7_seven_trainees_are_too_few(self):
        marks = {1: [7_000] * 8, 2: [7_000] * 8, 3: [9_900] * 7}

        assert [each.host for each in figures(marks, 6_000)] == [1, 2, 1, 2]

    def test_g7_exactly_two_deviations_are_still_inside(self):
        marks = {host: [mark] * 8 for host, mark in enumerate([6_900, 7_000, 7_100, 7_200, 7_000], 1)}

        found = next(each for each in figures(marks, 0) if each.host == 4 and each.measure == "mean")

        assert (found.value - found.median, found.mad) == (200, 100)
        assert not found.is_outside

    def test_one_host_alone_is_compared_with_nobody(self):
        assert figures({1: [100] * 30}, 6_000) == []

    @pytest.mark.parametrize("pass_mark", [0, 6_000, 10_000])
    def test_g7_a_pass_rate_apart_is_seen_for_itself(self, pass_mark):
        marks = {host: [6_000] * 8 for host in range(1, 6)} | {6: [5_999] * 8}

        rates = [each.host for each in figures(marks, pass_mark) if each.is_outside and each.measure == "pass_rate"]

        assert rates == ([6] if pass_mark == 6_000 else [])
