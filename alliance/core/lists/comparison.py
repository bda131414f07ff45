"""Two to five entries of a list side by side: which were chosen, the same lines for each, and all of it as a file."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from ..bilingual import in_other_language
from .export import BOM, Echo, cell

LEAST_COMPARED = 2
MOST_COMPARED = 5
LONGEST_SLUG = 60
MOST_READ = 50  # addresses looked up, however many a link carries

Row = TypeVar("Row", bound=Any)


@dataclass(frozen=True)
class Cell:
    """What one entry says on one line; without text, items and figure it said nothing."""

    text: Any = ""
    items: Sequence[Any] = ()
    figure: Any = None  # with `value`, `year` and `is_planned`, drawn with its `unit`
    unit: Any = ""
    missing: Any = ""

    @property
    def is_missing(self) -> bool:
        return not self.text and not self.items and self.figure is None

    @property
    def plain(self) -> str:
        if self.figure is not None:
            year = f" ({self.figure.year})" if self.figure.year else ""
            planned = f" {_('planned')}" if self.figure.is_planned else ""
            return f"{self.figure.value} {self.unit}{year}{planned}".replace("  ", " ")
        return _("; ").join(str(item) for item in self.items) if self.items else str(self.text)


@dataclass(frozen=True)
class Line:
    label: Any
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        """Whether those that said something said different things."""
        said = {cell.plain for cell in self.cells if not cell.is_missing}
        return len(said) > 1


@dataclass(frozen=True)
class Section:
    title: Any
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Selection(Generic[Row]):
    """Which entries somebody asked to compare, and what could not be followed."""

    rows: list[Row]
    unknown: list[str]
    left_over: list[str]

    @property
    def slugs(self) -> list[str]:
        return [row.slug for row in self.rows]

    @property
    def is_enough(self) -> bool:
        return len(self.rows) >= LEAST_COMPARED


def choose(slugs: Sequence[str], fetch: Callable[[Sequence[str]], Iterable[Row]]) -> Selection[Row]:
    """What `fetch` finds under these addresses, in their order, five at most, each once."""
    wanted = list(dict.fromkeys(slug for slug in slugs if slug))
    plausible = [slug for slug in wanted if len(slug) <= LONGEST_SLUG and "\x00" not in slug][:MOST_READ]
    found = {row.slug: row for row in fetch(plausible)} if plausible else {}
    rows = [found[slug] for slug in wanted if slug in found]
    return Selection(
        rows=rows[:MOST_COMPARED],
        unknown=[slug for slug in wanted if slug not in found],
        left_over=[row.slug for row in rows[MOST_COMPARED:]],
    )


def as_csv(
    rows: Sequence[Any], sections: Sequence[Section], *, named: str, other_label: str, foot: str = ""
) -> Iterator[str]:
    """The comparison as a file: a line for each question, a column for each entry, headed by its field `named`."""
    write = csv.writer(Echo()).writerow
    yield BOM + write(["", *(cell(getattr(row, named)) for row in rows)])
    yield write([other_label, *(cell(in_other_language(row, named)) for row in rows)])
    for section in sections:
        for line in section.lines:
            yield write([cell(line.label), *(cell(one.plain) for one in line.cells)])
    yield write([_("Page"), *(settings.PUBLIC_BASE_URL + row.get_absolute_url() for row in rows)])
    if foot:
        yield write([cell(foot)])
