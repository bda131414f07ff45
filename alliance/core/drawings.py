"""Charts as SVG that stands alone, for print: the geometry of the page (charts.py, tiles.py) in its light colours.

A line is the very SVG of the page. Bars and tiles are HTML there, so that labels wrap; here they are drawn.
"""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from .charts import BarChart, BarRow, LineChart
from .tiles import TileMap

# The light half of the tokens in portal.css.
INK, MUTED, RULE, SUNK = "#1c2733", "#55606d", "#dcd8cd", "#efece4"
DATA, DATA_2 = "#2f6599", "#9a948a"
STEPS = {
    "q1": "#eaf1f8",
    "q2": "#c6d9ec",
    "q3": "#93b7da",
    "q4": "#3f76ab",
    "q5": "#2f6599",
    "q6": "#17406a",
    "qz": "#f6f5f1",
    "q0": SUNK,
}
ON_DARK = {"q4", "q5", "q6"}
FONT = "Noto Sans SC"
STYLE = f"""<style>
text {{ font-family: "{FONT}"; font-size: 13px; fill: {MUTED}; }}
.end {{ text-anchor: end; }} .mid {{ text-anchor: middle; }} .val {{ fill: {INK}; font-weight: 700; }}
.ch-grid {{ stroke: {RULE}; fill: none; }} .ch-axis {{ stroke: {INK}; stroke-width: 1.25; fill: none; }}
.ch-line {{ fill: none; stroke: {DATA}; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }}
.ch-gap {{ fill: none; stroke: #7d7970; stroke-width: 1.5; stroke-dasharray: 2 4; }}
.ch-area {{ fill: {DATA}; opacity: .1; }} .ch-dot {{ fill: #ffffff; stroke: {DATA}; stroke-width: 2; }}
.ch-bed {{ fill: {SUNK}; }} .ch-bar {{ fill: {DATA}; }} .b4 {{ fill: {STEPS["q2"]}; }} .lab {{ fill: {INK}; }}
.name {{ font-size: 11px; }} .num {{ font-size: 17px; font-weight: 700; text-anchor: end; }}
{" ".join(f".t-{code} {{ fill: {color}; }}" for code, color in STEPS.items())}
{" ".join(f".on-{code} {{ fill: {'#ffffff' if code in ON_DARK else INK}; }}" for code in STEPS)}
</style>"""


def _draw(template: str, **context: Any) -> SafeString:
    return render_to_string(template, {**context, "style": mark_safe(STYLE)})


def line(chart: LineChart) -> SafeString:
    return _draw("_components/line_svg.html", chart=chart, standalone=True)


# Bars ---------------------------------------------------------------------------------------------------------------

ROW, THICK = 30, 16


@dataclass(frozen=True)
class _Bar:
    bar: BarRow
    label_x: int
    x: int
    y: int
    text_y: int
    bed: int
    length: float
    height: int
    value_x: int
    value: str


def bars(chart: BarChart, *, width: int = 540, missing: str = "–") -> SafeString:
    """Labels at the left as wide as the longest, values at the right."""
    widest = max((_wide(row.label) for row in chart.rows), default=0)
    left = min(int(widest * 13) + 14, width // 2)
    bed = width - left - 56
    drawn = [
        _Bar(
            row,
            left - 10,
            left,
            ROW * n + (ROW - THICK) // 2,
            ROW * n + ROW // 2 + 5,
            bed,
            round(bed * float(row.width) / 100, 1),
            THICK,
            width,
            missing if row.value is None else row.text or f"{row.value:,g}",
        )
        for n, row in enumerate(chart.rows)
    ]
    return _draw("_print/bars.svg", chart=chart, rows=drawn, width=width, height=max(ROW * len(drawn), ROW))


def _wide(text: str) -> float:
    """Its width in ems: a Chinese character is one, a Latin one a little more than half."""
    return sum(1.0 if character >= "\u1100" else 0.58 for character in text)


# Tiles --------------------------------------------------------------------------------------------------------------

SIZE, GAP = 74, 4


def tiles(tile_map: TileMap, *, label: str, chinese: bool) -> SafeString:
    """The window of provinces. English tiles bear their two letters, which the table beside them spells out."""
    step = SIZE + GAP
    drawn = []
    for tile in tile_map.tiles:
        x, y = tile.column * step, tile.row * step
        drawn.append(
            {
                "x": x,
                "y": y,
                "text_x": x + 7,
                "right": x + SIZE - 7,
                "name_y": y + 18,
                "value_y": y + SIZE - 9,
                "step": tile.step,
                "name": str(tile.name) if chinese else tile.abbr_en,
                "value": "–" if tile.value is None else f"{tile.value:,}",
            }
        )
    columns = max((tile.column for tile in tile_map.tiles), default=0) + 1
    rows = max((tile.row for tile in tile_map.tiles), default=0) + 1
    return _draw(
        "_print/tiles.svg", tiles=drawn, size=SIZE, label=label, width=columns * step - GAP, height=rows * step - GAP
    )
