"""Texts into tokens: Chinese into characters and overlapping pairs, Latin into words, names also into pinyin."""

import re
from collections.abc import Iterator

from pypinyin import lazy_pinyin

from .normalise import normalise

# Characters that stand beside one another without spaces: Chinese, kana, hangul.
HAN = "㐀-鿿぀-ヿ가-힯豈-﫿𠀀-𲎯〇"
RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:[.'’·&+-][^\W_{HAN}]+)*")
HAN_RUN = re.compile(rf"[{HAN}]+")
PIECE = re.compile(r"[^\W\d_]+|\d+")
SEPARATOR = re.compile(r"[.'’·&+-]")

# A token is a lexeme of PostgreSQL, which takes up to 2 kB; nothing people look for is this long.
MAX_WORD = 40
# Tokens of a kind of their own begin with a sign that no word contains.
PINYIN, INITIALS, WHOLE, TITLE = "~", "!", "=", "^"


def is_han(run: str) -> bool:
    return bool(HAN_RUN.fullmatch(run))


def runs(text: str) -> Iterator[str]:
    """Chinese stretches and Latin words of a normalised text, in order."""
    for found in RUN.finditer(text):
        yield found.group()


def han_tokens(run: str) -> list[str]:
    """Pairs of a stretch; a single character stands for itself."""
    return [run[index : index + 2] for index in range(len(run) - 1)] or [run]


def word_pieces(word: str) -> list[str]:
    """`loft49` is also looked for as loft and 49, `e-cool` as e and cool."""
    pieces = [piece.group() for part in SEPARATOR.split(word) for piece in PIECE.finditer(part)]
    return pieces if len(pieces) > 1 else []


def joined(word: str) -> str:
    return SEPARATOR.sub("", word)[:MAX_WORD]


def singular(word: str) -> str:
    """The English word without its plural; the word itself when it has none."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def cut(text: str) -> Iterator[str]:
    """Every token under which this text is found, in order, repetitions included."""
    for run in runs(normalise(text)):
        if is_han(run):
            for index, character in enumerate(run):
                yield character
                if index + 1 < len(run):
                    yield run[index : index + 2]
        else:
            word = joined(run)
            for token in dict.fromkeys([word, singular(word), *word_pieces(run), *SEPARATOR.split(run)]):
                yield token[:MAX_WORD]


def whole(text: str) -> str:
    """The text without anything between its words: two titles that read alike come out alike."""
    return "".join(joined(run) for run in runs(normalise(text)))[:80]


def syllables(name: str) -> list[str]:
    """Pinyin of a Chinese name without tones, one entry a character; words and numbers of the name stay as they are."""
    return [part for part in (whole(part) for part in lazy_pinyin(normalise(name)[:120], v_to_u=False)) if part]


def pinyin(name: str) -> str:
    return "".join(syllables(name))


def pinyin_tokens(name: str) -> Iterator[str]:
    """The name spelt out and its initials, from each of its characters on, so that their beginnings find it."""
    if not HAN_RUN.search(normalise(name)):
        return
    parts = syllables(name)
    for index in range(len(parts)):
        spelt = "".join(parts[index:])
        yield PINYIN + spelt[:MAX_WORD]
        if "v" in spelt:
            # ü is typed as v or as u.
            yield PINYIN + spelt.replace("v", "u")[:MAX_WORD]
        initials = "".join(part if part.isdigit() else part[0] for part in parts[index:])
        if len(initials) > 1:
            yield INITIALS + initials[:MAX_WORD]
