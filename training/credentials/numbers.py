"""The number people read: CC-ANI201-2026-000123-42 (rule X-6). Readable, not secret; the last two digits catch a slip.

Check digits by ISO 7064 mod 97-10 over the characters without hyphens.
"""

import re

from stdnum.iso7064 import mod_97_10

PREFIX = "CC"
LONGEST = 40
_SHAPE = re.compile(rf"^{PREFIX}([A-Z0-9]{{2,16}})(\d{{4}})(\d{{6}})(\d{{2}})$")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—−－_·./]+")


def compose(code: str, year: int, serial: int) -> str:
    """The number of the certificate `serial` of a year, for a curriculum's code such as ANI-201."""
    subject = re.sub(r"[^A-Z0-9]", "", code.upper())
    if not 2 <= len(subject) <= 16 or not 1 <= serial <= 999_999 or not 2000 <= year <= 9999:
        raise ValueError(f"No number can be made of {code!r}, {year}, {serial}.")
    parts = [PREFIX, subject, f"{year:04}", f"{serial:06}"]
    return "-".join([*parts, mod_97_10.calc_check_digits("".join(parts))])


def read(typed: str) -> str | None:
    """The number as we write it, from what somebody typed; None when the digits do not agree."""
    found = _SHAPE.match(_BETWEEN.sub("", typed[:LONGEST].translate(_WIDE).strip().upper()))
    if found is None or not mod_97_10.is_valid(found[0]):
        return None
    return f"{PREFIX}-{found[1]}-{found[2]}-{found[3]}-{found[4]}"


# Full-width letters and digits, as a Chinese keyboard gives them.
_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)}
