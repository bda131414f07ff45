"""Both languages of one thing side by side, as plain data for the template. A missing one stays empty."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.utils import translation

from alliance.core import markdown
from alliance.core.bilingual import EN, ZH, BilingualText

# {"zh": …, "en": …}
Pair = dict[str, str]
Found = TypeVar("Found")

TAGS = {"zh": ZH, "en": EN}


def twice(read: Callable[[], Found]) -> tuple[Found, Found]:
    """What is read in Chinese, and in English; whoever reads makes its texts plain before it returns."""
    with translation.override(ZH):
        zh = read()
    with translation.override(EN):
        en = read()
    return zh, en


def both(read: Callable[[], Any]) -> Pair:
    """One text in both languages. What only stands in for a missing language is left out there."""
    zh, en = twice(lambda: _own(read()))
    return {"zh": zh, "en": en}


def _own(value: Any) -> str:
    if value is None or (isinstance(value, BilingualText) and value.is_fallback):
        return ""
    return str(value)


def same(text: str) -> Pair:
    """What is written alike in both."""
    return {"zh": text, "en": text}


def paragraphs(text: str) -> list[dict[str, Any]]:
    """A text that people wrote, part by part."""
    return [
        {"kind": block.kind, "text": block.text, "mark": block.mark, "depth": block.depth}
        for block in markdown.blocks(text)
    ]


def both_paragraphs(read: Callable[[], Any]) -> dict[str, list[dict[str, Any]]]:
    pair = both(read)
    return {tag: paragraphs(pair[tag]) for tag in TAGS}


def zipped(read: Callable[[], Sequence[Sequence[Any]]]) -> list[tuple[Pair, ...]]:
    """Rows of texts, read in both languages and laid together cell by cell."""
    zh, en = twice(lambda: [[_own(cell) for cell in row] for row in read()])
    return [
        tuple({"zh": a, "en": b} for a, b in zip(left, right, strict=True)) for left, right in zip(zh, en, strict=True)
    ]
