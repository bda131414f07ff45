"""Whether one host marks apart from the others (G-7). Exact fractions of basis points; no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .results import WHOLE, half_up

Measure = Literal["mean", "pass_rate"]
LEAST = 8  # trainees, before a host is compared at all
WIDTH = 2  # median deviations


@dataclass(frozen=True)
class Figure:
    """One measure of one host beside the median of all hosts that are compared."""

    host: int
    measure: Measure
    trainees: int
    value: Fraction
    median: Fraction
    mad: Fraction

    @property
    def is_outside(self) -> bool:
        return abs(self.value - self.median) > WIDTH * self.mad

    @property
    def rounded(self) -> dict[str, int]:
        """Whole basis points, for showing and keeping."""
        return {
            name: half_up(value.numerator, value.denominator)
            for name, value in (("value", self.value), ("median", self.median), ("mad", self.mad))
        }


def median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def figures(marks: Mapping[int, Sequence[int]], pass_mark: int) -> list[Figure]:
    """Mean and pass rate of each host with enough trainees, by the marks of one unit; none where nothing compares."""
    hosts = {host: list(own) for host, own in marks.items() if len(own) >= LEAST}
    if len(hosts) < 2:
        return []
    means = {host: Fraction(sum(own), len(own)) for host, own in hosts.items()}
    rates = {host: Fraction(WHOLE * sum(mark >= pass_mark for mark in own), len(own)) for host, own in hosts.items()}
    return [*_beside(hosts, "mean", means), *_beside(hosts, "pass_rate", rates)]


def _beside(hosts: Mapping[int, Sequence[int]], measure: Measure, values: Mapping[int, Fraction]) -> Iterable[Figure]:
    middle = median(list(values.values()))
    mad = median([abs(value - middle) for value in values.values()])
    for host, value in values.items():
        yield Figure(host, measure, len(hosts[host]), value, middle, mad)
