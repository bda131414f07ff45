"""The province tile map: 34 divisions as panes of one window, each with an amount on one of six steps.

A schematic, not a map: no outline is drawn, and every division is always there. `None` is "no data" and is not zero.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

STEPS = 6
COLUMNS, ROWS = 7, 8


class Division(Protocol):
    """What a province must say about itself to have a pane."""

    code: Any
    iso_code: Any
    abbr_zh: Any
    tile_column: Any
    tile_row: Any

    @property
    def short(self) -> Any: ...


@dataclass(frozen=True)
class Tile:
    code: str
    name: str
    abbr_zh: str
    abbr_en: str
    column: int
    row: int
    value: int | None
    step: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Step:
    """One line of the legend. An empty label stands for "no data"; the component says it in the reader's language."""

    step: str
    label: str


@dataclass(frozen=True)
class TileMap:
    tiles: list[Tile]
    legend: list[Step]
    total: int
    filled: int
    panes: list[tuple[int, int]]


def upper_bounds(counts: Collection[int]) -> list[int]:
    """Upper bounds of at most six steps.

    Up to six different amounts have a step each. More of them share steps that grow by a factor, since a few places
    always hold most of everything.
    """
    amounts = sorted(set(counts))
    if len(amounts) <= STEPS:
        return amounts
    return sorted({round(amounts[-1] ** (n / STEPS)) for n in range(1, STEPS + 1)})


def tile_map(
    divisions: Iterable[Division],
    counts: Mapping[str, int | None],
    *,
    url: Callable[[Any], str] | None = None,
    current: Collection[str] = (),
    missing: int | None = 0,
) -> TileMap:
    """Panes and legend for these counts by division code.

    `missing` is what a division without a count has: 0 where the counts come from counting rows, None where the figure
    itself was not reported. `current` holds the codes that the present filter names.
    """
    provinces = [division for division in divisions if division.tile_column is not None]
    values = {division.code: counts.get(division.code, missing) for division in provinces}
    known = [value for value in values.values() if value is not None]
    amounts = {value for value in known if value > 0}
    bounds = upper_bounds(amounts)

    def ink(index: int) -> str:
        # Few steps are spread over all six inks, so that a map of ones and twos still reads.
        return f"q{-(-STEPS * index // len(bounds))}"

    def step(value: int | None) -> str:
        if value is None:
            return "q0"
        if value <= 0:
            return "qz"
        return ink(next(n for n, bound in enumerate(bounds, start=1) if value <= bound))

    tiles = [
        Tile(
            code=division.code,
            name=division.short,
            abbr_zh=division.abbr_zh,
            abbr_en=division.iso_code.removeprefix("CN-"),
            column=division.tile_column,
            row=division.tile_row,
            value=values[division.code],
            step=step(values[division.code]),
            url=url(division) if url else "",
            is_current=division.code in current,
        )
        for division in sorted(provinces, key=lambda d: (d.tile_row, d.tile_column))
    ]
    legend = [Step("qz", "0")] if 0 in known else []
    lower = 1
    for index, bound in enumerate(bounds, start=1):
        held = [amount for amount in amounts if lower <= amount <= bound]
        # A step that holds one amount says that amount.
        label = str(held[0]) if len(held) == 1 else f"{lower}–{bound}"
        if held:
            legend.append(Step(ink(index), label))
        lower = bound + 1
    if None in values.values():
        legend.append(Step("q0", ""))
    taken = {(tile.column, tile.row) for tile in tiles}
    panes = [(column, row) for row in range(ROWS) for column in range(COLUMNS) if (column, row) not in taken]
    return TileMap(tiles, legend, sum(known), sum(1 for value in known if value > 0), panes)
