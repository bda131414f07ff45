"""The hit, marked where it stands in the text as it was written."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from .cut import HAN, han_tokens, is_han
from .normalise import normalise, normalise_with_origin
from .query import Query

# Characters around the first hit of an excerpt: Chinese says in 90 what English says in 200.
EXCERPT = {"zh": 90, "en": 200}


def highlight(text: str, query: Query) -> SafeString:
    """The whole text, its hits in <mark>."""
    return _marked(text, spans(text, query), 0, len(text))


def excerpt(text: str, query: Query, language: str) -> SafeString:
    """The part of the text around its first hit; its beginning when the hit is elsewhere."""
    length = EXCERPT[language]
    found = spans(text, query)
    first = found[0][0] if found else 0
    start = 0 if first < length // 2 else _word_start(text, first - length // 4)
    end = min(len(text), start + length)
    if end < len(text) and not is_han(text[end]):
        # Do not cut through an English word.
        end = text.rfind(" ", start + length // 2, end) if text.rfind(" ", start + length // 2, end) > 0 else end
    marked = _marked(text, found, start, end)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return format_html_join("", "{}", ((part,) for part in (before, marked, after)))


def has_hit(text: str, query: Query) -> bool:
    return bool(spans(text, query))


def has_hit_of(mark: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has this mark as a whole."""
    return any(_places(normalise(text), mark) for text in texts)


# A page asks several times about the same texts.
@lru_cache(maxsize=256)
def spans(text: str, query: Query) -> tuple[tuple[int, int], ...]:
    """Where the hits stand in the text, without overlap, in order."""
    plain = normalise(text)
    # Most texts have none, which is quickly seen.
    if not any(token in plain for mark in query.marks for token in (han_tokens(mark) if is_han(mark) else [mark])):
        return ()
    folded, origin = normalise_with_origin(text)
    found: list[tuple[int, int]] = []
    for mark in query.marks:
        places = _places(folded, mark)
        if not places and is_han(mark) and len(mark) > 2:
            # The stretch stands in parts.
            places = [place for token in han_tokens(mark) for place in _places(folded, token)]
        found += places
    merged: list[list[int]] = []
    for start, end in sorted((origin[first], origin[last - 1] + 1) for first, last in found):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return tuple((start, end) for start, end in merged)


def _places(folded: str, mark: str) -> list[tuple[int, int]]:
    pattern = re.escape(mark) if is_han(mark) else rf"(?<![^\W\d_{HAN}]){re.escape(mark)}"
    return [found.span() for found in re.finditer(pattern, folded)]


def _word_start(text: str, index: int) -> int:
    """The beginning of the word at this place; a Chinese character is its own."""
    index = max(index, 0)
    while 0 < index < len(text) and text[index - 1].isascii() and text[index - 1].isalnum() and text[index].isascii():
        index -= 1
    return index


def _marked(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> SafeString:
    pieces: list[tuple[SafeString | str]] = []
    here = start
    for first, last in found:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        pieces += [(text[here:first],), (format_html_join("", "<mark>{}</mark>", [(text[first:last],)]),)]
        here = last
    pieces.append((text[here:end],))
    return format_html_join("", "{}", pieces)
