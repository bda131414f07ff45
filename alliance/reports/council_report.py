"""The report to the council, made in the background: frozen first, then set as PDF or written as a workbook.

What it shows is a snapshot, so the same report can be made again, in another language or as another file.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from alliance.accounts.models import User
from alliance.core import jobs, sheets
from alliance.core.errors import RuleBroken
from alliance.core.jobs import JobKind, Work
from alliance.core.limits import Limit
from alliance.core.models import Job

from . import document, figures, policies, snapshots, tables
from .figures import DIMENSIONS
from .models import ReportSchedule, Snapshot
from .periods import Period

PDF, XLSX = ReportSchedule.Format.PDF.value, ReportSchedule.Format.XLSX.value
MEDIA_TYPES = {PDF: "application/pdf", XLSX: sheets.XLSX}
# Reports are orders of magnitude dearer than pages.
REPORTS = Limit("report", each=20, overall=200, seconds=3600)


def order(
    *,
    by: User,
    period: Period,
    language: str,
    file_format: str,
    filters: Mapping[str, str] | None = None,
    with_parks: bool = False,
    snapshot: Snapshot | None = None,
) -> Job:
    """Have it made. The same asked twice while it is under way is the same job. Raises PermissionDenied, TooMany."""
    kept = snapshots.frozen_period(period) if snapshot is None else snapshots.period_of(snapshot)
    return jobs.request(
        COUNCIL_REPORT,
        by=by,
        language=language if language in {"zh-hans", "en"} else by.language,
        report_language=language,
        format=file_format,
        filters=dict(sorted((filters or {}).items())),
        parks=with_parks,
        period={"kind": kept.kind, "starts": kept.starts.isoformat(), "ends": kept.ends.isoformat()},
        snapshot=snapshot.pk if snapshot else None,
    )


def mine(person: User) -> QuerySet[Job]:
    return Job.objects.of(person).filter(kind=COUNCIL_REPORT.code)


# In the worker ------------------------------------------------------------------------------------------------------


def _may(person: Any, params: Mapping[str, Any]) -> bool:
    return person is not None and policies.can_see_dashboard(person)


def _run(work: Work) -> dict[str, Any]:
    params = work.params
    work.progress(0, 6, "reading")
    snapshot = _snapshot(params, work)
    language, file_format = params["report_language"], params["format"]
    with translation.override(work.language):
        name = file_name(snapshot, language, file_format)
    work.progress(3, 6, "drawing" if file_format == PDF else "rows")
    if file_format == PDF:
        made = document.pdf(
            snapshot,
            language,
            with_parks=params["parks"],
            progress=lambda done, total: work.progress(3 + done * 2 // total, 6, "drawing"),
        )
        work.progress(5, 6, "writing")
        with work.file(name, MEDIA_TYPES[PDF]) as file:
            file.write(made)
    else:
        with work.file(name, MEDIA_TYPES[XLSX]) as file:
            write_xlsx(file, snapshot, language, with_parks=params["parks"])
    work.progress(6, 6, "writing")
    return {"snapshot": snapshot.pk}


def _snapshot(params: Mapping[str, Any], work: Work) -> Snapshot:
    """The one that was named, or a new one of the period."""
    if params["snapshot"] is not None:
        found = Snapshot.objects.filter(pk=params["snapshot"]).first()
        if found is None:
            raise RuleBroken(_("This snapshot does not exist."))
        return found
    # What has been under way over midnight is still the day it was asked for: then it is over and counted as such.
    progress = partial(_frozen_so_far, work)
    return snapshots.make(_period(params), params["filters"], by=work.by, progress=progress)


def _frozen_so_far(work: Work, step: int) -> None:
    work.progress(step - 1, 6, "reading")


def _period(params: Mapping[str, Any]) -> Period:
    named = params["period"]
    return Period(named["kind"], date.fromisoformat(named["starts"]), date.fromisoformat(named["ends"]))


def file_name(snapshot: Snapshot, language: str, file_format: str) -> str:
    tongue = {"zh-hans": "zh", "en": "en", document.BOTH: "zh-en"}[language]
    return f"council-report-{snapshot.period}-{tongue}.{file_format}"


def write_xlsx(file: IO[bytes], snapshot: Snapshot, language: str, *, with_parks: bool) -> None:
    """The same figures as a workbook, once for each language."""
    pages: list[sheets.Sheet] = []
    for one in document.LANGUAGES[language]:
        with translation.override(one):
            pages += _pages(snapshot, with_parks)
    with translation.override(document.LANGUAGES[language][0]):
        sheets.write_xlsx(file, pages, title=document.title_of(snapshot), author=str(settings.SITE_NAME))


def _pages(snapshot: Snapshot, with_parks: bool) -> list[sheets.Sheet]:
    board = snapshots.shown(snapshot)
    columns = tables.columns()
    pages = [
        sheets.Sheet(_("Figures"), columns, list(tables.rows(board))),
        sheets.Sheet(
            _("Over time"),
            [
                sheets.Column(_("End of")),
                *[
                    sheets.Column(str(f.title), kind="number", unit=pgettext("unit", "parks"))
                    for f in board.line_figures
                ],
            ],
            [(moment.label, *[number.value for number in moment.numbers]) for moment in board.moments],
        ),
    ]
    if with_parks:
        pages.append(_park_page(snapshot))
    terms = [
        (words["title"], words["definition"], words["version"])
        for words in ({**kept, **kept[translation.get_language() or "zh-hans"]} for kept in _kept(snapshot))
    ]
    meaning = [
        sheets.Column(_("Term")),
        sheets.Column(_("Definition"), width=80),
        sheets.Column(_("Version"), "number"),
    ]
    pages.append(sheets.Sheet(_("Definitions"), meaning, terms, is_prose=True))
    pages.append(sheets.about(list(_about(snapshot))))
    return pages


def _kept(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [*snapshot.definitions["figures"].values(), *snapshot.definitions["dimensions"].values()]


def _park_page(snapshot: Snapshot) -> sheets.Sheet:
    known = snapshots.figures_of(snapshot)
    labels = {code: document.labels_of(code) for code in snapshots.DIMENSIONS_KEPT}
    columns = [
        sheets.Column(_("Chinese name")),
        sheets.Column(_("English name")),
        *[sheets.Column(str(DIMENSIONS[code].title)) for code in snapshots.DIMENSIONS_KEPT],
        *[sheets.Column(str(figure.title), meaning=str(figure.definition)) for figure in known.values()],
    ]
    rows = (
        (
            park.name_zh,
            park.name_en,
            *[_(", ").join(labels[code].get(one, "") for one in park.all_of(code)) for code in labels],
            *["✓" if code in park.figures else "" for code in known],
        )
        for park in snapshots.parks_of(snapshot)
    )
    return sheets.Sheet(_("Parks"), columns, rows)


def _about(snapshot: Snapshot) -> list[tuple[str, Any]]:
    filters = filters_in_words(snapshot.filters) or _("all parks")
    return [
        (_("Report"), document.title_of(snapshot)),
        (_("As of"), timezone.localtime(snapshot.as_of).strftime("%Y-%m-%d %H:%M")),
        (_("Conditions"), filters),
        (_("Snapshot"), f"{snapshot.pk} · {snapshot.digest}"),
    ]


# In words -----------------------------------------------------------------------------------------------------------


def filters_in_words(filters: Mapping[str, str]) -> str:
    return _(", ").join(str(figures.choices_of(code).get(value, value)) for code, value in filters.items())


def describe(job: Job) -> str:
    """Which period, which parks, which language and file."""
    params = job.params
    languages = dict(ReportSchedule.Language.choices)
    words = [
        _period(params).label,
        filters_in_words(params["filters"]),
        str(languages.get(params["report_language"], "")),
        params["format"].upper(),
    ]
    return " · ".join(word for word in words if word)


COUNCIL_REPORT = jobs.register(
    JobKind(
        code="council_report",
        title=gettext_lazy("Report to the council"),
        run=_run,
        may=_may,
        describe=describe,
        stages={"reading": pgettext_lazy("job", "Freezing the figures and the parks behind them")},
        keep_days=90,
    )
)
