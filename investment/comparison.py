"""Two to five joint projects side by side: the same lines for each, what is missing shown as missing.

What is offered stands on none of these lines, whoever reads them (J-5).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.core import markdown
from alliance.core.lists.comparison import Cell, Line, Section, Selection, as_csv, choose

from . import factsheet
from .content import SHARES
from .lists import NO_PROMISE, where
from .models import Project
from .presentation import money, text_of

LONGEST_TEXT = 400


def select(slugs: Sequence[str]) -> Selection[Project]:
    """The public projects of these addresses, with what the comparison reads of them."""
    return choose(slugs, lambda known: factsheet.rows().filter(slug__in=known))


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
    other_label = _("Title in the other language")
    return as_csv(projects, sections, named="title", other_label=other_label, foot=NO_PROMISE)
