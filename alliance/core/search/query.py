"""What somebody typed, as questions the index can answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from . import synonyms
from .cut import (
    INITIALS,
    MAX_WORD,
    PINYIN,
    SEPARATOR,
    TITLE,
    WHOLE,
    han_tokens,
    is_han,
    joined,
    runs,
    singular,
    whole,
    word_pieces,
)
from .database import quoted
from .normalise import normalise

MAX_LENGTH = 100
MAX_WORDS = 12
# A longer Chinese stretch is not taken apart; the ways of doing so grow with the square of its length.
MAX_PARTED = 12
STOP_WORDS = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])


@dataclass(frozen=True)
class Query:
    """A search in the language of `tsquery`, made of quoted tokens, so that nothing typed can be an operator."""

    text: str
    # Everything typed must be there, as typed or as a synonym.
    all: str
    # The same, but a Chinese stretch may be in parts: 宁波动漫 finds what has 宁波 here and 动漫 there. Empty if there
    # is none to part.
    parted: str
    # Everything typed, as typed; the same within the title; the title begins so; the title is this.
    typed: str
    in_title: str
    begins: str
    exact: str
    # Any of what was typed, for the rank.
    any: str
    # What to mark in a text: Chinese stretches, and words by their beginning.
    marks: tuple[str, ...] = field(default=())
    # More was typed than is looked for.
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.all)


def parse(text: str) -> Query:
    """Never fails. A text without a letter or a number makes an empty query, which finds nothing."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text[: MAX_LENGTH * 10]).split())
    is_cut = len(shown) > MAX_LENGTH or len(text) > MAX_LENGTH * 10
    shown = shown[:MAX_LENGTH].rstrip()
    found = list(runs(normalise(shown)[: MAX_LENGTH * 2]))
    words = [run for run in _meaningful(found) if run]
    is_cut, words = is_cut or len(words) > MAX_WORDS, words[:MAX_WORDS]
    if not words:
        return Query(shown, "", "", "", "", "", "", "", (), is_cut)

    ways = [synonyms.variants(word) if is_han(word) or len(word) > 2 else [word] for word in words]
    last = len(words) - 1
    strict = [_either(_one(way, n == last) for way in alike) for n, alike in enumerate(ways)]
    loose = [_either([*(_one(way, n == last) for way in alike), *_parts(words[n])]) for n, alike in enumerate(ways)]
    sought = "".join(joined(word) for word in words)
    return Query(
        text=shown,
        all=_both(strict),
        parted=_both(loose) if loose != strict else "",
        typed=_both(_one(word, n == last) for n, word in enumerate(words)),
        in_title=_both(_one(word, n == last, TITLE) for n, word in enumerate(words)),
        begins=_leaf(WHOLE + sought[:80], "*"),
        exact=_leaf(WHOLE + whole(shown)),
        any=_either(token for n, word in enumerate(words) for token in _tokens(word, n == last)),
        marks=tuple(dict.fromkeys(mark for alike in ways for way in alike for mark in _marks(way))),
        is_cut=is_cut,
    )


def _meaningful(found: list[str]) -> list[str]:
    """Without the words that say nothing, unless there is nothing else."""
    telling: list[str] = []
    for run in found:
        telling += [part for part in run.split("的") if part] if is_han(run) else [run]
    telling = [run for run in telling if run not in STOP_WORDS]
    return telling or found


def _leaf(token: str, label: str = "") -> str:
    return quoted(token) + (f":{label}" if label else "")


def _tokens(word: str, is_last: bool) -> list[str]:
    if is_han(word):
        return [_leaf(token) for token in han_tokens(word)]
    return [_leaf(joined(word), "*" if is_last else "")]


def _one(word: str, is_last: bool, sign: str = "") -> str:
    """All of one Chinese stretch, or a Latin word in any of its spellings. The last word may be unfinished.

    `sign` asks for the tokens of a kind of their own.
    """
    if is_han(word):
        return _both(_leaf(sign + token) for token in han_tokens(word))
    end = "*" if is_last else ""
    plain = joined(word)
    ways = [_leaf(sign + plain, end)]
    if singular(plain) != plain:
        ways.append(_leaf(sign + singular(plain)))
    for pieces in (word_pieces(word), SEPARATOR.split(word)):
        if len(pieces) > 1:
            *first, last = (sign + piece[:MAX_WORD] for piece in pieces)
            ways.append(_both([*map(_leaf, first), _leaf(last, end)]))
    if plain.isascii() and plain.isalnum() and not sign:
        # Three letters are a syllable; two can only be initials.
        if len(plain) > 2:
            ways.append(_leaf(PINYIN + plain, "*"))
        if len(plain) > 1:
            ways.append(_leaf(INITIALS + plain, "*"))
    return _either(ways)


def _parts(run: str) -> list[str]:
    """A Chinese stretch in two or three parts of at least two characters, each of which must be there as a whole.

    In two parts each may also be a synonym; in three they would be too many.
    """
    if not is_han(run) or not 4 <= len(run) <= MAX_PARTED:
        return []
    ways = []
    for count in (1, 2):
        for cuts in combinations(range(2, len(run) - 1), count):
            edges = (0, *cuts, len(run))
            lengths = [end - start for start, end in pairwise(edges)]
            if min(lengths) > 1:
                parts = [run[start:end] for start, end in pairwise(edges)]
                alike = [synonyms.variants(part)[:8] if count == 1 else [part] for part in parts]
                ways.append(_both(_either(_one(way, False) for way in words) for words in alike))
    return ways


def _marks(word: str) -> list[str]:
    if is_han(word):
        return [word]
    return [joined(word), *(piece for piece in word_pieces(word) if len(piece) > 1)]


def _both(parts: Iterable[str]) -> str:
    return _group(parts, " & ")


def _either(parts: Iterable[str]) -> str:
    return _group(parts, " | ")


def _group(parts: Iterable[str], operator: str) -> str:
    distinct = list(dict.fromkeys(part for part in parts if part))
    return distinct[0] if len(distinct) == 1 else f"({operator.join(distinct)})" if distinct else ""
