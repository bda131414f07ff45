"""Did you mean: titles that sound like what was typed, when nothing was found."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from django.db.models import FloatField, Func, Value

from ..models import SearchDocument
from .cut import pinyin
from .query import Query
from .visibility import classes_for

# The nearest by trigrams are looked at closely, and only these: the index finds them without reading the rest.
CANDIDATES = 30
SHOWN = 3
ALIKE = 0.78


class Distance(Func):
    """How far the spelling lies from the nearest part of the title's; 0 is the same."""

    arg_joiner = " <<-> "
    template = "%(expressions)s"
    output_field = FloatField()


def suggestions(query: Query, *, person: Any = None) -> Sequence[SearchDocument]:
    """Up to three titles this person may see whose sound is close to what was typed; close ones first."""
    sound = pinyin(query.text)[:60]
    if len(sound) < 3:
        return []
    seen = SearchDocument.objects.filter(visibility__in=classes_for(person)).exclude(pinyin="")
    near = seen.defer("vector", "head").annotate(distance=Distance(Value(sound), "pinyin")).order_by("distance")
    close = sorted(
        ((likeness(sound, document.pinyin), document) for document in near[:CANDIDATES]), key=lambda p: -p[0]
    )
    if not close:
        return []
    # Beside a very good guess, a poor one only distracts.
    least = max(ALIKE, close[0][0] - 0.15)
    return [document for score, document in close if score >= least][:SHOWN]


def likeness(sound: str, title: str) -> float:
    """1 when the title has the sound in it, less the more letters differ."""
    best = 0.0
    size = len(sound)
    for start in range(max(1, len(title) - size + 2)):
        # The stretch may be a letter longer or shorter than what was typed.
        for length in (size - 1, size, size + 1):
            part = title[start : start + length]
            matcher = SequenceMatcher(None, sound, part, autojunk=False)
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
                best = max(best, matcher.ratio())
    return best
