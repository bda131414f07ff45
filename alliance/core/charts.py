"""Charts as geometry: data in, numbers for an SVG out. The components draw them; a table beside them says the same.

Nothing here knows colours, languages or requests, so that the same geometry serves the page and the printed report.
A missing value is `None` and is drawn as a gap, never as zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10


def _n(value: float) -> str:
    """A coordinate with at most one decimal and no trailing zero."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


# Bars -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One amount: what it is called, how much, what opens its rows. `text` replaces a number that needs a unit."""

    label: str
    value: float | None
    url: str = ""
    text: str = ""
    tone: str = ""


@dataclass(frozen=True)
class BarRow:
    label: str
    value: float | None
    text: str
    width: str
    url: str
    tone: str


@dataclass(frozen=True)
class BarChart:
    rows: list[BarRow]
    title: str
    unit: str


def bar_chart(bars: Iterable[Bar], *, title: str = "", unit: str = "", maximum: float | None = None) -> BarChart:
    """Horizontal bars on one scale from zero; the longest, or `maximum`, fills the line. Small amounts stay visible."""
    given = list(bars)
    top = maximum if maximum is not None else max((bar.value or 0 for bar in given), default=0)
    rows = []
    for bar in given:
        share = min(100.0, (bar.value or 0) / top * 100) if top > 0 else 0.0
        if bar.value and bar.value > 0:
            share = max(share, 0.5)
        rows.append(BarRow(bar.label, bar.value, bar.text, _n(max(share, 0)), bar.url, bar.tone))
    return BarChart(rows, title, unit)


# Lines ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    label: str
    value: float | None
    url: str = ""


@dataclass(frozen=True)
class Mark:
    x: str
    y: str
    label: str
    value: float | None = None
    url: str = ""


@dataclass(frozen=True)
class LineChart:
    title: str
    unit: str
    width: int
    height: int
    left: int
    right: int
    bottom: int
    line: str
    gaps: str
    area: str
    marks: list[Mark]
    last: Mark | None
    y_ticks: list[Mark]
    x_ticks: list[Mark]
    points: list[Point]


def nice_ticks(top: float, about: int = 4) -> list[float]:
    """Round values from zero to at least `top`, in steps of 1, 2 or 5 times a power of ten."""
    if top < 1e-9:
        return [0.0, 1.0]
    rough = top / about
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough - 1e-12)
    count = int(-(-top // step))
    return [step * n for n in range(count + 1)]


def line_chart(
    points: Sequence[Point], *, title: str = "", unit: str = "", width: int = 540, height: int = 260
) -> LineChart:
    """A line over ordered points, from zero. Where points are missing, a dotted line joins the known ones."""
    left, top_edge, right, bottom = 44, 12, width - 48, height - 28
    ticks = nice_ticks(max((point.value or 0 for point in points), default=0))
    span = max(len(points) - 1, 1)

    def x(index: int) -> float:
        return left + (right - left) * index / span

    def y(value: float) -> float:
        return bottom - (bottom - top_edge) * value / ticks[-1]

    runs: list[list[tuple[float, float]]] = []
    marks: list[Mark] = []
    known_before = False
    for index, point in enumerate(points):
        if point.value is None:
            known_before = False
            continue
        if not known_before:
            runs.append([])
        runs[-1].append((x(index), y(point.value)))
        marks.append(Mark(_n(x(index)), _n(y(point.value)), point.label, point.value, point.url))
        known_before = True
    line = "".join("M" + "L".join(f"{_n(px)} {_n(py)}" for px, py in run) for run in runs)
    area = "".join(
        f"M{_n(run[0][0])} {bottom}" + "".join(f"L{_n(px)} {_n(py)}" for px, py in run) + f"L{_n(run[-1][0])} {bottom}Z"
        for run in runs
        if len(run) > 1
    )
    gaps = "".join(f"M{_n(one[-1][0])} {_n(one[-1][1])}L{_n(two[0][0])} {_n(two[0][1])}" for one, two in pairwise(runs))
    return LineChart(
        title=title,
        unit=unit,
        width=width,
        height=height,
        left=left,
        right=right,
        bottom=bottom,
        line=line,
        gaps=gaps,
        area=area,
        marks=marks,
        last=marks[-1] if marks else None,
        y_ticks=[Mark(str(left - 8), _n(y(tick)), f"{tick:,g}", tick) for tick in ticks],
        x_ticks=[Mark(_n(x(i)), str(bottom + 20), points[i].label) for i in _spread(len(points), 5)],
        points=list(points),
    )


def _spread(count: int, most: int) -> list[int]:
    """Up to `most` positions of `count`, evenly apart, first and last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(index * (count - 1) / (most - 1)) for index in range(most)})


@dataclass(frozen=True)
class Sparkline:
    line: str
    values: list[float | None]


def sparkline(values: Sequence[float | None], *, width: int = 96, height: int = 24) -> Sparkline:
    """A word-sized line between its own lowest and highest value."""
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline("", list(values))
    low, high = min(known), max(known)
    span = high - low or 1
    path, pen_up = "", True
    for index, value in enumerate(values):
        if value is None:
            pen_up = True
            continue
        px = width * index / max(len(values) - 1, 1)
        py = height / 2 if high == low else 2 + (height - 4) * (1 - (value - low) / span)
        path += f"{'M' if pen_up else 'L'}{_n(px)} {_n(py)}"
        pen_up = False
    return Sparkline(path, list(values))


# Donut ----------------------------------------------------------------------------------------------------------------

MOST_SLICES = 6


@dataclass(frozen=True)
class Slice:
    label: str
    value: float
    url: str = ""


@dataclass(frozen=True)
class Arc:
    label: str
    value: float
    url: str
    share: str
    offset: str
    step: int
    percent: str


@dataclass(frozen=True)
class DonutChart:
    arcs: list[Arc]
    total: float
    title: str


def donut_chart(slices: Iterable[Slice], *, title: str = "") -> DonutChart:
    """Shares of a whole, clockwise from the top, in hundredths of the ring. More than six parts belong in bars."""
    given = [part for part in slices if part.value > 0]
    if len(given) > MOST_SLICES:
        raise ValueError(f"A ring shows at most {MOST_SLICES} parts; draw {len(given)} parts as bars.")
    total = sum(part.value for part in given)
    arcs, done = [], 0.0
    for step, part in enumerate(given, start=1):
        share = part.value / total * 100
        arcs.append(Arc(part.label, part.value, part.url, f"{share:.2f}", f"{0 - done:.2f}", step, _n(round(share, 1))))
        done += share
    return DonutChart(arcs, total, title)


# Flow -----------------------------------------------------------------------------------------------------------------

FLOW_STEP, FLOW_BULGE, FLOW_TOP = 60, 22, 20


@dataclass(frozen=True)
class FlowNode:
    label: str
    y: int
    kind: str

    @property
    def top(self) -> int:
        return self.y - 6


@dataclass(frozen=True)
class FlowArc:
    path: str
    head: str
    is_back: bool


@dataclass(frozen=True)
class FlowChart:
    title: str
    x: int
    width: int
    height: int
    nodes: list[FlowNode]
    arcs: list[FlowArc]

    @property
    def node_x(self) -> int:
        return self.x - 6

    @property
    def text_x(self) -> int:
        return self.x + 18

    @property
    def last_y(self) -> int:
        return self.nodes[-1].y if self.nodes else FLOW_TOP


def flow_chart(
    states: Sequence[tuple[str, str, str]], moves: Iterable[tuple[str, str]], *, title: str = "", width: int = 340
) -> FlowChart:
    """States down a line (code, label, kind), moves as arcs beside it; those that lead back up are dashed.

    A wider arc spans more states. What leads back bulges a little further, so that a step and its undoing lie apart.
    """
    row = {code: index for index, (code, _, _) in enumerate(states)}
    edges = sorted({(row[source], row[target]) for source, target in moves if source != target})
    widest = max((abs(end - start) for start, end in edges), default=0)
    x = 18 + FLOW_BULGE * (widest + 1)
    arcs = []
    for start, end in edges:
        is_back = end < start
        bulge = FLOW_BULGE * abs(end - start) + (FLOW_BULGE // 2 if is_back else 0)
        # An arc leaves below the middle of its state and arrives above it, or the other way round when it leads up.
        sign = -1 if is_back else 1
        y1, y2 = FLOW_TOP + FLOW_STEP * start + 4 * sign, FLOW_TOP + FLOW_STEP * end - 4 * sign
        left = x - 9
        arcs.append(
            FlowArc(
                f"M{left} {y1}C{left - bulge} {y1} {left - bulge} {y2} {left - 6} {y2}",
                f"M{left} {y2}l-8-4v8z",
                is_back,
            )
        )
    nodes = [FlowNode(label, FLOW_TOP + FLOW_STEP * index, kind) for index, (_, label, kind) in enumerate(states)]
    return FlowChart(title, x, width, FLOW_TOP * 2 + FLOW_STEP * max(len(states) - 1, 0), nodes, arcs)
