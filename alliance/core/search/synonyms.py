"""Words that mean the same when people search. The data desk edits the list; it is read anew within a minute."""

import time
from itertools import product
from typing import Any

from django.core.cache import cache
from django.db import transaction

from .. import audit
from ..models import Synonym
from .cut import HAN_RUN, joined, runs
from .normalise import normalise

CACHE_KEY = "search-synonyms"
SECONDS = 60
MAX_VARIANTS = 16

# word -> the other words of its groups; kept in the process for a moment, so that a search asks nobody.
_known: dict[str, tuple[str, ...]] = {}
_read_at = 0.0


def variants(word: str) -> list[str]:
    """The word, and the same with each synonym in its place. The word itself comes first."""
    table = _table()
    if not table:
        return [word]
    if not HAN_RUN.fullmatch(word):
        return [word, *table.get(joined(word), ())][:MAX_VARIANTS]
    # Cut the stretch at the words we have synonyms for, longest first, from the left.
    choices: list[tuple[str, ...]] = []
    index = 0
    longest = max(map(len, table))
    while index < len(word):
        for length in range(min(longest, len(word) - index), 0, -1):
            part = word[index : index + length]
            if part in table:
                choices.append((part, *table[part]))
                index += length
                break
        else:
            choices.append((word[index],))
            index += 1
    made: list[str] = []
    for combination in product(*choices):
        made.append("".join(combination))
        if len(made) == MAX_VARIANTS:
            break
    return made


def _table() -> dict[str, tuple[str, ...]]:
    global _known, _read_at
    if time.monotonic() - _read_at < 1 and _read_at:
        return _known
    table = cache.get(CACHE_KEY)
    if table is None:
        table = _read()
        cache.set(CACHE_KEY, table, SECONDS)
    _known, _read_at = table, time.monotonic()
    return _known


def _read() -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for words in Synonym.objects.values_list("words", flat=True):
        group = split(words)
        for word in group:
            table.setdefault(word, {}).update(dict.fromkeys(other for other in group if other != word))
    return {word: tuple(others) for word, others in table.items()}


def split(words: str) -> list[str]:
    """The words of one group as search compares them."""
    return list(dict.fromkeys("".join(joined(run) for run in runs(normalise(word))) for word in words.split()))


def forget() -> None:
    """Called when the list changed: this process and the others read it anew."""
    global _read_at
    cache.delete(CACHE_KEY)
    _read_at = 0.0


# The list, as the data desk edits it ------------------------------------------------------------------------------


@transaction.atomic
def save_synonym(synonym: Synonym, *, by: Any) -> Synonym:
    """Keep a group of words; search follows at once."""
    verb = "synonym.changed" if synonym.pk else "synonym.added"
    synonym.save()
    audit.record(verb, synonym, by=by, words=len(split(synonym.words)))
    transaction.on_commit(forget)
    return synonym


@transaction.atomic
def remove_synonym(synonym: Synonym, *, by: Any) -> None:
    audit.record("synonym.removed", synonym, by=by, words=len(split(synonym.words)))
    synonym.delete()
    transaction.on_commit(forget)
