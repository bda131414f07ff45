"""Tables as files: XLSX with any number of sheets, or CSV, however long they are, in constant memory.

    columns = [
        Column("Park", meaning="The name it goes by.", width=40),
        Column("Floor area", kind="number", unit="m²", source="The newest figure of its profile."),
    ]
    sheets.write_xlsx(file, [
        Sheet("Parks", columns, rows),                  # rows: any iterable of sequences, read once
        sheets.definitions(columns),                    # what each column means, its unit, its source
        sheets.about([("Made", now), ("Licence", "…")]),
    ])
    for line in sheets.csv_lines(columns, rows): ...    # text, the first with a byte order mark for Excel

`rows` may be a generator over a queryset's `.iterator()`: one row is held at a time. Cells are what `cells.plain` makes
of them: numbers, days and times stay such, None is an empty cell, and no text is ever run as a formula. Sheets are
written in their order, so an `about` sheet that comes last can tell how many rows were written.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Literal

import xlsxwriter
from django.utils.translation import gettext as _

from . import cells

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MEDIA_TYPES = {"xlsx": XLSX, "csv": CSV}
BOM = "\ufeff"

Kind = Literal["text", "number", "date", "moment"]

# What the format takes at most; a longer table goes on in a further sheet, a longer text is cut.
LAST_ROW = 1_048_575
LONGEST_TEXT = 32_767
# Widths in characters; those of texts are taken from the first rows.
NARROWEST, WIDEST, LOOKED_AT = 8, 60, 200
FORMATS = {"number": "#,##0", "fraction": "#,##0.0###", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
# Years and numbers of that kind are read without separators.
PLAIN_NUMBER = "0"


@dataclass(frozen=True)
class Column:
    """One column of a sheet. `meaning`, `unit`, `source` and `missing` are for the sheet of definitions.

    `kind` only sets format and alignment: a text in a column of numbers stays a text. `is_plain` writes numbers without
    separators, as years are. Without `width` the first rows decide.
    """

    head: str
    kind: Kind = "text"
    meaning: str = ""
    unit: str = ""
    source: str = ""
    missing: str = ""
    width: int = 0
    is_plain: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table under a frozen head. `is_prose` wraps its texts and leaves the filter out, for sheets that are read."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    is_prose: bool = False
    # Called with the number of rows written so far, now and then.
    progress: Callable[[int], None] | None = field(default=None, compare=False)


def write_xlsx(file: IO[bytes], sheets: Iterable[Sheet], *, title: str = "", author: str = "") -> int:
    """Write a workbook into an open binary file; gives the number of rows of its first sheet.

    Memory stays the same however many rows there are: each goes to a temporary file as it comes.
    """
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": FORMATS["date"],
        },
    )
    book.set_properties({"title": title, "author": author})
    formats = _Formats(book)
    written: list[int] = []
    titles: set[str] = set()
    try:
        for sheet in sheets:
            written.append(_write_sheet(book, formats, sheet, titles))
    finally:
        # Closing also removes the temporary files when a row failed.
        book.close()
    return written[0] if written else 0


class _Formats:
    """The few cell formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        def make(**properties: Any) -> Any:
            return book.add_format({"valign": "top", **properties})

        self.head = make(bold=True, text_wrap=True, bottom=1, bg_color="#EAF1F8")
        self.text = make()
        self.prose = make(text_wrap=True)
        # The mark by which a spreadsheet keeps a text a text, even after somebody edits the cell.
        self.guarded = make(quote_prefix=True)
        self.guarded_prose = make(quote_prefix=True, text_wrap=True)
        self.by_kind = {kind: make(num_format=code) for kind, code in FORMATS.items()}
        self.plain_number = make(num_format=PLAIN_NUMBER)


def _write_sheet(book: Any, formats: _Formats, sheet: Sheet, titles: set[str]) -> int:
    total = 0
    part, page, widths = 0, None, [len_shown(column.head) for column in sheet.columns]
    line = LAST_ROW
    for row in sheet.rows:
        if line >= LAST_ROW:
            if page is not None:
                _finish(page, sheet, widths, line)
            part += 1
            page, line = _begin(book, formats, sheet, titles, part), 0
        line += 1
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            found = cells.plain(value)
            if found is None:
                continue
            _write(page, line, place, found, column, formats, sheet.is_prose)
            if total < LOOKED_AT and isinstance(found, str):
                widths[place] = max(widths[place], len_shown(found))
        total += 1
        if sheet.progress is not None and total % 500 == 0:
            sheet.progress(total)
    if page is None:
        page, line = _begin(book, formats, sheet, titles, 1), 0
    _finish(page, sheet, widths, line)
    return total


def _begin(book: Any, formats: _Formats, sheet: Sheet, titles: set[str], part: int) -> Any:
    page = book.add_worksheet(_title(sheet.title, titles, part))
    page.freeze_panes(1, 0)
    page.hide_gridlines(2 if sheet.is_prose else 1)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.head, formats.head)
    return page


def _finish(page: Any, sheet: Sheet, widths: list[int], last: int) -> None:
    for place, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        least = 17 if column.kind == "moment" else 12 if column.kind != "text" else NARROWEST
        page.set_column(place, place, column.width or min(max(width + 2, least), WIDEST))
    if not sheet.is_prose and sheet.columns:
        page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)


def _write(page: Any, line: int, place: int, value: Any, column: Column, formats: _Formats, is_prose: bool) -> None:
    match value:
        case bool():
            page.write_boolean(line, place, value, formats.text)
        case int() | float() | Decimal():
            kind = "number" if value == int(value) else "fraction"
            page.write_number(line, place, value, formats.plain_number if column.is_plain else formats.by_kind[kind])
        case datetime():
            page.write_datetime(line, place, value, formats.by_kind["moment"])
        case date():
            _write_day(page, line, place, value, formats)
        case _:
            text = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
            is_guarded = cells.looks_like_formula(text)
            shape = formats.guarded if is_guarded else formats.text
            if is_prose:
                shape = formats.guarded_prose if is_guarded else formats.prose
            page.write_string(line, place, text, shape)


def _write_day(page: Any, line: int, place: int, day: date, formats: _Formats) -> None:
    # Spreadsheets count days from 1900 and know none before.
    if day.year < 1900:
        page.write_string(line, place, day.isoformat(), formats.text)
    else:
        page.write_datetime(line, place, day, formats.by_kind["date"])


def len_shown(text: str) -> int:
    """How wide a text is in Latin characters: a Chinese one is as wide as two."""
    first = text.split("\n", 1)[0][: WIDEST * 2]
    return sum(2 if char >= "\u1100" else 1 for char in first)


def _title(text: str, taken: set[str], part: int) -> str:
    """A sheet's name as the format allows it: 31 characters, none of []:*?/\\, no apostrophe at an end, none twice."""
    clean = "".join(" " if char in "[]:*?/\\" else char for char in text).strip().strip("'") or "Sheet"
    number = part
    while True:
        tail = f" {number}" if number > 1 else ""
        name = clean[: 31 - len(tail)].rstrip("' ") + tail
        if name.casefold() not in taken and name.casefold() != "history":
            taken.add(name.casefold())
            return name
        number += 1


# Sheets that explain ------------------------------------------------------------------------------------------------


def definitions(columns: Sequence[Column], title: str = "") -> Sheet:
    """What each column means, its unit, where its values come from, and how a missing value is written."""
    empty = _("an empty cell; missing is never zero")
    return Sheet(
        title or _("Definitions"),
        [
            Column(_("Column"), width=34),
            Column(_("Meaning"), width=60),
            Column(_("Unit"), width=14),
            Column(_("Source"), width=48),
            Column(_("Where a value is missing"), width=36),
        ],
        [(column.head, column.meaning, column.unit, column.source, column.missing or empty) for column in columns],
        is_prose=True,
    )


def about(lines: Iterable[tuple[str, Any]], title: str = "") -> Sheet:
    """Where the file comes from: pairs of a word and what it says. Read when the sheets before it are written."""
    return Sheet(
        title or _("About this file"), [Column(_("About"), width=28), Column("", width=100)], lines, is_prose=True
    )


# CSV ----------------------------------------------------------------------------------------------------------------


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table line by line, UTF-8 with a byte order mark, so that Excel reads Chinese."""
    write = csv.writer(_Echo()).writerow
    yield BOM + write([cells.for_csv(column.head) for column in columns])
    for row in rows:
        yield write([cells.for_csv(value) for value in row])


def write_csv(
    file: IO[bytes],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the table into an open binary file; gives the number of rows."""
    total = -1
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    for line in csv_lines(columns, rows):
        text.write(line)
        total += 1
        if progress is not None and total and total % 500 == 0:
            progress(total)
    text.flush()
    text.detach()
    return total


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text
