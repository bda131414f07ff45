"""Tables that people send us, read without trusting them: XLSX and CSV, row by row, in bounded memory.

    with spreadsheets.open_table(file, "parks.xlsx") as table:     # Refused says what is wrong and what to do instead
        for row in table.rows():                                   # rows with anything in them, as they come
            row.number, row.cells, row.flaws

Cells are texts as their reader sees them: 2019, 340000.5, 85%, 2026-11-01. A cell that cannot be taken (a formula, a
rounded number) is empty and has a flaw, so that one row is refused and not the file. Nothing here knows what a park is.
"""

import contextlib
from collections.abc import Iterator
from typing import IO

from .limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from .refusals import FLAWS, Refused, flaw_words
from .sniffing import XLSX, kind_of
from .table import Row, Table, column_letters
from .text import TextTable
from .workbook import open_workbook

__all__ = [
    "FLAWS",
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Refused",
    "Row",
    "Table",
    "column_letters",
    "flaw_words",
    "open_table",
]


@contextlib.contextmanager
def open_table(file: IO[bytes], name: str, *, max_rows: int = MAX_ROWS) -> Iterator[Table]:
    """The table in an open, seekable file. Raises Refused here or while rows are read."""
    if kind_of(file, name) == XLSX:
        with open_workbook(file, max_rows=max_rows) as table:
            yield table
    else:
        yield TextTable(file, max_rows=max_rows)
