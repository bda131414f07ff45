"""A cell as text, the way its reader sees it. Pure."""

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

# Beyond 15 digits a spreadsheet rounds; a credit code typed as a number has lost its last digits.
DIGITS = 15
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
LAST_DAY = 2_958_466  # the first day of the year 10000
BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
BUILT_IN_SHARES = {9, 10}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_TEXT = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_BLANKS = " \t\r\n\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u200b"
_ENDS = re.compile(f"^[{_BLANKS}]+|[{_BLANKS}]+$")


def clean(text: str) -> str:
    """Without blanks at its ends, ideographic and zero-width ones included; one kind of line break."""
    text = _ENDS.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_text(text: str) -> bool:
    """No NUL, no half of a character, nothing that is no character at all."""
    return not _NO_TEXT.search(text)


def unescaped(text: str) -> str:
    """`_x000D_` is how the format writes a character that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def is_date_format(code: str) -> bool:
    """Whether a number format shows days or times."""
    bare = _LITERAL.sub("", code.split(";")[0]).lower()
    return "general" not in bare and bool(re.search("[dmyhse年月日]", bare.replace("e+", "").replace("e-", "")))


def is_share_format(code: str) -> bool:
    return "%" in _LITERAL.sub("", code.split(";")[0])


def number(raw: str, *, is_date: bool = False, is_share: bool = False, from_1904: bool = False) -> str | None:
    """The text of a number as stored; None where the spreadsheet has rounded it, or it is none."""
    if len(raw) > 400:
        return None
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or value.adjusted() >= DIGITS or (value.adjusted() < -DIGITS and value):
        return None
    if is_date and 0 <= value < LAST_DAY:
        return day(float(value), from_1904=from_1904)
    # Seventeen digits are how a binary fraction is stored; fifteen are what anybody typed.
    value = Decimal(f"{value * 100 if is_share else value:.{DIGITS}g}")
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text in {"-0", ""} else text
    return f"{text}%" if is_share else text


def day(serial: float, *, from_1904: bool = False) -> str:
    """A day, with its time where it has one. The format believes that 1900 was a leap year."""
    if not from_1904 and serial < 1:
        return (datetime.min + timedelta(seconds=round(serial * 86400))).strftime("%H:%M")
    if not from_1904 and serial < 60:
        serial += 1
    moment = (EPOCH_1904 if from_1904 else EPOCH_1900) + timedelta(seconds=round(serial * 86400))
    return moment.strftime("%Y-%m-%d" if moment.time() == datetime.min.time() else "%Y-%m-%d %H:%M").zfill(10)
