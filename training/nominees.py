"""Reading whom a park names: one person a line as people type it, or a table with a name and an address (E-12)."""

import re
import unicodedata
from collections.abc import Iterator
from typing import IO

from alliance.core import spreadsheets

from .seats import Line
from .seats.nominating import MOST

ADDRESS = re.compile(r"[^\s,;:<>()\[\]|\"']+@[^\s,;:<>()\[\]|\"']+")
_EDGES = " \t,;:<>()[]|\"'、，；：（）《》-–—"
# Heads of the column with names.
NAMES = {"name", "姓名", "名字", "学员", "学员姓名", "trainee", "full name", "person"}


def read_text(text: str) -> list[Line]:
    """A name and an address on each line, in any order and with whatever between them."""
    lines = []
    for number, raw in enumerate(text.splitlines(), start=1):
        # Full-width letters and signs are what Chinese keyboards write.
        plain = unicodedata.normalize("NFKC", raw).strip()
        if plain:
            lines.append(_line(number, plain))
    return lines


def _line(number: int, text: str) -> Line:
    found = ADDRESS.search(text)
    if found is None:
        return Line(number, text.strip(_EDGES)[:80], "")
    name = f"{text[: found.start()]} {text[found.end() :]}".strip(_EDGES)
    return Line(number, " ".join(name.split()).strip(_EDGES)[:80], found.group().strip(_EDGES + ".。").lower())


def read_table(file: IO[bytes], name: str) -> list[Line]:
    """The first sheet: its addresses, and beside each the name. Refused says what is wrong with the file."""
    with spreadsheets.open_table(file, name, max_rows=MOST) as table:
        return list(_lines_of(table))


def _lines_of(table: spreadsheets.Table) -> Iterator[Line]:
    names_at: int | None = None
    for position, row in enumerate(table.rows()):
        cells = [unicodedata.normalize("NFKC", cell).strip() for cell in row.cells]
        address = next((n for n, cell in enumerate(cells) if ADDRESS.search(cell)), None)
        if position == 0 and address is None:
            names_at = next((n for n, cell in enumerate(cells) if cell.casefold() in NAMES), None)
            continue
        if address is None:
            yield Line(row.number, next(filter(None, cells), "")[:80], "")
            continue
        rest = [n for n, cell in enumerate(cells) if n != address and cell]
        at = names_at if names_at is not None and names_at in rest else next(iter(rest), None)
        one = _line(row.number, cells[address])
        yield Line(row.number, cells[at][:80] if at is not None else one.name, one.email)


def as_text(lines: list[Line]) -> str:
    """The lines as the page carries them from the check to the confirmation."""
    return "\n".join(f"{line.name} <{line.email}>" if line.email else line.name for line in lines)
