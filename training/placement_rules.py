"""What the rule pack says of a placement (W-6). Pure: the rules come as rows, the facts as plain values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import PlacementRule

NIGHT_FROM, NIGHT_UNTIL = 22 * 60, 6 * 60
A_DAY = 24 * 60


@dataclass(frozen=True)
class Facts:
    """What is known of a placement; None where nobody has said it yet."""

    age: int | None
    study_year: int | None
    minutes_a_day: int
    day_from: time
    day_until: time
    works_on_holidays: bool
    pay: int | None
    probation_pay: int | None
    # With this one.
    interns: int
    staff: int | None
    post_interns: int
    post_staff: int | None
    venue: str


@dataclass(frozen=True)
class Finding:
    """A rule that is not kept, or that cannot be checked because something was not said."""

    rule: "PlacementRule"
    is_unknown: bool

    @property
    def stops(self) -> bool:
        return self.rule.level == "block"


def at_night(begins: time, ends: time) -> bool:
    """Whether any minute of the day lies between 22:00 and 06:00."""
    begin = begins.hour * 60 + begins.minute
    end = ends.hour * 60 + ends.minute
    if end <= begin:
        end += A_DAY
    # The night before, the night after, and the one a long day reaches into.
    nights = [(NIGHT_FROM + shift, NIGHT_UNTIL + A_DAY + shift) for shift in (-A_DAY, 0, A_DAY)]
    return any(begin < until and since < end for since, until in nights)


def _at_least(value: int | None, least: int | None) -> bool | None:
    return None if value is None or least is None else value >= least


def _share(part: int, whole: int | None, per_cent: int | None) -> bool | None:
    return None if not whole or per_cent is None else 100 * part <= per_cent * whole


def _pay(facts: Facts, per_cent: int | None) -> bool | None:
    if facts.pay is None or facts.probation_pay is None or per_cent is None:
        return None
    return 100 * facts.pay >= per_cent * facts.probation_pay


# Whether a rule is kept; None where it cannot be said.
KEPT: Mapping[str, Callable[["PlacementRule", Facts], bool | None]] = {
    "min_age": lambda rule, facts: _at_least(facts.age, rule.number),
    "min_study_year": lambda rule, facts: _at_least(facts.study_year, rule.number),
    "max_day": lambda rule, facts: rule.number is not None and facts.minutes_a_day <= rule.number,
    "night": lambda rule, facts: not at_night(facts.day_from, facts.day_until),
    "holidays": lambda rule, facts: not facts.works_on_holidays,
    "pay_floor": lambda rule, facts: _pay(facts, rule.number),
    "intern_share": lambda rule, facts: _share(facts.interns, facts.staff, rule.number),
    "post_share": lambda rule, facts: _share(facts.post_interns, facts.post_staff, rule.number),
    "venues": lambda rule, facts: facts.venue not in rule.venues,
}


def check(rules: Iterable["PlacementRule"], facts: Facts) -> list[Finding]:
    """What stands in the way or should be known, the stopping ones first."""
    found = []
    for rule in rules:
        if rule.level == "off":
            continue
        kept = KEPT[rule.kind](rule, facts)
        if not kept:
            found.append(Finding(rule, is_unknown=kept is None))
    return sorted(found, key=lambda finding: (not finding.stops, finding.rule.kind))
