"""The arithmetic of results (G-3, G-4, G-6): whole numbers in, whole numbers out, nothing read from a database.

Marks, weights and pass marks are basis points. Every shown mark is rounded half up exactly once, from exact sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WHOLE = 10_000
AttemptRule = Literal["best", "last"]


@dataclass(frozen=True)
class Rules:
    """What the version of the curriculum says of marks."""

    pass_mark: int
    resits: int = 1
    attempt_rule: AttemptRule = "best"
    resit_cap: int | None = None
    compensates: bool = False


@dataclass(frozen=True)
class Item:
    """An item that counts, with the marks of its attempts in their order; void ones left out."""

    code: str
    weight: int
    marks: Sequence[int] = ()


@dataclass(frozen=True)
class Unit:
    """`recognised` is the mark of a recognition of prior learning: it stands for the whole unit."""

    code: str
    weight: int
    pass_mark: int
    is_mandatory: bool = True
    items: Sequence[Item] = ()
    recognised: int | None = None


@dataclass(frozen=True)
class ItemResult:
    item: Item
    mark: int | None


@dataclass(frozen=True)
class UnitResult:
    unit: Unit
    items: Sequence[ItemResult]
    mark: int | None

    @property
    def is_complete(self) -> bool:
        return self.mark is not None

    @property
    def is_passed(self) -> bool:
        return self.mark is not None and self.mark >= self.unit.pass_mark


@dataclass(frozen=True)
class Result:
    units: Sequence[UnitResult]
    # With what is not marked yet counted as nothing; it can only grow while `is_complete` is false.
    total: int
    is_complete: bool
    is_passed: bool


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, the half going up; never through a float."""
    return (2 * numerator + denominator) // (2 * denominator)


def counted_mark(marks: Sequence[int], rules: Rules) -> int | None:
    """The mark of an item from its attempts: at most `1 + resits` of them, resits capped, then the best or the last."""
    tried = list(marks[: 1 + rules.resits])
    if not tried:
        return None
    cap = WHOLE if rules.resit_cap is None else rules.resit_cap
    counted = [tried[0], *(min(mark, cap) for mark in tried[1:])]
    return max(counted) if rules.attempt_rule == "best" else counted[-1]


def may_try_again(attempts: int, rules: Rules) -> bool:
    """Whether another attempt is within the limit (G-4); void ones are not counted."""
    return attempts < 1 + rules.resits


def unit_result(unit: Unit, rules: Rules) -> UnitResult:
    items = [ItemResult(item, counted_mark(item.marks, rules)) for item in unit.items]
    if unit.recognised is not None:
        return UnitResult(unit, items, unit.recognised)
    if not items or any(result.mark is None for result in items):
        return UnitResult(unit, items, None)
    return UnitResult(unit, items, half_up(_exact(items), WHOLE))


def result(units: Sequence[Unit], rules: Rules) -> Result:
    """All units and the total. Passed: the total reaches the pass mark, and every mandatory unit its own, unless the
    version lets a weak unit be made good by others; a mandatory unit without a mark is never made good."""
    found = [unit_result(unit, rules) for unit in units]
    exact = sum(each.unit.weight * _exact_of(each) for each in found)
    total = half_up(exact, WHOLE * WHOLE)
    mandatory = [each for each in found if each.unit.is_mandatory]
    is_complete = bool(mandatory) and all(each.is_complete for each in mandatory)
    each_passed = rules.compensates or all(each.is_passed for each in mandatory)
    return Result(found, total, is_complete, is_complete and each_passed and total >= rules.pass_mark)


def _exact(items: Sequence[ItemResult]) -> int:
    """The sum of weight × mark, in ten-thousandths of a basis point."""
    return sum(each.item.weight * (each.mark or 0) for each in items)


def _exact_of(unit: UnitResult) -> int:
    if unit.unit.recognised is not None:
        return unit.unit.recognised * WHOLE
    return _exact(unit.items)


def recognisable(credits: int, most: int) -> int:
    """How many credits may be recognised at most (G-6); the rest of a hundredth is not given."""
    return credits * most // WHOLE
