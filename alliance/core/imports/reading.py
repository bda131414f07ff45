"""From a file to rows with headers: where the table begins, what its columns mean, what its cells say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError

from .. import spreadsheets
from ..models import ImportBatch
from ..spreadsheets import Refused, Row, Table
from .columns import Cells, Column, key_of
from .kinds import Draft, ImportKind

# Titles and remarks may stand above the headers.
LOOKED_AT = 12
# Columns that our own file of refused rows has beside ours; coming back they are left out without a question.
OURS_TO_LEAVE = {key_of(text) for text in ("原因", "Reason", "原因 / Reason", "原行号", "Row", "原行号 / Row")}


@dataclass
class Opened:
    """A table whose headers were found, before its rows are read."""

    header_row: int
    headers: list[str]
    recognised: dict[int, str]
    rows: Iterator[Row]
    # Columns that have values and no header, found while the rows are read.
    nameless: set[int] = field(default_factory=set)

    @property
    def unknown(self) -> list[int]:
        """Places of headers that mean nothing to us."""
        return [
            place
            for place, text in enumerate(self.headers)
            if text and place not in self.recognised and key_of(text) not in OURS_TO_LEAVE
        ]


def begin(table: Table, kind: ImportKind) -> Opened:
    """Find the headers: the row among the first that has most of our columns; else the first of several cells."""
    rows = iter(table.rows())
    first: list[Row] = []
    for row in rows:
        first.append(row)
        if len(first) >= LOOKED_AT:
            break
    if not first:
        raise Refused("empty")
    headers = kind.headers()
    found = [headers.recognise(row.cells) for row in first]
    best = max(range(len(first)), key=lambda place: (len(found[place]), -place))
    if not found[best]:
        best = next((place for place, row in enumerate(first) if sum(map(bool, row.cells)) > 1), 0)
    head = first[best]
    return Opened(head.number, head.cells, found[best], chain(first[best + 1 :], rows))


def read_as(batch: ImportBatch, table: Table, opened: Opened) -> dict[str, Any]:
    """How the file was read, for people to check."""
    return {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sheet": table.sheet,
        "other_sheets": list(table.other_sheets)[:20],
        "header_row": opened.header_row,
        "headers": [header[:200] for header in opened.headers],
        "unknown": opened.unknown,
        "recognised": {str(place): code for place, code in opened.recognised.items()},
    }


def drafts(opened: Opened, columns: Mapping[int, Column]) -> Iterator[tuple[Row, Draft]]:
    """Each row with what its cells say; what cannot be read is noted beside its column."""
    cells = Cells(columns.values())
    named = {place for place, text in enumerate(opened.headers) if text}
    for row in opened.rows:
        draft = Draft(row.number, {})
        opened.nameless |= {place for place, text in enumerate(row.cells) if text and place not in named}
        for place, column in columns.items():
            if flaw := row.flaws.get(place):
                draft.note(column.code, spreadsheets.FLAWS[flaw])
                continue
            text = row.cells[place] if place < len(row.cells) else ""
            if not text:
                continue
            try:
                draft.values[column.code] = cells.value(column, text)
            except ValidationError as error:
                draft.refuse(column.code, error)
        yield row, draft


def columns_of(batch: ImportBatch, kind: ImportKind) -> dict[int, Column]:
    """The columns as they were assigned, by place."""
    known = {column.code: column for column in kind.columns()}
    return {int(place): known[code] for place, code in batch.columns.items() if code in known}
