"""Two to five parks side by side: the same lines for each, what is missing shown as missing."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from alliance.core.bilingual import in_other_language
from alliance.core.lists.export import BOM, Echo, cell

from . import choices
from .columns import figure
from .directory import LEAST_COMPARED, MOST_COMPARED, where
from .models import FieldOfWork, Figure, Park
from .presentation import labels_of, with_pictures


@dataclass(frozen=True)
class Cell:
    """What one park says on one line. Without text and figure it said nothing."""

    text: Any = ""
    items: Sequence[Any] = ()
    figure: Figure | None = None
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
        """Whether the parks that said something said different things."""
        said = {cell.plain for cell in self.cells if not cell.is_missing}
        return len(said) > 1


@dataclass(frozen=True)
class Section:
    title: Any
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Selection:
    """Which parks somebody asked to compare, and what could not be followed."""

    parks: list[Park]
    unknown: list[str]
    left_over: list[str]

    @property
    def slugs(self) -> list[str]:
        return [park.slug for park in self.parks]

    @property
    def is_enough(self) -> bool:
        return len(self.parks) >= LEAST_COMPARED


def select(slugs: Sequence[str]) -> Selection:
    """The public parks of these addresses in their order, five at most, each once."""
    wanted = list(dict.fromkeys(slug for slug in slugs if slug))
    plausible = [slug for slug in wanted if len(slug) <= 60 and "\x00" not in slug][:50]
    rows = (
        Park.objects.public()
        .filter(slug__in=plausible)
        .select_related("province", "city")
        .prefetch_related("figures", "institutions", with_pictures())
        if plausible
        else []
    )
    found = {park.slug: park for park in rows}
    parks = [found[slug] for slug in wanted if slug in found]
    return Selection(
        parks=parks[:MOST_COMPARED],
        unknown=[slug for slug in wanted if slug not in found],
        left_over=[park.slug for park in parks[MOST_COMPARED:]],
    )


def compare(parks: Sequence[Park]) -> list[Section]:
    """Every line of the comparison. One query for the names of fields of work."""
    names = FieldOfWork.objects.in_bulk([code for park in parks for code in park.fields])

    def line(label: Any, read: Callable[[Park], Any], missing: Any = "") -> Line:
        return Line(label, [Cell(text=read(park), missing=missing) for park in parks])

    def lines(label: Any, read: Callable[[Park], Sequence[Any]]) -> Line:
        return Line(label, [Cell(items=list(read(park))) for park in parks])

    def figures(indicator: choices.Indicator) -> Line:
        newest, unit = figure(indicator), choices.UNITS[indicator]
        return Line(indicator.label, [Cell(figure=newest(park), unit=unit) for park in parks])

    return [
        Section(
            _("What it is"),
            [
                lines(_("Place"), where),
                line(_("Kind"), lambda park: park.get_kind_display()),
                line(_("Year opened"), lambda park: str(park.year_opened or "")),
                line(_("Former use"), lambda park: park.former_use),
                lines(_("Fields of work"), lambda park: [names[code].name for code in park.fields if code in names]),
                line(_("Title"), title, missing=_("No title recorded")),
            ],
        ),
        Section(
            _("Type"),
            [
                lines(_("Formation"), lambda p: labels_of(choices.Formation, [p.formation, p.second_formation])),
                line(_("Structure"), lambda park: park.get_structure_display()),
                line(_("Site form"), lambda park: park.get_site_form_display()),
                lines(_("Digital form"), lambda park: labels_of(choices.DigitalForm, park.digital_forms)),
            ],
        ),
        Section(_("Figures"), [figures(indicator) for indicator in choices.Indicator]),
        Section(
            _("Space and services"),
            [
                lines(_("Anchor institutions"), lambda park: [body.name for body in park.institutions.all()]),
                lines(_("Facilities"), lambda park: labels_of(choices.Facility, park.facilities)),
                lines(_("Services"), lambda park: labels_of(choices.Service, park.services)),
            ],
        ),
        Section(_("The entry"), [line(_("State of the entry"), lambda park: park.get_standing_display())]),
    ]


def title(park: Park) -> str:
    name = park.get_national_status_display()
    return f"{name} · {park.national_status_year}" if name and park.national_status_year else name


def csv_lines(parks: Sequence[Park], sections: Sequence[Section]) -> Iterator[str]:
    """The comparison as a file: a line for each question, a column for each park."""
    write = csv.writer(Echo()).writerow
    yield BOM + write(["", *(cell(park.name) for park in parks)])
    yield write([_("Name in the other language"), *(cell(in_other_language(park, "name")) for park in parks)])
    for section in sections:
        for line in section.lines:
            yield write([cell(line.label), *(cell(one.plain) for one in line.cells)])
    yield write([_("Page"), *(settings.PUBLIC_BASE_URL + park.get_absolute_url() for park in parks)])
