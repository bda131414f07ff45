"""Text on its way into a signed file.

Libraries disagree on control characters: a file with one is valid here and forged elsewhere (training spec, 4.7-4). So
what is typed is normalised to NFC and loses what no keyboard means: C0 but for tab and line ends, DEL, lone surrogates.
"""

import re
import unicodedata
from decimal import Decimal

_NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
SMALLEST, LARGEST = 1, 99_999_999  # hundredths


def clean(text: str) -> str:
    """A text of several lines."""
    return unicodedata.normalize("NFC", _NEVER.sub("", text)).replace("\r\n", "\n").replace("\r", "\n").strip()


def line(text: str) -> str:
    """A text of one line: a name, a title."""
    return _SPACES.sub(" ", clean(text)).strip()


def number(hundredths: int) -> int | float:
    """Hundredths as a JSON number that every library writes alike: 0.01 to 999,999.99."""
    if not SMALLEST <= hundredths <= LARGEST:
        raise ValueError(f"{hundredths} hundredths cannot stand in a signed file.")
    whole, rest = divmod(hundredths, 100)
    return whole if rest == 0 else float(Decimal(hundredths) / 100)


def percent(basis_points: int) -> str:
    """A mark as the standard wants it: a text (4.7-6)."""
    whole, rest = divmod(basis_points, 100)
    return str(whole) if rest == 0 else f"{whole}.{rest:02}".rstrip("0")
