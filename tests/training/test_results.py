"""The arithmetic of results (G-3, G-4, G-6), without a database."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.results import (
    WHOLE,
    Item,
    Rules,
    Unit,
    counted_mark,
    half_up,
    may_try_again,
    recognisable,
    result,
    unit_result,
)

marks = st.integers(0, WHOLE)
rules = st.builds(
    Rules,
    pass_mark=marks,
    resits=st.integers(0, 3),
    attempt_rule=st.sampled_from(["best", "last"]),
    resit_cap=st.none() | marks,
    compensates=st.booleans(),
)


@st.composite
def weights(draw, most=5):
    """A whole, cut into pieces."""
    cuts = sorted(draw(st.lists(st.integers(0, WHOLE), max_size=most - 1)))
    return [upper - lower for lower, upper in zip([0, *cuts], [*cuts, WHOLE], strict=True)]


@st.composite
def units(draw, most_marks=4, complete=False):
    made = []
    for number, weight in enumerate(draw(weights())):
        items = [
            Item(f"A{place}", share, draw(st.lists(marks, min_size=1 if complete else 0, max_size=most_marks)))
            for place, share in enumerate(draw(weights(3)))
        ]
        recognised = draw(st.none() | marks)
        made.append(Unit(f"U{number}", weight, draw(marks), draw(st.booleans()), items, recognised))
    return made


class TestCountedMark:
    @pytest.mark.parametrize(
        ("tried", "rule", "cap", "expected"),
        [
            ([4_000, 9_000], "best", None, 9_000),
            ([4_000, 9_000], "best", 6_000, 6_000),
            ([4_000, 3_000], "best", 6_000, 4_000),
            ([4_000, 3_000], "last", None, 3_000),
            ([8_000, 9_000], "last", 6_000, 6_000),
            ([8_000], "last", 6_000, 8_000),
            ([], "best", None, None),
        ],
    )
    def test_g4_best_or_last_and_a_cap_on_resits(self, tried, rule, cap, expected):
        assert counted_mark(tried, Rules(6_000, 1, rule, cap)) == expected

    def test_g4_attempts_beyond_the_resits_do_not_count(self):
        assert counted_mark([1_000, 2_000, 9_900], Rules(6_000, resits=1)) == 2_000
        assert may_try_again(1, Rules(6_000, resits=1))
        assert not may_try_again(2, Rules(6_000, resits=1))

    @given(st.lists(marks, min_size=1, max_size=6), rules)
    def test_g4_a_resit_never_counts_more_than_its_cap(self, tried, said):
        counted = counted_mark(tried, said)

        cap = WHOLE if said.resit_cap is None else said.resit_cap
        assert counted <= max(tried[0], cap)
        assert counted in {tried[0], *(min(mark, cap) for mark in tried[1 : 1 + said.resits])}

    @given(st.lists(marks, min_size=1, max_size=4), marks, rules)
    def test_g4_under_the_best_rule_a_further_attempt_never_harms(self, tried, more, said):
        best = Rules(said.pass_mark, said.resits, "best", said.resit_cap)

        assert counted_mark([*tried, more], best) >= counted_mark(tried, best)


class TestUnits:
    @pytest.mark.parametrize(("numerator", "expected"), [(4_999, 0), (5_000, 1), (14_999, 1), (15_000, 2)])
    def test_g3_half_goes_up(self, numerator, expected):
        assert half_up(numerator, WHOLE) == expected

    def test_g3_a_unit_is_rounded_once_at_the_end(self):
        """Three thirds of 59.99, 60.00 and 60.01 would differ by a hundredth if each step were rounded."""
        unit = Unit(
            "U1", WHOLE, 6_000, items=[Item("A", 3_333, [5_999]), Item("B", 3_333, [6_000]), Item("C", 3_334, [6_001])]
        )

        exact = Fraction(3_333 * 5_999 + 3_333 * 6_000 + 3_334 * 6_001, WHOLE)
        assert unit_result(unit, Rules(6_000)).mark == int(exact + Fraction(1, 2)) == 6_000

    def test_g3_the_total_is_not_made_of_rounded_units(self):
        """Two units of 59.995 each show 60.00 each; so does the total, from 59.995 and not from twice 60.00."""
        item = [Item("A", 5_000, [5_999]), Item("B", 5_000, [6_000])]
        low = [Item("A", 5_000, [5_999]), Item("B", 5_000, [5_999])]
        made = result([Unit("U1", 5_000, 0, items=item), Unit("U2", 5_000, 0, items=low)], Rules(0))

        assert [unit.mark for unit in made.units] == [6_000, 5_999]
        assert made.total == 5_999  # 59.9925, where the shown units would give 59.995 and 60.00

    def test_an_item_without_a_mark_leaves_the_unit_open(self):
        assert unit_result(Unit("U1", WHOLE, 1, items=[Item("A", WHOLE)]), Rules(1)).mark is None
        assert unit_result(Unit("U1", WHOLE, 1), Rules(1)).mark is None

    @given(units(complete=True), rules)
    def test_g3_within_half_a_basis_point_of_the_exact_sum(self, made, said):
        found = result(made, said)

        for unit in found.units:
            if unit.unit.recognised is None:
                exact = Fraction(sum(each.item.weight * each.mark for each in unit.items), WHOLE)
                assert -Fraction(1, 2) < unit.mark - exact <= Fraction(1, 2)
            assert 0 <= unit.mark <= WHOLE
        assert 0 <= found.total <= WHOLE

    @given(units(), rules)
    def test_g3_passed_means_every_mandatory_unit_and_the_total(self, made, said):
        found = result(made, said)

        mandatory = [unit for unit in found.units if unit.unit.is_mandatory]
        complete = bool(mandatory) and all(unit.mark is not None for unit in mandatory)
        each = said.compensates or all(unit.is_passed for unit in mandatory)
        assert found.is_passed == (complete and each and found.total >= said.pass_mark)

    @given(units(complete=True), rules)
    def test_g3_without_compensation_nobody_passes_who_would_not_with_it(self, made, said):
        strict = Rules(said.pass_mark, said.resits, said.attempt_rule, said.resit_cap, compensates=False)
        mild = Rules(said.pass_mark, said.resits, said.attempt_rule, said.resit_cap, compensates=True)

        assert result(made, mild).is_passed or not result(made, strict).is_passed

    def test_g3_a_strong_unit_makes_a_weak_one_good_only_where_the_version_says_so(self):
        made = [
            Unit("U1", 5_000, 6_000, items=[Item("A", WHOLE, [5_000])]),
            Unit("U2", 5_000, 6_000, items=[Item("A", WHOLE, [9_000])]),
        ]

        assert not result(made, Rules(6_000)).is_passed
        assert result(made, Rules(6_000, compensates=True)).is_passed

    def test_nothing_marked_is_not_passed_even_at_a_pass_mark_of_nought(self):
        assert not result([Unit("U1", WHOLE, 0, items=[Item("A", WHOLE)])], Rules(0)).is_passed
        assert not result([], Rules(0)).is_passed


class TestRecognition:
    def test_g6_a_recognised_unit_counts_with_its_mark(self):
        made = result([Unit("U1", WHOLE, 6_000, recognised=7_000)], Rules(6_000))

        assert (made.total, made.is_passed) == (7_000, True)

    @given(st.integers(0, 100_000), st.integers(0, 5_000))
    def test_g6_never_more_than_half(self, credits, most):
        assert 2 * recognisable(credits, most) <= credits
