"""What every kind of table looks like to its reader."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .limits import MAX_COLUMNS
from .refusals import Refused


@dataclass
class Row:
    """One row with anything in it. `number` is the row as the spreadsheet counts it, from 1; cells are texts."""

    number: int
    cells: list[str]
    flaws: dict[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.flaws) or any(self.cells)


class Table:
    """A table that is read once, from its first row to its last."""

    # How it was read, for people to check: "utf-8", "gb18030"; the delimiter; the sheet's name.
    encoding = ""
    delimiter = ""
    sheet = ""
    # Further sheets with something in them, which are not read.
    other_sheets: tuple[str, ...] = ()

    def __init__(self, max_rows: int) -> None:
        self.max_rows = max_rows

    def rows(self) -> Iterator[Row]:
        """Rows that are not blank. One more than may be is a refusal, raised there and then."""
        count = 0
        for row in self.all_rows():
            if not row:
                continue
            count += 1
            # The headers are not counted.
            if count > self.max_rows + 1:
                raise Refused("too_many_rows", most=self.max_rows)
            yield row

    def all_rows(self) -> Iterable[Row]:
        raise NotImplementedError


def trimmed(number: int, cells: list[str], flaws: dict[int, str]) -> Row:
    """A row without the blanks at its end; too many columns that say something are a refusal."""
    last = len(cells)
    while last and not cells[last - 1] and (last - 1) not in flaws:
        last -= 1
    if last > MAX_COLUMNS:
        raise Refused("too_many_columns", row=number, most=MAX_COLUMNS)
    return Row(number, cells[:last], flaws)


def column_letters(index: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
