"""Pages by their name in the menus, for the command palette."""

from django.http import HttpRequest
from django.utils import translation

from .. import navigation
from .cut import pinyin, runs
from .normalise import normalise
from .query import Query

OPEN = ("public", "more")
# Areas for people who signed in; an entry may still be for fewer.
CLOSED = ("desk", "office", "council", "account")
AREAS = (*OPEN, *CLOSED)


def pages(request: HttpRequest, query: Query) -> list[navigation.Shown]:
    """The menu entries this person sees whose name, in either language or in pinyin, has every word of the query.

    Without a query all of them.
    """
    areas = AREAS if request.user.is_authenticated else OPEN
    entries = {entry.url: entry for area in areas for entry in navigation.of(request, area)}
    words = list(runs(normalise(query.text)))
    if not words:
        return [] if query.text else list(entries.values())
    return [entry for entry in entries.values() if _fits(words, _names(entry))]


def _names(entry: navigation.Shown) -> str:
    names = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names.append(normalise(str(entry.name)))
    spelt = pinyin(names[0])
    return " ".join([*names, spelt])


def _fits(words: list[str], names: str) -> bool:
    return all(word in names for word in words)
