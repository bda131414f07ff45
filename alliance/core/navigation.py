"""What stands in the menus. Each app registers its entries when it is ready; templates ask by area."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, override


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of a menu. `who` decides whether this request sees it; `badge` names a URL that gives a small number."""

    area: str
    label: str | Promise
    url_name: str
    order: int = 100
    who: Callable[[HttpRequest], bool] = lambda request: True
    badge: str = ""
    # Beginnings of other addresses, without the language, whose pages belong here too.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    label: str
    url: str
    is_current: bool
    badge_url: str
    # The label, still in any language.
    name: str | Promise = field(default="", compare=False, repr=False)


_entries: dict[tuple[str, str], Entry] = {}
_by_area: dict[str, tuple[Entry, ...]] = {}


@cache
def _address(url_name: str, language: str) -> str:
    """An address of the menus: asked for on every page some thirty times, and always the same in one language."""
    with override(language or None):
        return reverse(url_name)


def register(*entries: Entry) -> None:
    for entry in entries:
        _entries[entry.area, entry.url_name] = entry
    _by_area.clear()


def _ordered() -> dict[str, tuple[Entry, ...]]:
    """Every menu with all its entries, in their order."""
    if not _by_area:
        for area in {entry.area for entry in _entries.values()}:
            mine = (entry for entry in _entries.values() if entry.area == area)
            _by_area[area] = tuple(sorted(mine, key=lambda entry: entry.order))
    return _by_area


def _open(request: HttpRequest, area: str) -> tuple[Entry, ...]:
    """The entries of one menu that this request sees; asked for once in a request."""
    found: dict[str, tuple[Entry, ...]] = request.__dict__.setdefault("_menus", {})
    if area not in found:
        found[area] = tuple(entry for entry in _ordered().get(area, ()) if entry.who(request))
    return found[area]


def seen(request: HttpRequest, areas: Iterable[str]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """What tells these menus from those of other requests: which entries there are, and where the reader is."""
    language = get_language() or ""
    menus = [_open(request, area) for area in areas]
    return tuple((tuple(entry.url_name for entry in menu), _current(request.path, menu, language)) for menu in menus)


def of(request: HttpRequest, area: str) -> tuple[Shown, ...]:
    """The menu of one area for this request, the entry of the present page marked."""
    entries, language = _open(request, area), get_language() or ""
    return _shown(entries, language, _current(request.path, entries, language))


def _current(path: str, entries: tuple[Entry, ...], language: str) -> str:
    """The longest address that the present one begins with is where the reader is; of two, the later entry."""
    found, longest = "", 0
    for entry in entries:
        address = _address(entry.url_name, language)
        for beginning in (address, *(f"/{language}/{part}" for part in entry.also)):
            if len(beginning) >= longest and path.startswith(beginning):
                found, longest = address, len(beginning)
    return found


@lru_cache(maxsize=1000)
def _shown(entries: tuple[Entry, ...], language: str, current: str) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            str(entry.label),
            url := _address(entry.url_name, language),
            is_current=url == current,
            badge_url=_address(entry.badge, language) if entry.badge else "",
            name=entry.label,
        )
        for entry in entries
    )
