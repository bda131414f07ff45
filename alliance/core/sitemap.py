"""The public pages, for search engines: each address in both languages, which name one another.

    sitemap.register(lambda: (Entry(park.get_absolute_url(), park.updated_at) for park in Park.objects.public()))

Sources give paths in the language that is active; the other language stands at the same place under its own prefix.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import timezone, translation

from .context_processors import LANGUAGE_TAGS

# A sitemap holds 50,000 addresses at most, and each entry has one for each language.
MOST = 24_000


@dataclass(frozen=True)
class Entry:
    path: str
    changed: datetime | date | None = None


Source = Callable[[], Iterable[Entry]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    if source not in _sources:
        _sources.append(source)
    return source


def entries() -> Iterator[Entry]:
    for source in _sources:
        yield from source()


def lines() -> Iterator[str]:
    """The file, a page in each language at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n')
    with translation.override(settings.LANGUAGE_CODE):
        found = islice(entries(), MOST)
        prefix = f"/{settings.LANGUAGE_CODE}/"
        for entry in found:
            yield _urls(entry.path.removeprefix(prefix), entry.changed)
    yield "</urlset>\n"


def _urls(place: str, changed: datetime | date | None) -> str:
    """One page: an entry for each language, each with all of them beside it."""
    addresses = {code: escape(f"{settings.PUBLIC_BASE_URL}/{code}/{place}") for code, _name in settings.LANGUAGES}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{LANGUAGE_TAGS[code]}" href="{address}"/>'
        for code, address in addresses.items()
    )
    day = changed and (timezone.localtime(changed).date() if isinstance(changed, datetime) else changed)
    when = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
    return "".join(f"<url><loc>{address}</loc>{when}{links}</url>\n" for address in addresses.values())
