"""The directory of parks as a list: its orders, its columns, and what a card says."""

import zlib
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, F, QuerySet, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from alliance.core import search, sitemap
from alliance.core.bilingual import BilingualText, active_language, order_by_name
from alliance.core.lists import ListDefinition, Listing, Sort, View, register
from alliance.core.models import Division, Rendition, StoredFile

from .columns import COLUMNS, LICENCE
from .filters import ParkFilter, changed_since, public_rows
from .models import FieldOfWork, Park, Picture
from .presentation import ShownPicture, shown_pictures, with_pictures

# Orders -------------------------------------------------------------------------------------------------------------


def by_relevance(listing: Listing) -> list[Any]:
    return [search.rank_annotation(Park, listing.text).desc(), *order_by_name()]


def confirmed_first(listing: Listing) -> list[Any]:
    return [Case(When(standing=Park.Standing.LISTED, then=Value(0)), default=Value(1)), *order_by_name()]


def by_name(listing: Listing) -> list[Any]:
    return order_by_name()


def oldest_first(listing: Listing) -> list[Any]:
    return [F("year_opened").asc(nulls_last=True), *order_by_name()]


def newest_first(listing: Listing) -> list[Any]:
    return [F("year_opened").desc(nulls_last=True), *order_by_name()]


def by_place(listing: Listing) -> list[Any]:
    return ["province", F("city").asc(nulls_last=True), *order_by_name()]


# Rows ---------------------------------------------------------------------------------------------------------------

SHOWN = (
    "slug",
    "kind",
    "standing",
    "name_zh",
    "name_en",
    "province",
    "city",
    "city_zh",
    "city_en",
    "year_opened",
    "former_use_zh",
    "former_use_en",
    "formation",
    "structure",
    "site_form",
    "fields",
    "national_status",
    "confirmed_at",
    "listed_at",
    "compiled_on",
)
SHOWN_OF_PLACES = ("province__short_zh", "province__short_en", "province__abbr_zh", "city__short_zh", "city__short_en")


def for_page(parks: QuerySet[Park]) -> QuerySet[Park]:
    """What a card or a line of the table shows; stories stay in the database."""
    return parks.select_related("province", "city").only(*SHOWN, *SHOWN_OF_PLACES).prefetch_related(with_pictures())


def for_file(parks: QuerySet[Park]) -> QuerySet[Park]:
    return parks.select_related("province", "city").prefetch_related("figures", "institutions")


def where(park: Park) -> list[BilingualText]:
    """Province and city by their short names; a municipality is not said twice."""
    city = park.city.short if park.city else park.city_name
    same = not city or city.removesuffix("市") in {park.province.short_zh, park.province.short_en}
    return [park.province.short] if same else [park.province.short, city]


@dataclass(frozen=True)
class Card:
    """What the directory says of one park."""

    park: Park
    where: list[BilingualText]
    picture: ShownPicture | None
    fields: list[Any]
    is_confirmed: bool
    is_picked: bool


def card_of(listing: Listing, park: Park, picked: Collection[str]) -> Card:
    names: Mapping[str, Any] = listing.filter.known_options["field"]
    return Card(
        park=park,
        where=where(park),
        picture=next(iter(shown_pictures(park)), None),
        fields=[names[code] for code in park.fields if code in names],
        is_confirmed=park.standing == Park.Standing.LISTED,
        is_picked=park.slug in picked,
    )


def draw_page(listing: Listing, picked: Collection[str], *, is_full: bool) -> SafeString:
    """The cards of this page. Which of them are drawn already is known by their parks, as long as none changed."""
    if listing.pks is None or picked:
        return mark_safe("".join(_html(_draw(card_of(listing, park, picked), is_full)) for park in listing.page))
    kept, language = listing.drawn, active_language()
    unknown = [pk for pk in listing.pks if (language, pk) not in kept]
    for pk, park in (listing.rows_of(unknown) if unknown else {}).items():
        kept[(language, pk)] = _draw(card_of(listing, park, picked), is_full)
    found = (kept.get((language, pk)) for pk in listing.pks)
    return mark_safe("".join(_html(card) for card in found if card is not None))


# A card is the dearest part of a page, and says the same in every list: drawn once for what it says.
KEPT = 10_000
_drawn: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()


def _draw(card: Card, is_full: bool) -> bytes:
    """The card as HTML, packed: a process keeps thousands of them."""
    park = card.park
    said = [getattr(park, park._meta.get_field(name).attname) for name in SHOWN]
    key = (
        active_language(),
        is_full,
        card.is_picked,
        card.picture,
        *(tuple(value) if isinstance(value, list) else value for value in said),
        *((text, text.lang) for text in card.where),
        *(str(field) for field in card.fields),
    )
    packed = None if settings.DEBUG else _drawn.get(key)
    if packed is None:
        html = render_to_string("parks/_card.html", {"card": card, "is_full": is_full})
        packed = _drawn[key] = zlib.compress(html.encode(), 6)
        while len(_drawn) > KEPT:
            try:
                _drawn.popitem(last=False)
            except KeyError:  # another thread was faster
                break
    return packed


def _html(packed: bytes) -> str:
    return zlib.decompress(packed).decode()


PARKS = register(
    ListDefinition(
        code="parks",
        url_name="parks:park_list",
        title=_("Directory of parks"),
        is_public=True,
        changed=changed_since,
        who_sees=_("everybody: these rows are public"),
        licence=LICENCE,
        filterset=ParkFilter,
        rows=public_rows,
        fetch=for_page,
        fetch_file=for_file,
        sorts=[
            Sort("relevance", _("Best match first"), by_relevance, needs="q"),
            Sort("confirmed", _("Confirmed entries first"), confirmed_first),
            Sort("name", _("By name"), by_name),
            Sort("place", _("By province and city"), by_place),
            Sort("oldest", _("Oldest first"), oldest_first),
            Sort("newest", _("Newest first"), newest_first),
        ],
        columns=COLUMNS,
        views=[
            View("cards", _("Cards"), "cards"),
            View("table", _("Table"), "table"),
            View("map", _("Map"), "map"),
        ],
        shows=[Picture, StoredFile, Rendition, Division, FieldOfWork],
        place="province",
        carries=["park"],
    )
)


def public_pages() -> Iterator[sitemap.Entry]:
    """The directory and every public park, for search engines."""
    yield sitemap.Entry(reverse("parks:park_list"))
    for park in Park.objects.public().only("slug", "updated_at").order_by("pk").iterator(chunk_size=2000):
        yield sitemap.Entry(park.get_absolute_url(), park.updated_at)
