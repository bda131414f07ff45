"""CSV: the encodings and separators that spreadsheets in China and abroad write."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import IO

from .limits import MAX_CELL, MAX_COLUMNS
from .refusals import Refused
from .table import Row, Table, trimmed
from .values import clean, is_text

CHUNK = 1 << 16
LONGEST_LINE = MAX_COLUMNS * (MAX_CELL + 3)
DELIMITERS = ",;\t"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Four bytes a character: no spreadsheet writes it, and its mark begins like that of UTF-16.
UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# A sheet of ours puts a quote before what could be taken for a formula; here it comes off again.
GUARDED = re.compile(r"'(?=[=+\-@\t\r＝＋－＠])")


class TextTable(Table):
    def __init__(self, file: IO[bytes], max_rows: int) -> None:
        super().__init__(max_rows)
        self.file = file
        self.encoding = encoding_of(file)
        self.delimiter = self._delimiter()

    def all_rows(self) -> Iterable[Row]:
        reader = csv.reader(self._lines(), delimiter=self.delimiter, strict=True)
        # A quoted text may go over several lines; spreadsheets count it as one row, and so do we.
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                code = "row_too_long" if "limit" in str(error) else "quotes"
                raise Refused(code, row=number) from None
            yield self._row(number, cells)

    def _row(self, number: int, cells: list[str]) -> Row:
        flaws: dict[int, str] = {}
        # Blanks beyond the last column that may be are looked at once, not one by one.
        for place, cell in enumerate(cells):
            if not cell:
                continue
            text = clean(cell)
            if len(text) > MAX_CELL:
                text, flaws[place] = "", "long"
            elif not is_text(text):
                text, flaws[place] = "", "characters"
            elif text.startswith("=") and len(text) > 1:
                text, flaws[place] = "", "formula"
            cells[place] = GUARDED.sub("", text, count=1) if text.startswith("'") else text
        return trimmed(number, cells, flaws)

    def _lines(self) -> Iterator[str]:
        for number, line in enumerate(self._raw(), 1):
            if number == 1 and line.lower().startswith("sep=") and len(line.strip()) == 5:
                continue  # a hint for Excel, which does not show it either
            yield line

    def _raw(self) -> Iterator[str]:
        """Line by line, never more of one at once than a row may have."""
        self.file.seek(0)
        # Not closed: the file belongs to who opened it.
        text = io.TextIOWrapper(_Shield(self.file), encoding=self.encoding, newline="")  # type: ignore[type-var]
        number = 0
        try:
            while line := text.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise Refused("row_too_long", row=number)
                yield line
        except UnicodeError:
            raise Refused("encoding", row=number + 1) from None
        finally:
            text.detach()

    def _delimiter(self) -> str:
        """What separates the first row that is not blank, outside of quotes."""
        lines = self._raw()
        try:
            for line in lines:
                if line.lower().startswith("sep=") and len(line.strip()) == 5 and line[4] in DELIMITERS:
                    return line[4]
                bare = re.sub(r'"[^"]*"?', "", line)
                counts = {mark: bare.count(mark) for mark in DELIMITERS}
                best = max(DELIMITERS, key=lambda mark: counts[mark])
                if line.strip():
                    return best if counts[best] else ","
        finally:
            lines.close()  # type: ignore[attr-defined]
        return ","


class _Shield(io.BufferedIOBase):
    """Lets a text wrapper read a file and never close it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self._file.read(CHUNK if size < 0 else size)


def encoding_of(file: IO[bytes]) -> str:
    """By its mark; else UTF-8 where the whole file is valid UTF-8, else GB18030, which GBK and GB 2312 are part of."""
    file.seek(0)
    head = file.read(4)
    if head.startswith(UTF_32):
        raise Refused("encoding")
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _fits(file, encoding):
            return encoding
    raise Refused("encoding")


def _fits(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                raise Refused("binary")
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
