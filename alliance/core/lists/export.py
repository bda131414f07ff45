"""A list as a file: the same filter, the same rows, the same permissions.

`Table` turns a listing into columns and rows for `core.sheets`, once for CSV and XLSX alike. A short list comes at once
(`file_response`), a long one is written by a job (`LIST_EXPORT`) with the rights that the person has when it runs.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import IO, Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import cells, jobs, sheets
from ..bilingual import EN, OTHER, ZH, active_language
from ..limits import Limit
from ..models import Job
from .definition import Column, ListDefinition, find
from .filters import remembered_options
from .listing import Listing

CHUNK = 500
# So many rows come at once; more are written in the background.
AT_ONCE = 1000
FORMATS = ("xlsx", "csv")
EXPORTS = Limit("export", each=30, overall=600, seconds=600)

BOM, Echo, cell = sheets.BOM, sheets._Echo, cells.for_csv  # under the names they had here


class Table:
    """Columns and rows of a listing, in the language that is active when it is made.

    A column that is `in_both` stands there twice. The reader's language comes first and, as on every page, borrows from
    the other where it is missing; the second column never does.
    """

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.language = active_language()
        self._columns: list[tuple[Column, str]] = []
        for column in listing.definition.columns:
            if column.in_file:
                self._columns.append((column, self.language))
                if column.in_both:
                    self._columns.append((column, OTHER[self.language]))
        self.written = 0

    @cached_property
    def columns(self) -> list[sheets.Column]:
        return [self._described(column, language) for column, language in self._columns]

    def _described(self, column: Column, language: str) -> sheets.Column:
        head, missing = column.head, ""
        if column.in_both and language == self.language:
            missing = _("the text in the other language; empty where there is neither")
        if column.in_both and language != self.language:
            names = {ZH: _("Chinese"), EN: _("English")}
            head = _("%(column)s (%(language)s)") % {"column": head, "language": names[language]}
        return sheets.Column(
            head,
            kind="number" if column.is_number else "text",
            meaning=str(column.meaning),
            unit=str(column.unit),
            source=str(column.source),
            missing=missing,
            is_plain=column.is_plain,
        )

    def rows(self, found: Iterable[Any] | None = None) -> Iterator[list[Any]]:
        """Every row of the list in its order, a few at a time from the database; or these."""
        here = [place for place, (column, language) in enumerate(self._columns) if language == self.language]
        there = [place for place, (column, language) in enumerate(self._columns) if language != self.language]
        for row in self._prepared(found if found is not None else self.listing.all_rows().iterator(chunk_size=CHUNK)):
            line: list[Any] = [None] * len(self._columns)
            # A file is sent after the request's language has gone.
            with translation.override(self.language):
                for place in here:
                    line[place] = self.listing.value(self._columns[place][0], row)
            if there:
                with translation.override(OTHER[self.language]):
                    for place in there:
                        value = self.listing.value(self._columns[place][0], row)
                        line[place] = None if getattr(value, "is_fallback", False) else value
            self.written += 1
            yield line

    def _prepared(self, found: Iterable[Any]) -> Iterator[Any]:
        """The rows with what their columns read beside them, so many at a time."""
        rows = iter(found)
        while chunk := list(islice(rows, CHUNK)):
            self.listing.prepare(chunk)
            yield from chunk

    @property
    def name(self) -> str:
        return f"{self.listing.definition.code}-{timezone.localdate():%Y%m%d}"

    @property
    def title(self) -> str:
        return str(self.listing.definition.title) or self.listing.definition.code

    def about(self) -> Iterator[tuple[str, Any]]:
        """What the file is; asked for after the rows, so that it can count them."""
        definition = self.listing.definition
        yield _("Name of the list"), self.title
        yield _("Conditions"), self.listing.in_words or _("none: the whole list")
        if self.listing.sort is not None:
            yield _("Order"), str(self.listing.sort.label)
        yield _("Rows"), self.written
        yield _("The same list in the portal"), settings.PUBLIC_BASE_URL + self.listing.link(page=None)
        yield _("Made on"), timezone.now()
        yield _("Time zone"), _("China Standard Time (UTC+8)")
        yield _("Who may see this"), str(definition.who_sees) or _("the person who asked for it")
        if definition.licence:
            yield _("Source and use"), str(definition.licence)

    def write(self, file: IO[bytes], suffix: str, found: Iterable[Any] | None, progress: Any = None) -> int:
        """The whole file; gives the number of rows."""
        rows = self.rows(found)
        if suffix == "csv":
            return sheets.write_csv(file, self.columns, rows, progress=progress)
        pages = [
            sheets.Sheet(self.title, self.columns, rows, progress=progress),
            sheets.definitions(self.columns),
            sheets.about(self.about()),
        ]
        return sheets.write_xlsx(file, pages, title=self.title, author=str(settings.SITE_NAME))


# At once --------------------------------------------------------------------------------------------------------------


def csv_response(listing: Listing, found: Iterable[Any] | None = None) -> StreamingHttpResponse:
    """Send the list, row by row."""
    table = Table(listing)
    lines = sheets.csv_lines(table.columns, table.rows(found))
    return _named(StreamingHttpResponse(lines, content_type=sheets.CSV), f"{table.name}.csv")


def file_response(listing: Listing, suffix: str) -> HttpResponseBase | None:
    """The list as a file; None where it is too long to come at once."""
    found = list(listing.all_rows()[: AT_ONCE + 1])
    if len(found) > AT_ONCE:
        return None
    if suffix == "csv":
        return csv_response(listing, found)
    table, file = Table(listing), io.BytesIO()
    table.write(file, suffix, found)
    return _named(HttpResponse(file.getvalue(), content_type=sheets.XLSX), f"{table.name}.xlsx")


def _named(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


# In the background ----------------------------------------------------------------------------------------------------


def _definition(params: Mapping[str, Any]) -> ListDefinition | None:
    return find(str(params.get("list", "")))


def _may(person: Any, params: Mapping[str, Any]) -> bool:
    """Asked for when it is asked for, when it runs, and when its file is fetched."""
    definition = _definition(params)
    return person is not None and definition is not None and definition.may(person)


def _listing(params: Mapping[str, Any], person: Any) -> Listing:
    definition = _definition(params)
    assert definition is not None
    return definition.read(QueryDict(str(params["query"])), user=person)


def _run(work: jobs.Work) -> dict[str, Any]:
    listing = _listing(work.params, work.by)
    table, suffix = Table(listing), work.params["format"]
    total = listing.total
    work.progress(0, total, "rows")
    with work.file(f"{table.name}.{suffix}", sheets.MEDIA_TYPES[suffix]) as file:
        written = table.write(file, suffix, None, progress=_teller(work, total))
    return {"rows": written}


def _teller(work: jobs.Work, total: int) -> Callable[[int], None]:
    return lambda done: work.progress(min(done, total), total, "rows")


def _describe(job: Job) -> str:
    definition = _definition(job.params)
    if definition is None:
        return ""
    listing = _listing(job.params, job.requested_by)
    words = {
        "list": definition.title,
        "conditions": listing.in_words or _("the whole list"),
        "format": str(job.params.get("format", "")).upper(),
    }
    text = _("%(list)s: %(conditions)s, as %(format)s") % words
    rows = job.result.get("rows")
    if rows is None:
        return text
    return f"{text} · " + ngettext("%(n)s row", "%(n)s rows", rows) % {"n": f"{rows:,}"}


LIST_EXPORT = jobs.register(
    jobs.JobKind(
        code="list_export",
        title=gettext_lazy("Export of a list"),
        run=_run,
        may=_may,
        describe=_describe,
        reads_only=True,
    )
)


def request_export(listing: Listing, suffix: str, *, by: Any) -> Job:
    """Have the list written in the background, as it is asked for here."""
    query = listing.parameters(page=None, view=None, **dict.fromkeys(listing.definition.carries)).urlencode()
    return jobs.request(LIST_EXPORT, by=by, list=listing.definition.code, query=query, format=suffix)


__all__ = [
    "AT_ONCE",
    "EXPORTS",
    "FORMATS",
    "LIST_EXPORT",
    "Table",
    "csv_response",
    "file_response",
    "remembered_options",
    "request_export",
]
