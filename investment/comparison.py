"""Two to five joint projects side by side: the same lines for each, what is missing shown as missing.

What is offered stands on none of these lines, whoever reads them (J-5).
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.core import markdown
from alliance.core.bilingual import in_other_language
from alliance.core.lists.export import BOM, Echo, cell
from parks.comparison import Cell, Line, Section

from . import factsheet
from .content import SHARES
from .lists import LEAST_COMPARED, MOST_COMPARED, NO_PROMISE, where
from .models import Project
from .presentation import money, text_of

LONGEST_TEXT = 400


@dataclass(frozen=True)
class Selection:
    """Which projects somebody asked to compare, and what could not be followed."""

    projects: list[Project]
    unknown: list[str]
    left_over: list[str]

    @property
    def slugs(self) -> list[str]:
        return [project.slug for project in self.projects]

    @property
    def is_enough(self) -> bool:
        return len(self.projects) >= LEAST_COMPARED


def select(slugs: Sequence[str]) -> Selection:
    """The public projects of these addresses in their order, five at most, each once."""
    wanted = list(dict.fromkeys(slug for slug in slugs if slug))
    plausible = [slug for slug in wanted if len(slug) <= 60 and "\x00" not in slug][:50]
    found = {project.slug: project for project in factsheet.rows().filter(slug__in=plausible)} if plausible else {}
    projects = [found[slug] for slug in wanted if slug in found]
    return Selection(
        projects=projects[:MOST_COMPARED],
        unknown=[slug for slug in wanted if slug not in found],
        left_over=[project.slug for project in projects[MOST_COMPARED:]],
    )


def compare(projects: Sequence[Project]) -> list[Section]:
    """Every line of the comparison; asks nothing of the database that `select` has not fetched."""

    def line(label: Any, read: Callable[[Project], Any]) -> Line:
        return Line(label, [Cell(text=read(project)) for project in projects])

    def lines(label: Any, read: Callable[[Project], Sequence[Any]]) -> Line:
        return Line(label, [Cell(items=list(read(project))) for project in projects])

    return [
        Section(
            _("What it is"),
            [
                line(pgettext("project", "Stage"), lambda project: project.get_public_state_display()),
                line(_("Summary"), lambda project: project.summary),
                line(_("Field of work"), lambda project: project.field and project.field.name),
                line(_("Kind"), lambda project: project.get_kind_display()),
                lines(_("Place"), where),
            ],
        ),
        Section(
            _("Money and time"),
            [
                line(_("Capital sought"), lambda project: money(project.need)),
                line(_("Total cost"), lambda project: money(project.cost)),
                lines(_("Use of funds"), _uses),
                line(_("Expected start"), lambda project: _day(project.starts_on)),
                line(_("Months it takes"), lambda project: str(_content(project)["months"] or "")),
            ],
        ),
        Section(
            _("Parks and their shares"),
            [
                lines(_("Parks"), lambda project: [park.line.name for park in factsheet.park_lines(project)]),
                *(lines(label, _shares(number)) for number, label in enumerate(_share_labels())),
            ],
        ),
        Section(
            _("What can go wrong"),
            [line(_("Risks"), lambda project: markdown.plain(text_of(_content(project), "risks"), LONGEST_TEXT))],
        ),
        Section(
            _("What was signed"),
            [
                line(_("Version in force"), lambda project: str(project.version.number) if project.version else ""),
                line(
                    _("Signed by all parks"),
                    lambda project: _day(project.version and project.version.in_force_at),
                ),
                line(pgettext("project date", "Published"), lambda project: _day(project.published_at)),
                Line(
                    pgettext("project", "Results"),
                    [Cell(items=_results(project), missing=_("None recorded")) for project in projects],
                ),
            ],
        ),
    ]


def _content(project: Project) -> dict[str, Any]:
    return project.version.content if project.version is not None else {}


def _day(moment: Any) -> str:
    if not moment:
        return ""
    return date_format(localtime(moment) if hasattr(moment, "hour") else moment, "DATE_FORMAT")


def _uses(project: Project) -> list[str]:
    return [f"{use['text']}{_(': ')}{use['amount']}" for use in _use_texts(project)]


def _use_texts(project: Project) -> Iterator[dict[str, Any]]:
    for use in _content(project).get("uses", ()):
        yield {"text": text_of(use, "text"), "amount": money(use["amount"])}


def _share_labels() -> list[Any]:
    labels = {"cost": _("Shares of cost"), "risk": _("Shares of risk"), "benefit": _("Shares of benefit")}
    return [labels[name] for name in SHARES]


def _shares(number: int) -> Callable[[Project], list[str]]:
    return lambda project: [
        f"{park.line.name}{_(': ')}{park.line.shares[number]}" for park in factsheet.park_lines(project)
    ]


def _results(project: Project) -> list[str]:
    outcomes = project.standing_outcomes  # type: ignore[attr-defined]
    return [
        " · ".join(str(part) for part in (one.get_kind_display(), money(one.amount), _day(one.happened_on)) if part)
        for one in outcomes
    ]


def csv_lines(projects: Sequence[Project], sections: Sequence[Section]) -> Iterator[str]:
    """The comparison as a file: a line for each question, a column for each project."""
    write = csv.writer(Echo()).writerow
    yield BOM + write(["", *(cell(project.title) for project in projects)])
    yield write([_("Title in the other language"), *(cell(in_other_language(one, "title")) for one in projects)])
    for section in sections:
        for line in section.lines:
            yield write([cell(line.label), *(cell(one.plain) for one in line.cells)])
    yield write([_("Page"), *(settings.PUBLIC_BASE_URL + project.get_absolute_url() for project in projects)])
    yield write([cell(NO_PROMISE)])
