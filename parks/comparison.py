"""Two to five parks side by side: the same lines for each, what is missing shown as missing."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.core.lists.comparison import Cell, Line, Section, Selection, as_csv, choose

from . import choices
from .columns import figure
from .directory import where
from .models import FieldOfWork, Park
from .presentation import labels_of, with_pictures


def select(slugs: Sequence[str]) -> Selection[Park]:
    """The public parks of these addresses, with what the comparison reads of them."""
    return choose(slugs, _rows)


def _rows(slugs: Sequence[str]) -> QuerySet[Park]:
    return (
        Park.objects.public()
        .filter(slug__in=slugs)
        .select_related("province", "city")
        .prefetch_related("figures", "institutions", with_pictures())
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
    return as_csv(parks, sections, named="name", other_label=_("Name in the other language"))
