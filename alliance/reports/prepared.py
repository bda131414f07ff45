"""Counts made ahead, so that the dashboard need not count: kept until something changes, and never older than a minute.

Every change of a park, a duty or a submission leaves a mark (facts.py). A reader who finds no mark gets what is kept;
one who finds some counts anew, unless the task was there before them. What only passes, a deadline or a year, shows
within a minute. The page says when its numbers were counted.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from . import facts, figures
from .figures import DIMENSIONS, FIGURES, Figure, Filters
from .models import FactState, PreparedFigures
from .periods import Period

# So old may be what is kept of now. A past moment does not age.
LIVES = timedelta(seconds=60)
FORGOTTEN = timedelta(days=2)
# What the dashboard tells parks apart by.
SPLITS = ("band", "province", "formation", "structure", "site_form", "zh", "en", "freshness", "opened", "cluster")
# What is drawn over time.
LINES = ("entries", "members", "ready_zh", "ready_en", "stale", "pending")


@dataclass(frozen=True)
class Counted:
    """The figures of one period under one filter, beside those before it and the line that leads there.

    A number that nobody recorded at the time is missing from its counts.
    """

    period: Period
    filters: dict[str, str]
    made_at: datetime
    known_from: datetime
    recorded_from: datetime
    now: figures.Cube
    before: dict[str, int | None]
    year_before: dict[str, int | None]
    line: list[dict[str, int | None]]
    # Entries by province, those beside a filter by province too.
    by_province: dict[str, int]
    as_of: datetime
    # Titles and definitions of that time; a snapshot has its own.
    known: Mapping[str, Figure] = field(default_factory=lambda: FIGURES)
    # Of the facts it was counted from.
    version: int = 0

    def known_since(self, code: str) -> datetime:
        """From when on this figure or dimension can be told."""
        thing = self.known[code] if code in self.known else DIMENSIONS[code]
        return self.recorded_from if thing.is_recorded else self.known_from

    def is_known(self, code: str) -> bool:
        return self.as_of >= self.known_since(code)

    def value(self, code: str) -> int | None:
        return self.now[""][code] if self.is_known(code) else None


def counted(period: Period, filters: Filters) -> Counted:
    """The figures of this period: those kept, or counted now."""
    state = facts.state()
    key = _key(period, filters)
    kept = PreparedFigures.objects.filter(pk=key, version=state.version).first()
    if kept is None or (period.at is None and timezone.now() - kept.made_at > LIVES):
        kept = _prepare(key, period, filters, state)
    return _read(period, filters, state, kept)


def prepare() -> None:
    """Keep the dashboard as most people open it warm, and forget what nobody asks for."""
    from . import periods

    period = periods.now()
    state = facts.state()
    kept = PreparedFigures.objects.filter(pk=_key(period, {})).values_list("version", "made_at").first()
    if kept is None or kept[0] != state.version or timezone.now() - kept[1] > LIVES / 2:
        _prepare(_key(period, {}), period, {}, state)
    PreparedFigures.objects.filter(made_at__lt=timezone.now() - FORGOTTEN).delete()


def measure(period: Period, filters: Filters, state: FactState) -> dict[str, Any]:
    """Count everything the dashboard shows, in four or five queries."""
    before, year_before = period.before(), period.year_before()
    line = [point.at for point in period.line()]
    past = [moment for moment in line if moment is not None and moment >= state.known_from]
    told = iter(figures.over_time(LINES, filters, past))
    now = figures.cube(filters, period.at, dimensions=SPLITS)
    others = {code: value for code, value in filters.items() if code != "province"}
    beside = now["province"]
    if "province" in filters:
        beside = figures.count_by(DIMENSIONS["province"], [FIGURES["entries"]], others, period.at)
    return {
        "now": now,
        "by_province": {code: row["entries"] for code, row in beside.items()},
        "before": _then(before, filters, state),
        "year_before": _then(year_before, filters, state),
        "line": [
            _known(next(told), moment, state) if moment is not None and moment >= state.known_from else {}
            for moment in line
        ],
    }


def _then(period: Period, filters: Filters, state: FactState) -> dict[str, int]:
    if period.at is None or period.at < state.known_from:
        return {}
    return _known(figures.count(FIGURES.values(), filters, period.at), period.at, state)


def _known(numbers: dict[str, int], moment: datetime, state: FactState) -> dict[str, int]:
    """Without those that nobody recorded at that moment."""
    return {
        code: number
        for code, number in numbers.items()
        if moment >= (state.recorded_from if FIGURES[code].is_recorded else state.known_from)
    }


def _prepare(key: str, period: Period, filters: Filters, state: FactState) -> PreparedFigures:
    made_at = timezone.now()
    kept = PreparedFigures(pk=key, version=state.version, made_at=made_at, data=measure(period, filters, state))
    PreparedFigures.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["key"], update_fields=["version", "made_at", "data"]
    )
    return kept


def _read(period: Period, filters: Filters, state: FactState, kept: PreparedFigures) -> Counted:
    times = (kept.made_at, state.known_from, state.recorded_from)
    return replace(read(period, filters, kept.data, *times, as_of=period.at or kept.made_at), version=kept.version)


def read(
    period: Period,
    filters: Filters,
    data: Mapping[str, Any],
    made_at: datetime,
    known_from: datetime,
    recorded_from: datetime,
    *,
    as_of: datetime,
    known: Mapping[str, Figure] = FIGURES,
) -> Counted:
    """What `measure` counted, as it was kept."""
    line = [_filled(numbers, LINES) for numbers in data["line"]]
    # The line ends with what is counted here; over the facts it is open while the period goes on.
    line[-1] = {
        code: data["now"][""][code] if as_of >= (recorded_from if known[code].is_recorded else known_from) else None
        for code in LINES
    }
    return Counted(
        period,
        dict(filters),
        made_at,
        known_from,
        recorded_from,
        data["now"],
        _filled(data["before"], known),
        _filled(data["year_before"], known),
        line,
        data["by_province"],
        as_of,
        known,
    )


def _filled(numbers: dict[str, int], codes: Iterable[str]) -> dict[str, int | None]:
    return {code: numbers.get(code) for code in codes}


def _key(period: Period, filters: Filters) -> str:
    # A period that goes on is another one the next day: its comparisons move.
    text = json.dumps([period.kind, period.code, period.ends.isoformat(), sorted(filters.items()), _shape()])
    return hashlib.sha256(text.encode()).hexdigest()


def _shape() -> list[Any]:
    """What a kept count holds: after an update of the portal the old ones are not read."""
    return [[(figure.code, figure.version) for figure in FIGURES.values()], SPLITS, LINES]
