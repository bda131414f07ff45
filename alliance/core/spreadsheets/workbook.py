"""XLSX: the first sheet that people see, row by row. Why not openpyxl: docs/decisions."""

import contextlib
import re
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from typing import IO

from . import limits
from .archive import Archive
from .parts import Attributes, ContentTypes, Handler, Relations, Sheets, Styles, parse, parse_all
from .refusals import Refused
from .table import Row, Table, trimmed
from .values import clean, is_text, number, unescaped

# Shared strings beyond this go to a temporary file.
IN_MEMORY = 8 * 1024 * 1024
# Cells a row may name at most before it is nonsense: what lies beyond our columns must be blank.
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


@contextlib.contextmanager
def open_workbook(file: IO[bytes], *, max_rows: int) -> Iterator["WorkbookTable"]:
    archive = Archive(file)
    strings = Strings()
    try:
        yield WorkbookTable(archive, strings, max_rows)
    finally:
        strings.close()
        archive.close()


class Strings(Handler):
    """The shared strings, on disk beyond a few megabytes: a place in the file for each, and no objects."""

    # The same headers and codes come again and again.
    REMEMBERED = 4096

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed with the table
        self._ends = array("Q", [0])
        self._flaws: dict[int, str] = {}
        self._parts: list[str] = []
        self._length = 0
        self._is_text = self._is_reading = False
        self._known: dict[int, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._parts, self._length = [], 0
        elif name == "rPh":
            # How a word is read aloud is no part of it.
            self._is_reading = True
        elif name == "t" and not self._is_reading:
            self._is_text = True

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_reading = False
        elif name == "si":
            self._keep()

    def text(self, text: str) -> None:
        if self._is_text:
            self._length += len(text)
            if self._length <= limits.MAX_CELL:
                self._parts.append(text)

    def _keep(self) -> None:
        place = len(self._ends) - 1
        # Nothing longer is kept while it is read, so 4 GB of one text cost no more than this.
        found, flaw = told("" if self._length > limits.MAX_CELL else "".join(self._parts))
        if self._length > limits.MAX_CELL:
            flaw = "long"
        if flaw:
            self._flaws[place] = flaw
        data = found.encode()
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))
        self._parts = []

    def get(self, place: int) -> tuple[str, str]:
        """(text, flaw) of one string; a place that is not there is a damaged cell."""
        if not 0 <= place < len(self._ends) - 1:
            return "", "error"
        if place in self._flaws:
            return "", self._flaws[place]
        if place in self._known:
            return self._known[place], ""
        first, last = self._ends[place], self._ends[place + 1]
        self._file.seek(first)
        found = self._file.read(last - first).decode()
        if len(self._known) < self.REMEMBERED and len(found) < 200:
            self._known[place] = found
        return found, ""

    def close(self) -> None:
        self._file.close()


def told(raw: str) -> tuple[str, str]:
    """(text, flaw) of what a cell says."""
    text = clean(unescaped(raw))
    return (text, "") if is_text(text) else ("", "characters")


class WorkbookTable(Table):
    encoding = "xlsx"

    def __init__(self, archive: Archive, strings: Strings, max_rows: int) -> None:
        super().__init__(max_rows)
        self._archive, self._strings = archive, strings
        self._styles = Styles()
        parse_all(archive, "[Content_Types].xml", ContentTypes())
        for name in [name for name in archive.names if name.endswith(".rels")]:
            parse_all(archive, name, Relations())
        main = self._main_part()
        folder, _slash, base = main.rpartition("/")
        relations, sheets = Relations(), Sheets()
        parse_all(archive, main, sheets)
        if archive.has(f"{folder}/_rels/{base}.rels"):
            parse_all(archive, f"{folder}/_rels/{base}.rels", relations)
        self.from_1904 = sheets.from_1904
        parts = [
            (name, _within(folder, relations.targets[key][1]))
            for name, key in sheets.found
            if _is_sheet(relations, key)
        ]
        if not parts:
            raise Refused("no_sheet")
        (self.sheet, self._part), *others = parts
        self.other_sheets = tuple(name for name, _part in others)
        kinds = {kind.rpartition("/")[2]: _within(folder, target) for kind, target in relations.targets.values()}
        if "styles" in kinds and archive.has(kinds["styles"]):
            parse_all(archive, kinds["styles"], self._styles)
        if "sharedStrings" in kinds and archive.has(kinds["sharedStrings"]):
            for _step in parse(archive.chunks(kinds["sharedStrings"]), strings):
                pass

    def _main_part(self) -> str:
        relations = Relations()
        if self._archive.has("_rels/.rels"):
            parse_all(self._archive, "_rels/.rels", relations)
        for kind, target in relations.targets.values():
            if kind.endswith("/officeDocument"):
                return _within("", target)
        raise Refused("damaged")

    def all_rows(self) -> Iterable[Row]:
        reader = _Rows(self._strings, self._styles, self.from_1904, self._merged())
        for _step in parse(self._archive.chunks(self._part), reader, until=lambda: reader.is_over):
            # A chunk's rows and no more are held at a time.
            yield from reader.take()

    def _merged(self) -> dict[int, list[tuple[int, int, int, int]]]:
        """Merged cells by row: (first column, last column, first row, last row)."""
        found: dict[int, list[tuple[int, int, int, int]]] = {}
        for text in self._archive.merges.get(self._part.lower(), []):
            first, _colon, last = text.partition(":")
            left, right = _place(first), _place(last or first)
            if left is None or right is None:
                continue
            for row in range(left[0], min(right[0], left[0] + self.max_rows) + 1):
                found.setdefault(row, []).append((left[1], right[1], left[0], right[0]))
        return found


class _Rows(Handler):
    """The rows of one sheet. Cells beyond the columns that may be are only counted where they say something."""

    def __init__(self, strings: Strings, styles: Styles, from_1904: bool, merged: dict) -> None:
        self.strings, self.styles, self.from_1904, self.merged = strings, styles, from_1904, merged
        self.is_over = False
        self._ready: list[Row] = []
        self._number = 0
        self._cells: dict[int, str] = {}
        self._flaws: dict[int, str] = {}
        self._column = -1
        self._kind, self._style = "n", -1
        self._part = ""
        self._parts: list[str] = []
        self._length = 0
        self._has_formula = self._is_reading = self._is_inside = False

    def take(self) -> list[Row]:
        rows, self._ready = self._ready, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._part = "" if self._is_reading else name
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            told_number = attributes.get("r", "")
            after = self._number + 1
            self._number = int(told_number) if told_number.isdigit() and len(told_number) < 8 else after
            self._cells, self._flaws, self._column = {}, {}, -1
        elif name == "rPh":
            self._is_reading = True

    def _begin_cell(self, attributes: Attributes) -> None:
        place = _place(attributes.get("r", ""))
        self._column = place[1] if place else self._column + 1
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._style = int(style) if style.isdigit() and len(style) < 8 else -1
        self._parts, self._length, self._has_formula = [], 0, False

    def text(self, text: str) -> None:
        if self._part:
            self._length += len(text)
            if self._length <= limits.MAX_CELL:
                self._parts.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._part = ""
        elif name == "rPh":
            self._is_reading = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "sheetData":
            self.is_over = True

    def _end_cell(self) -> None:
        if self._has_formula:
            text, flaw = "", "formula"
        elif not self._length:
            return
        elif self._length > limits.MAX_CELL:
            text, flaw = "", "long"
        else:
            text, flaw = self._read("".join(self._parts))
        if flaw:
            self._flaws[self._column] = flaw
        elif text:
            self._cells[self._column] = text

    def _read(self, raw: str) -> tuple[str, str]:
        match self._kind:
            case "s":
                raw = raw.strip()
                return (
                    self.strings.get(int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 10 else ("", "error")
                )
            case "inlineStr" | "str":
                return told(raw)
            case "b":
                return ("TRUE" if raw.strip() in {"1", "true"} else "FALSE"), ""
            case "e":
                return "", "error"
            case "d":
                # A day as ISO 8601 has it.
                return told(raw.strip().removesuffix("T00:00:00").removesuffix("Z").replace("T", " "))
            case _:
                found = number(
                    raw,
                    is_date=self._style in self.styles.dates,
                    is_share=self._style in self.styles.shares,
                    from_1904=self.from_1904,
                )
                return (found, "") if found is not None else ("", "rounded")

    def _end_row(self) -> None:
        if not self._cells and not self._flaws:
            return
        for left, right, top, bottom in self.merged.get(self._number, ()):
            # The first cell of a merge has its text; the others only look as if they had.
            for column in range(left, min(right, limits.MAX_COLUMNS - 1) + 1):
                if (self._number, column) != (top, left) or bottom > top:
                    self._flaws.setdefault(column, "merged")
        last = max([*self._cells, *self._flaws])
        if last >= limits.MAX_COLUMNS:
            raise Refused("too_many_columns", row=self._number, most=limits.MAX_COLUMNS)
        cells = [self._cells.get(column, "") for column in range(last + 1)]
        self._ready.append(trimmed(self._number, cells, self._flaws))


def _is_sheet(relations: Relations, key: str) -> bool:
    return key in relations.targets and relations.targets[key][0].endswith("/worksheet")


def _within(folder: str, target: str) -> str:
    """A relation's target as a name in the archive. One that leads out names nothing."""
    parts = [] if target.startswith("/") or not folder else folder.split("/")
    for part in target.strip("/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


# A sheet names the same few columns in every row.
_columns: dict[str, int] = {}


def _column(letters: str) -> int:
    found = _columns.get(letters)
    if found is None:
        found = 0
        for letter in letters.upper():
            found = found * 26 + ord(letter) - 64
        if len(_columns) < 1000:
            _columns[letters] = found
    return found - 1


def _place(text: str) -> tuple[int, int] | None:
    """(row from 1, column from 0) of B7."""
    found = _PLACE.fullmatch(text)
    return (int(found[2]), _column(found[1])) if found else None
