"""The directory of parks as a list: its orders, its columns, and what a card says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, F, QuerySet, Value, When
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.core import search
from alliance.core.bilingual import BilingualText, order_by_name
from alliance.core.lists import Column, ListDefinition, Listing, Sort, View

from . import choices
from .filters import ParkFilter, public_rows
from .models import Figure, Park
from .presentation import ShownPicture, shown_pictures, with_pictures

MOST_COMPARED = 5
LEAST_COMPARED = 2


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


def cards(listing: Listing, picked: set[str]) -> list[Card]:
    names: Mapping[str, Any] = listing.filter.known_options["field"]
    return [
        Card(
            park=park,
            where=where(park),
            picture=next(iter(shown_pictures(park)), None),
            fields=[names[code] for code in park.fields if code in names],
            is_confirmed=park.standing == Park.Standing.LISTED,
            is_picked=park.slug in picked,
        )
        for park in listing.page.object_list
    ]


# Columns ------------------------------------------------------------------------------------------------------------


def figure(indicator: str) -> Any:
    """The newest figure of an indicator, measured before planned."""

    def newest(park: Park) -> Figure | None:
        rows = [row for row in park.figures.all() if row.indicator == indicator]
        return min(rows, key=lambda row: (row.is_planned, -(row.year or 0)), default=None)

    return newest


def figure_columns(indicator: choices.Indicator) -> list[Column]:
    """A figure in the file: the number, its year, and whether it was planned. Missing stays empty."""
    newest = figure(indicator)
    unit = choices.UNITS[indicator]

    def of(name: str) -> Any:
        return lambda park: getattr(found, name) if (found := newest(park)) else None

    def head(what: Any = "") -> Any:
        return lambda: f"{indicator.label}{f' ({unit})' if unit else ''}" if not what else f"{indicator.label}: {what}"

    return [
        Column(f"{indicator}", head(), of("value"), is_number=True, in_table=False),
        Column(f"{indicator}_year", head(_("year")), of("year"), in_table=False),
        Column(
            f"{indicator}_planned",
            head(_("planned")),
            lambda park: gettext("planned") if (found := newest(park)) and found.is_planned else "",
            in_table=False,
        ),
    ]


def joined(*parts: Any) -> str:
    return gettext("; ").join(str(part) for part in parts if part)


COLUMNS = [
    Column("name", _("Name"), lambda p: p.name, url=lambda p: p.get_absolute_url(), in_file=False, sort="name"),
    Column("name_zh", _("Chinese name"), lambda p: p.name_zh, in_table=False),
    Column("name_en", _("English name"), lambda p: p.name_en, in_table=False),
    Column("province", _("Province"), lambda p: p.province.short, sort="place", is_short=True),
    Column("city", _("City"), lambda p: p.city.short if p.city else p.city_name, is_short=True),
    Column("district", _("District"), lambda p: p.district, in_table=False),
    Column("address", _("Street address"), lambda p: p.address, in_table=False),
    Column("kind", _("Kind"), lambda p: p.get_kind_display(), in_table=False),
    Column("formation", _("Formation"), lambda p: p.get_formation_display()),
    Column("structure", _("Structure"), lambda p: p.get_structure_display(), in_table=False),
    Column("site_form", _("Site form"), lambda p: p.get_site_form_display()),
    Column("digital", _("Digital form"), lambda p: p.digital_forms, facet="digital", in_table=False),
    Column("fields", _("Fields of work"), lambda p: p.fields, facet="field"),
    Column(
        "industries",
        _("Classes of the national statistics"),
        lambda p: p.industries,
        facet="industry",
        in_table=False,
    ),
    Column("former_use", _("Former use"), lambda p: p.former_use, in_table=False),
    Column("year_opened", _("Year opened"), lambda p: p.year_opened, is_number=True, sort="oldest"),
    Column("title", _("Title"), lambda p: p.get_national_status_display(), missing=_("None recorded")),
    Column("title_year", _("Year of the title"), lambda p: p.national_status_year, in_table=False),
    *(column for indicator in choices.Indicator for column in figure_columns(indicator)),
    Column(
        "institutions",
        _("Anchor institutions"),
        lambda p: joined(*(institution.name for institution in p.institutions.all())),
        in_table=False,
    ),
    Column("services", _("Services"), lambda p: p.services, facet="service", in_table=False),
    Column("facilities", _("Facilities"), lambda p: p.facilities, facet="facility", in_table=False),
    Column("website", _("Website"), lambda p: p.website, in_table=False),
    Column("summary", _("Summary"), lambda p: p.summary, in_table=False),
    Column("standing", _("State of the entry"), lambda p: p.get_standing_display(), sort="confirmed"),
    Column("confirmed_at", _("Last confirmed"), lambda p: p.confirmed_at and localdate(p.confirmed_at), in_table=False),
    Column("compiled_on", _("Compiled"), lambda p: p.compiled_on, in_table=False),
    Column("confidence", _("Confidence"), lambda p: p.get_confidence_display(), in_table=False),
    Column("source", _("Source"), lambda p: p.source, in_table=False),
    Column("source_urls", _("Addresses of the sources"), lambda p: joined(*p.source_urls), in_table=False),
    Column("page", _("Page"), lambda p: settings.PUBLIC_BASE_URL + p.get_absolute_url(), in_table=False),
]

PARKS = ListDefinition(
    code="parks",
    url_name="parks:park_list",
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
    place="province",
    carries=["park"],
)
