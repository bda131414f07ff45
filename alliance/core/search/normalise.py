"""One spelling for what people write in many: widths, cases, accents, traditional characters."""

import unicodedata
from functools import cache

import opencc


class _Folded(dict[int, str]):
    """What each character becomes; a character is worked out when it is first met.

    Traditional characters are simplified one by one and never by phrase: a cut-out of a text must come out as it does
    within the whole text, or the cut-out would not find it.
    """

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}:
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    wide = unicodedata.normalize("NFKC", character).casefold()
    plain = "".join(part for part in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(part))
    simplified = _converter().convert(unicodedata.normalize("NFC", plain))
    # One sign may stand for a whole phrase (U+FDFA): its first letters are enough.
    return simplified[:8]


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_folded = _Folded()


def normalise(text: str) -> str:
    """The text as search compares it. Never fails: what is no character becomes a space."""
    return unicodedata.normalize("NFC", text).translate(_folded)


def normalise_with_origin(text: str) -> tuple[str, list[int]]:
    """The normalised text, and for each of its characters the index of the character it came from."""
    pieces: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        folded = _folded[ord(character)]
        pieces.append(folded)
        origin += [index] * len(folded)
    return "".join(pieces), origin
