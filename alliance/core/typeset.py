"""Sets documents as tagged PDF (PDF/UA-1): a typst template and data, with the fonts fetched at set-up.

    pdf = typeset.pdf(TEMPLATE, {"title": "…", "rows": [...]})

Data reach the template as JSON and are text there, never markup: whatever somebody types stands on the page as typed.
A character that the fonts do not have is written as its code, for instance 〔U+2A6A5〕, rather than left out.
"""

import json
import struct
import unicodedata
from bisect import bisect_right
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from .errors import RuleBroken
from .local import fonts


class FontsMissing(RuleBroken):
    """The fonts were not fetched when the portal was set up."""

    def __init__(self) -> None:
        super().__init__(
            _("The fonts for PDF files are missing on this server. The operators can fetch them; XLSX works meanwhile.")
        )


def pdf(template: Path, data: dict[str, Any], *, made_at: datetime) -> bytes:
    """The document as PDF/UA-1. Raises FontsMissing."""
    return _compile(template, data, format="pdf", pdf_standards=["ua-1"], timestamp=made_at.replace(microsecond=0))


def pictures(template: Path, data: dict[str, Any], *, ppi: float = 80) -> list[bytes]:
    """Its pages as PNG, to look at."""
    made = _compile(template, data, format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def drawing(template: Path, data: dict[str, Any]) -> bytes:
    """Its pages as plain PDF, to be laid over others: no document of its own, so nothing is tagged. FontsMissing."""
    return _compile(template, data, format="pdf")


def are_fonts_there() -> bool:
    return all((fonts.folder() / name).is_file() for name in fonts.names())


def _compile(template: Path, data: dict[str, Any], **options: Any) -> Any:
    # The engine is needed by the worker alone.
    import typst

    if not are_fonts_there():
        raise FontsMissing
    text = json.dumps(_printable(data), ensure_ascii=False)
    return typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(fonts.folder()),
        sys_inputs={"data": text},
        **options,
    )


@lru_cache(maxsize=2)
def _fonts(folder: Path) -> Any:
    """Read once for each process: two files of ten megabytes."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


# Characters ---------------------------------------------------------------------------------------------------------


def _printable(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: item if key == "svg" else _printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_printable(item) for item in value]
    return value


def printable(text: str) -> str:
    """The text with what the fonts cannot show written out, and without characters that show nothing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


@lru_cache(maxsize=20_000)
def _shown(character: str) -> str:
    if character == "\n" or has(character):
        return character
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Mn"}:
        return ""
    if character.isspace():
        return " "
    return f"〔U+{ord(character):04X}〕"


def has(character: str) -> bool:
    """Whether both fonts have this character."""
    starts, ends = _coverage()
    index = bisect_right(starts, ord(character)) - 1
    return index >= 0 and ord(character) <= ends[index]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    """The stretches of characters that the regular font has; the bold one is of the same making."""
    found = sorted(_stretches((fonts.folder() / fonts.names()[0]).read_bytes()))
    return [start for start, _end in found], [end for _start, end in found]


def _stretches(font: bytes) -> list[tuple[int, int]]:
    """Groups of the character map (table cmap, format 12), as the OpenType specification lays them out."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {font[12 + 16 * n : 16 + 16 * n]: struct.unpack_from(">I", font, 20 + 16 * n)[0] for n in range(count)}
    cmap = tables[b"cmap"]
    for n in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        offset = cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * n)[0]
        if struct.unpack_from(">H", font, offset)[0] == 12:
            groups = struct.unpack_from(">I", font, offset + 12)[0]
            return [struct.unpack_from(">II", font, offset + 16 + 12 * g) for g in range(groups)]
    raise ValueError("The font has no character map of format 12.")
