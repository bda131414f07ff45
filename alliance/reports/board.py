"""What the dashboard says, from counts: numbers with their change in words, tables and charts.

The page, the printed report, the spreadsheet and a snapshot are all made of this, so that they say the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alliance.core import charts, tiles
from alliance.core.models import Division

from . import figures
from .figures import DIMENSIONS, NONE, Dimension, Figure, Filters
from .periods import Period
from .prepared import LINES, Counted

HEADLINES = ("entries", "members", "pending", "stale")
HEALTH = ("ready_zh", "ready_en", "one_language", "unmanaged", "members_unmanaged", "overdue", "suspended")
# What the tables by province and by type tell of each group.
COLUMNS = ("entries", "members", "ready_zh", "ready_en", "stale", "unmanaged")
BARS = ("band", "opened", "zh", "en", "freshness")
TYPES = ("formation", "structure", "site_form")
# Told only of values that some park has.
SPARSE = ("province", "cluster")
# Of so many and more a change is also told in per cent.
FEWEST = 10
# What a figure is a part of, where that says something.
WHOLES = {
    "members": "entries",
    "ready_zh": "entries",
    "ready_en": "entries",
    "one_language": "entries",
    "unmanaged": "entries",
    "stale": "members",
    "members_unmanaged": "members",
    "overdue": "pending",
}

# (figure, filters, period) -> where the rows are; a printed report has no links.
Link = Callable[[Figure, Filters, Period], str]


def rows_url(figure: Figure, filters: Filters, period: Period) -> str:
    """Where the parks behind a number are listed."""
    address = reverse("reports:rows", args=[figure.code])
    asked = {**({"at": period.code} if period.code else {}), **filters}
    return f"{address}?{urlencode(asked)}" if asked else address


def nowhere(figure: Figure, filters: Filters, period: Period) -> str:
    return ""


@dataclass(frozen=True)
class Change:
    """How a number moved since an earlier day, in words and as a difference."""

    words: str
    difference: int | None = None


@dataclass(frozen=True)
class Number:
    """One figure as it is shown: how many, out of how many, how it moved, where its rows are.

    `missing` says why there is no number.
    """

    figure: Figure
    value: int | None
    url: str = ""
    whole: int | None = None
    changes: list[Change] = field(default_factory=list)
    missing: str = ""

    @property
    def share(self) -> int | None:
        return round(self.value * 100 / self.whole) if self.whole and self.value is not None else None


@dataclass(frozen=True)
class Group:
    """One line of a table: a value of a dimension with its numbers."""

    label: Any
    is_gap: bool
    code: str
    numbers: list[Number]


@dataclass(frozen=True)
class Breakdown:
    """Parks told apart by one dimension: bars, and the same numbers as a table. `missing`: why there are none."""

    dimension: Dimension
    chart: charts.BarChart
    groups: list[Group]
    total: int
    missing: str = ""


@dataclass(frozen=True)
class Line:
    """One figure over time, and the rows of each point."""

    figure: Figure
    chart: charts.LineChart
    has_gaps: bool


@dataclass(frozen=True)
class Moment:
    """One line of the table beside the charts: a period and what each figure was at its end."""

    label: str
    numbers: list[Number]


@dataclass(frozen=True)
class Board:
    """Everything the dashboard shows of one period under one filter."""

    counted: Counted
    headlines: list[Number]
    health: list[Number]
    tiles: tiles.TileMap
    provinces_covered: int
    by_province: list[Group]
    bars: dict[str, Breakdown]
    types: list[Breakdown]
    clusters: Breakdown
    lines: list[Line]
    moments: list[Moment]

    @property
    def columns(self) -> list[Figure]:
        return [self.counted.known[code] for code in COLUMNS]

    @property
    def line_figures(self) -> list[Figure]:
        return [self.counted.known[code] for code in LINES]


def make(
    counted: Counted,
    provinces: Mapping[str, Division],
    clusters: Mapping[str, Any],
    link: Link = rows_url,
) -> Board:
    """All of it from one set of counts."""
    labels = {code: figures.choices_of(code) for code in (*BARS, *TYPES)}
    labels["cluster"] = dict(clusters)
    labels["province"] = {code: province.short for code, province in provinces.items()}
    by_province = counted.now["province"]
    return Board(
        counted,
        [_number(code, counted, link) for code in HEADLINES],
        [_number(code, counted, link) for code in HEALTH],
        _tiles(counted, provinces, link),
        sum(1 for row in by_province.values() if row["entries"]),
        _groups("province", counted, labels["province"], COLUMNS, link),
        {code: _breakdown(code, counted, labels[code], ("entries",), link) for code in BARS},
        [_breakdown(code, counted, labels[code], COLUMNS, link) for code in TYPES],
        _breakdown("cluster", counted, labels["cluster"], COLUMNS, link),
        *_over_time(counted, link),
    )


def not_recorded(since: datetime) -> str:
    return _("Not recorded before %(day)s") % {"day": timezone.localdate(since).isoformat()}


def change(figure: Figure, value: int | None, earlier: int | None, then: Period, counted: Counted) -> Change:
    """From an earlier day to this one. What nobody recorded then is said to be so, and never counts as zero."""
    day = then.ends.isoformat()
    if earlier is None or value is None:
        return Change(_("%(day)s: not recorded") % {"day": day})
    difference = value - earlier
    if difference == 0:
        return Change(_("as many as on %(day)s") % {"day": day}, 0)
    text = (
        ngettext("%(n)d more than on %(day)s", "%(n)d more than on %(day)s", difference)
        if difference > 0
        else ngettext("%(n)d fewer than on %(day)s", "%(n)d fewer than on %(day)s", -difference)
    ) % {"n": abs(difference), "day": day}
    # Of a handful a percentage says nothing, and many times as many is said better by the number.
    if earlier >= FEWEST and abs(difference) < 10 * earlier:
        text += _(" (%(sign)s%(percent)s %%)") % {
            "sign": "+" if difference > 0 else "−",
            "percent": _percent(abs(difference) / earlier * 100),
        }
    return Change(text, difference)


def _percent(share: float) -> str:
    return f"{share:.0f}" if share >= 10 else f"{share:.1f}"


def _number(code: str, counted: Counted, link: Link) -> Number:
    figure, value = counted.known[code], counted.value(code)
    period = counted.period
    if value is None:
        return Number(figure, None, missing=not_recorded(counted.known_since(code)))
    earlier = period.before(), period.year_before()
    changes = [
        change(figure, value, then, when, counted)
        for then, when in zip((counted.before[code], counted.year_before[code]), earlier, strict=True)
    ]
    # The year before a year is the period before it: said once.
    changes = changes[:1] if earlier[0] == earlier[1] else changes
    whole = counted.value(WHOLES[code]) if code in WHOLES else None
    return Number(figure, value, link(figure, counted.filters, period), whole, changes)


def _groups(code: str, counted: Counted, labels: Mapping[str, Any], codes: Iterable[str], link: Link) -> list[Group]:
    """A line for each value, empty ones too; provinces without an entry are left to the map, and clusters without a
    park of then were not yet or no longer.

    Under a filter by the same dimension there is its one value: any other would name parks that are filtered out.
    """
    if code in counted.filters:
        labels = {value: label for value, label in labels.items() if value == counted.filters[code]}
    found = counted.now[code]
    return [
        Group(
            label,
            value == NONE,
            value,
            [
                _cell(counted.known[one], found.get(value, {}), counted, {**counted.filters, code: value}, link)
                for one in codes
            ],
        )
        for value, label in labels.items()
        if code not in SPARSE or any(found.get(value, {}).values())
    ]


def _cell(figure: Figure, numbers: Mapping[str, int], counted: Counted, filters: Filters, link: Link) -> Number:
    if not counted.is_known(figure.code):
        return Number(figure, None, missing=not_recorded(counted.known_since(figure.code)))
    return Number(figure, numbers.get(figure.code, 0), link(figure, filters, counted.period))


def _breakdown(code: str, counted: Counted, labels: Mapping[str, Any], codes: tuple[str, ...], link: Link) -> Breakdown:
    dimension = DIMENSIONS[code]
    if code not in counted.now:
        return _without(dimension, _("This snapshot is older than this way to tell parks apart."))
    if not counted.is_known(code):
        return _without(dimension, not_recorded(counted.known_since(code)))
    groups = _groups(code, counted, labels, codes, link)
    bars = [
        charts.Bar(str(group.label), group.numbers[0].value, group.numbers[0].url, tone="b4" if group.is_gap else "")
        for group in groups
    ]
    total = sum(group.numbers[0].value or 0 for group in groups)
    return Breakdown(dimension, charts.bar_chart(bars, title=str(dimension.title)), groups, total)


def _without(dimension: Dimension, why: str) -> Breakdown:
    return Breakdown(dimension, charts.bar_chart([], title=str(dimension.title)), [], 0, missing=why)


def _tiles(counted: Counted, provinces: Mapping[str, Division], link: Link) -> tiles.TileMap:
    """The map keeps its other provinces under a filter by province, since it is where one goes on to the next."""
    chosen = counted.filters.get("province")
    is_known = counted.is_known("entries")
    return tiles.tile_map(
        provinces.values(),
        counted.by_province if is_known else {},
        url=lambda province: link(
            counted.known["entries"], {**counted.filters, "province": province.code}, counted.period
        ),
        current={chosen} if chosen else (),
        missing=0 if is_known else None,
    )


def _over_time(counted: Counted, link: Link) -> tuple[list[Line], list[Moment]]:
    periods = counted.period.line()
    table = [
        Moment(
            _short(period),
            [
                Number(
                    counted.known[code],
                    numbers[code],
                    link(counted.known[code], counted.filters, period) if numbers[code] is not None else "",
                    missing="" if numbers[code] is not None else _("not recorded"),
                )
                for code in LINES
            ],
        )
        for period, numbers in zip(periods, counted.line, strict=True)
    ]
    lines = []
    for index, code in enumerate(LINES):
        points = [
            charts.Point(moment.label, moment.numbers[index].value, moment.numbers[index].url) for moment in table
        ]
        chart = charts.line_chart(
            points, title=str(counted.known[code].title), unit=pgettext("unit", "parks"), width=380, height=190
        )
        lines.append(Line(counted.known[code], chart, any(point.value is None for point in points)))
    return lines, table


def _short(period: Period) -> str:
    """A label that fits under a chart."""
    return {"now": _("Now"), "day": f"{period.ends:%m-%d}", "month": f"{period.ends:%Y-%m}"}.get(
        period.kind, period.code
    )
