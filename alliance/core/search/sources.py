"""What can be found: each app registers its kinds when it is ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

# Stands between keywords; a keyword that is shown as a hit ends here.
BETWEEN = " · "


@dataclass(frozen=True)
class Document:
    """What of one object is searched, and by whom. Only what those people may read belongs in it."""

    title_zh: str
    title_en: str
    updated_at: datetime
    # The public, the people of the alliance ("members") or the secretariat ("office").
    visibility: str = "public"
    # Place, field, title, former use: words in both languages.
    keywords: Iterable[str] = ()
    body_zh: str = ""
    body_en: str = ""
    province_code: str = ""
    # Left empty, the object's own address is taken.
    path: str = ""


@dataclass(frozen=True)
class SearchSource:
    """One kind of object. `document` says what is searched of it, or None when nobody should find it."""

    kind: str
    model: type[Model]
    title: str | Promise
    document: Callable[[Any], Document | None]
    # All objects with what `document` reads, for `manage.py reindex`.
    rows: Callable[[], QuerySet[Any]]


_sources: dict[str, SearchSource] = {}


def register(source: SearchSource) -> None:
    _sources[source.kind] = source


def all_sources() -> list[SearchSource]:
    return list(_sources.values())


def source_of(model: type[Model]) -> SearchSource:
    """The source of this model; a model without one is a programming error."""
    for source in _sources.values():
        if issubclass(model, source.model):
            return source
    raise LookupError(f"{model.__name__} is not registered for search.")


def kind_titles() -> dict[str, str | Promise]:
    return {source.kind: source.title for source in _sources.values()}
