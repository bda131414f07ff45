"""How a park is shown to readers. One function turns a park into what its page needs; the page and the desk's preview
share it.

    park = with_relations(Park.objects.public()).get(slug=slug)
    context = present(park)                    # for templates/parks/_park.html

`present` reads `park.figures.all()`, `.institutions.all()`, `.pictures.all()` and plain attributes, and writes
nothing. A copy that carries draft values, with those relations filled as if prefetched, is shown just the same. It
asks the database only for what surrounds the park: names of codes, neighbours, the provinces of the map.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet, Value
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import _json_script_escapes  # type: ignore[attr-defined]
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from alliance.core import markdown, tiles
from alliance.core.bilingual import BilingualText, in_other_language, pick
from alliance.core.models import Division
from alliance.core.sharedparts import shared

from . import choices
from .models import Cluster, ClusterMember, FieldOfWork, Figure, IndustryCategory, Park, Picture

NEIGHBOURS = 6


def with_relations(parks: QuerySet[Park], pictures: QuerySet[Picture] | None = None) -> QuerySet[Park]:
    """Parks with everything that `present` reads; `pictures` for others than the public sees."""
    return parks.select_related("province", "city", "organisation").prefetch_related(*relations(pictures))


def relations(pictures: QuerySet[Picture] | None = None) -> list[str | Prefetch]:
    """Rows of a park that its page shows, for `prefetch_related`."""
    return ["figures", "institutions", with_pictures(pictures)]


def with_pictures(pictures: QuerySet[Picture] | None = None) -> Prefetch:
    """The pictures that the public sees, with their renditions."""
    shown = Picture.objects.shown().select_related("file").prefetch_related("file__renditions")
    return Prefetch("pictures", queryset=shown if pictures is None else pictures)


def present(park: Park, *, sees_members_only: bool = False) -> dict[str, Any]:
    """Everything that the page of this park shows, in the active language.

    `sees_members_only` opens contact details that the park keeps for people of the alliance.
    """
    pictures = shown_pictures(park)
    return {
        "park": park,
        "place": place_line(park),
        "pictures": pictures,
        "story": story_of(park),
        "figures": figures_of(park),
        "institutions": list(park.institutions.all()),
        "fields": names_of(FieldOfWork, park.fields),
        "industries": names_of(IndustryCategory, park.industries),
        "facilities": labels_of(choices.Facility, park.facilities),
        "services": labels_of(choices.Service, park.services),
        "types": types_of(park),
        "title": title_of(park),
        "remark": remark_of(park),
        "contact": contact_of(park, sees_members_only=sees_members_only),
        "sources": sources_of(park),
        "map": province_map(park),
        **neighbours(park),
        "structured_data": structured_data(park, pictures),
        "claim_url": claim_url(park),
        "clusters": clusters_of(park),
    }


# Where it is --------------------------------------------------------------------------------------------------------


def place_line(park: Park) -> list[BilingualText]:
    """Province, city and district, each once: 北京市 is not said twice. Needs the province loaded with the park."""
    parts: list[BilingualText] = [park.province.short]
    city = park.city_name
    if city and pick(park.city_zh.removesuffix("市"), park.city_en) != park.province.short:
        parts.append(city)
    if park.district:
        parts.append(park.district)
    return parts


def province_map(park: Park) -> str:
    """The provinces with their public parks, that of this park marked: the same for all of its province."""
    return shared("parks:map", park.province_id, lambda: _drawn_map(park.province_id))


def _drawn_map(code: str) -> str:
    counted = shared("parks:provinces", "", counted_provinces)
    listing = reverse("parks:park_list")
    drawn = tiles.tile_map(
        [province for province, number in counted],
        {province.code: number for province, number in counted},
        url=lambda province: f"{listing}?province={province.code}",
        current={code},
    )
    return render_to_string("parks/_province_map.html", {"tiles": drawn})


def counted_provinces() -> tuple[tuple[Division, int], ...]:
    public = Park.objects.public().order_by()
    numbers = dict(public.values_list("province").annotate(number=Count("pk")))
    return tuple((province, numbers.get(province.code, 0)) for province in Division.objects.provinces())


def neighbours(park: Park) -> dict[str, list[Park]]:
    """Other parks in its city; and parks elsewhere that came about the same way and share a field of work, those with
    the same main field first, then those of the same form of site.

    Each rank is asked for by itself, so that the database finds its first few by an index and sorts nothing.
    """
    public = Park.objects.public().exclude(pk=park.pk)
    ranks = [public.filter(near)] if (near := _same_city(park)) else []
    if park.fields and park.formation:
        alike = public.exclude(province=park.province_id).filter(formation=park.formation)
        main, site = Q(fields__0=park.fields[0]), Q(site_form=park.site_form)
        other = Q(fields__overlap=park.fields) & ~main
        ranks += [alike.filter(one) for one in (main & site, main & ~site, other & site, other & ~site)]
    if not ranks:
        return {"same_city": [], "similar": []}
    first, *rest = (
        _briefly(rows).annotate(rank=Value(rank)).order_by("pk")[:NEIGHBOURS] for rank, rows in enumerate(ranks)
    )
    found = list(first.union(*rest, all=True).order_by("rank", "pk") if rest else first)
    split = 1 if near else 0
    return {
        "same_city": [other for other in found if other.rank < split],
        "similar": [other for other in found if other.rank >= split][:NEIGHBOURS],
    }


def _same_city(park: Park) -> Q:
    """Where the city has no code of its own, by name within the province."""
    if park.city_id:
        return Q(city=park.city_id)
    return Q(city=None, city_zh=park.city_zh, province=park.province_id) if park.city_zh else Q()


def _briefly(parks: QuerySet[Park]) -> QuerySet[Park]:
    return parks.select_related("province").only("slug", "name_zh", "name_en", "city_zh", "city_en", "province")


# Story and type -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """The park's own words as safe HTML, in the language they are in."""

    html: SafeString
    lang: str
    is_fallback: bool


def story_of(park: Park) -> Story | None:
    text = park.story
    return Story(markdown.render(text), text.lang, text.is_fallback) if text else None


@dataclass(frozen=True)
class TypeLine:
    """One line of the type card: what is asked, what is known, and what stands behind it."""

    label: str
    values: Sequence[str]
    param: str = ""
    codes: Sequence[str] = ()


def types_of(park: Park) -> list[TypeLine]:
    formations = [code for code in (park.formation, park.second_formation) if code]
    return [
        TypeLine(_("Formation"), labels_of(choices.Formation, formations), "formation", formations),
        TypeLine(_("Structure"), labels_of(choices.Structure, [park.structure]), "structure", [park.structure]),
        TypeLine(_("Site form"), labels_of(choices.SiteForm, [park.site_form]), "site_form", [park.site_form]),
        TypeLine(_("Digital form"), labels_of(choices.DigitalForm, park.digital_forms), "digital", park.digital_forms),
    ]


def labels_of(enumeration: type, codes: Iterable[str]) -> list[str]:
    """The labels of known codes, in the order of the enumeration."""
    wanted = set(codes)
    return [str(label) for code, label in enumeration.choices if code in wanted]  # type: ignore[attr-defined]


def names_of(model: type[FieldOfWork] | type[IndustryCategory], codes: Sequence[str]) -> list[Any]:
    """Rows of a classification, in the order in which the park names them."""
    if not codes:
        return []
    # Few rows, the same for every park.
    rows = shared("parks:classification", model._meta.model_name or "", lambda: tuple(model._default_manager.all()))
    found = {row.pk: row for row in rows}
    return [found[code] for code in codes if code in found]


@dataclass(frozen=True)
class Title:
    label: str
    year: int | None
    note: BilingualText


def title_of(park: Park) -> Title | None:
    if not park.national_status:
        return None
    return Title(park.get_national_status_display(), park.national_status_year, park.status_note)


def remark_of(park: Park) -> BilingualText | None:
    """What an entry without a title notes otherwise, unless a figure says it already."""
    if park.national_status or not park.status_note:
        return None
    said = any(park.status_note_zh and park.status_note_zh in figure.source_note_zh for figure in park.figures.all())
    return None if said else park.status_note


# Clusters -----------------------------------------------------------------------------------------------------------


def clusters_of(park: Park) -> list[tuple[Cluster, list[str]]]:
    """The clusters in force in which it holds a place, with its roles. Most parks are in none: that costs nothing."""
    if not park.clusters:
        return []
    held = ClusterMember.objects.current().filter(park=park.pk, cluster__slug__in=park.clusters)
    found: dict[int, tuple[Cluster, list[str]]] = {}
    for place in held.select_related("cluster").order_by("cluster", "pk"):
        found.setdefault(place.cluster_id, (place.cluster, []))[1].append(place.get_role_display())
    return list(found.values())


# Figures ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """One indicator: the newest figure and those before it, or nothing where nobody reported any."""

    code: str
    label: str
    unit: str | Promise
    latest: Figure | None = None
    earlier: list[Figure] = field(default_factory=list)

    @property
    def source(self) -> str:
        return self.latest.get_source_display() if self.latest else ""


def figures_of(park: Park) -> list[Shown]:
    """Every indicator of the profile in its order. What was not reported is there, and says so: missing is never
    zero."""
    by_indicator: dict[str, list[Figure]] = {}
    for figure in park.figures.all():
        by_indicator.setdefault(figure.indicator, []).append(figure)
    shown = []
    for indicator in choices.Indicator:
        # What was measured goes before what was planned, the newest first, the undated last.
        rows = sorted(by_indicator.get(indicator, []), key=lambda row: (row.is_planned, -(row.year or 0)))
        latest = rows[0] if rows else None
        shown.append(Shown(indicator.value, str(indicator.label), choices.UNITS[indicator], latest, rows[1:]))
    return shown


# Pictures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownPicture:
    """A photograph in several widths, for <img srcset>."""

    url: str
    srcset: str
    width: int
    height: int
    alt: BilingualText
    credit: str


def shown_pictures(park: Park) -> list[ShownPicture]:
    return [shown for picture in park.pictures.all() if (shown := shown_picture(picture))]


def shown_picture(picture: Picture) -> ShownPicture | None:
    """The public renditions of a picture; nothing while there are none."""
    renditions = sorted(picture.file.renditions.all(), key=lambda rendition: rendition.width)
    if not renditions:
        return None
    widest = renditions[-1]
    return ShownPicture(
        url=widest.content.url,
        srcset=", ".join(f"{rendition.content.url} {rendition.width}w" for rendition in renditions),
        width=widest.width,
        height=widest.height,
        alt=picture.alt,
        credit=picture.credit,
    )


# Contact and sources ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contact:
    website: str
    phone: str
    email: str
    # Telephone and mail are there, but not for this reader.
    is_withheld: bool


def contact_of(park: Park, *, sees_members_only: bool) -> Contact:
    open_to_reader = park.contact_visibility == choices.Visibility.PUBLIC or sees_members_only
    return Contact(
        website=park.website,
        phone=park.contact_phone if open_to_reader else "",
        email=park.contact_email if open_to_reader else "",
        is_withheld=not open_to_reader and bool(park.contact_phone or park.contact_email),
    )


@dataclass(frozen=True)
class Source:
    text: str
    url: str = ""


def sources_of(park: Park) -> list[Source]:
    """What a compiled entry rests on. Names and addresses are paired only when there are equally many of both."""
    names = [name.strip() for name in park.source.split(" ; ") if name.strip()]
    urls = list(park.source_urls)
    if len(names) == len(urls):
        return [Source(name, url) for name, url in zip(names, urls, strict=True)]
    return [*(Source(name) for name in names), *(Source(url, url) for url in urls)]


def claim_url(park: Park) -> str:
    """Where people of the park ask to act for it, so that they can correct the entry."""
    return reverse("accounts:join_organisation", args=[park.organisation.slug])


# For machines -------------------------------------------------------------------------------------------------------

# UN/CEFACT unit codes, as schema.org asks for.
UNIT_CODES: dict[str, str] = {"floor_area": "MTK", "site_area": "MTK", "occupancy": "P1"}


def structured_data(park: Park, pictures: Sequence[ShownPicture] = ()) -> SafeString:
    """schema.org as JSON for a data block. Only what the page shows everybody; closing tags cannot occur in it."""
    base = settings.PUBLIC_BASE_URL
    url = base + park.get_absolute_url()
    other = in_other_language(park, "name")
    contact = contact_of(park, sees_members_only=False)
    place = {
        "@type": ["Place", "Organization"],
        "@id": url,
        "url": url,
        "name": park.name,
        "alternateName": other or None,
        "description": park.summary or None,
        "address": _without_blanks(
            {
                "@type": "PostalAddress",
                "addressCountry": "CN",
                "addressRegion": park.province.name,
                "addressLocality": park.city_name or None,
                "streetAddress": " ".join(part for part in (park.district, park.address) if part) or None,
            }
        ),
        "foundingDate": str(park.year_opened) if park.year_opened else None,
        "sameAs": park.website or None,
        "telephone": contact.phone or None,
        "email": contact.email or None,
        "image": [base + picture.url for picture in pictures] or None,
        "award": park.get_national_status_display() or None,
        "additionalProperty": [
            _without_blanks(
                {
                    "@type": "PropertyValue",
                    "propertyID": shown.code,
                    "name": shown.label,
                    "value": shown.latest.value,
                    "unitCode": UNIT_CODES.get(shown.code),
                    "description": _("planned") if shown.latest.is_planned else None,
                    "observationDate": str(shown.latest.year) if shown.latest.year else None,
                }
            )
            for shown in figures_of(park)
            if shown.latest
        ]
        or None,
    }
    trail = [
        (_("Home"), reverse("home")),
        (_("Parks"), reverse("parks:park_list")),
        (str(park.name), park.get_absolute_url()),
    ]
    breadcrumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": base + path}
            for position, (name, path) in enumerate(trail, start=1)
        ],
    }
    graph = {"@context": "https://schema.org", "@graph": [_without_blanks(place), breadcrumbs]}
    return mark_safe(json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_json_script_escapes))


def _without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
