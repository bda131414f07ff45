"""What may stand in a cell of a file that spreadsheets open (platform spec, 6.46).

A spreadsheet takes a text that begins with one of `FORMULA_STARTS` for a formula, and runs it. In CSV such a text gets
an apostrophe in front; in XLSX it is stored as a string and marked as one. Numbers, negative ones too, stay numbers.
`unquoted` takes the apostrophe away again, exactly, so that a file of ours can be read back.

Every file the portal writes goes through here: `sheets.write_xlsx` and `sheets.csv_lines` call it.
"""

import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
# Half a character, which no file can hold, and what XML has no way to say.
_UNWRITABLE = re.compile(r"[\ud800-\udfff\x00￾￿]")
# Beyond 15 digits a spreadsheet rounds: such a number is kept as its digits.
_EXACT = 10**15


def looks_like_formula(text: str) -> bool:
    return text.startswith(FORMULA_STARTS)


def quoted(text: str) -> str:
    """The text with an apostrophe where a spreadsheet would calculate; a text that already has one gets another."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def unquoted(text: str) -> str:
    """The text as it was before `quoted`."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


def plain(value: Any) -> Any:
    """None, a number, a truth, a date, a local time without its zone, or a text that files can hold.

    What is no number (NaN, infinity) is missing; missing is None and never zero.
    """
    match value:
        case None | bool():
            return value
        case int():
            return value if -_EXACT < value < _EXACT else str(value)
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return value if value.is_finite() else None
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            return local.replace(tzinfo=None, microsecond=0)
        case date():
            return value
        case _:
            text = str(value)
            return _UNWRITABLE.sub("", text) if _UNWRITABLE.search(text) else text


def for_csv(value: Any) -> Any:
    """What the CSV writer is given: numbers as they are, days as ISO writes them, safe texts, nothing for missing."""
    found = plain(value)
    match found:
        case None:
            return ""
        case bool():
            return int(found)
        case datetime():
            return found.strftime("%Y-%m-%d %H:%M")
        case date():
            return found.isoformat()
        case str():
            return quoted(found)
        case _:
            return found
