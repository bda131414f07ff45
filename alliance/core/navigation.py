"""What stands in the menus. Each app registers its entries when it is ready; templates ask by area."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, override


@dataclass(frozen=True)
class Entry:
    """One line of a menu. `who` decides whether this request sees it; `badge` names a URL that gives a small number."""

    area: str
    label: str | Promise
    url_name: str
    order: int = 100
    who: Callable[[HttpRequest], bool] = lambda request: True
    badge: str = ""


@dataclass(frozen=True)
class Shown:
    label: str
    url: str
    is_current: bool
    badge_url: str
    # The label, still in any language.
    name: str | Promise = field(default="", compare=False, repr=False)


_entries: dict[tuple[str, str], Entry] = {}


@cache
def _address(url_name: str, language: str) -> str:
    """An address of the menus: asked for on every page some thirty times, and always the same in one language."""
    with override(language or None):
        return reverse(url_name)


def register(*entries: Entry) -> None:
    for entry in entries:
        _entries[entry.area, entry.url_name] = entry


def of(request: HttpRequest, area: str) -> list[Shown]:
    """The menu of one area, asked for once in a request: masthead, side and palette show the same."""
    menus: dict[str, list[Shown]] = request.__dict__.setdefault("_menus", {})
    if area not in menus:
        menus[area] = entries(request, area)
    return menus[area]


def entries(request: HttpRequest, area: str) -> list[Shown]:
    """The menu of one area for this request, the entry of the present page marked."""
    mine = sorted((e for e in _entries.values() if e.area == area and e.who(request)), key=lambda e: e.order)
    language = get_language() or ""
    urls = [_address(entry.url_name, language) for entry in mine]
    # The longest address that the present one begins with is where the reader is.
    current: Any = max((url for url in urls if request.path.startswith(url)), key=len, default=None)
    return [
        Shown(
            str(entry.label),
            url,
            is_current=url == current,
            badge_url=_address(entry.badge, language) if entry.badge else "",
            name=entry.label,
        )
        for entry, url in zip(mine, urls, strict=True)
    ]
