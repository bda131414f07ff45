"""The list of specialised clusters: what it can be narrowed by, its columns, its orders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core import search, sitemap
from alliance.core.bilingual import order_by_name
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, Listing, SearchBox, Sort, View, register

from . import policies
from .filters import fields_of_work, provinces
from .models import Cluster, ClusterMember, Park

Role = ClusterMember.Role


def words(text: str) -> Q:
    """Clusters in which every word is found: names, focus, charter, goals, their parks and places."""
    return Q(pk__in=search.matching(Cluster, text))


def plain_words(text: str) -> Q:
    """The office also finds drafts, which nobody else searches: by name."""
    plain = Q()
    for word in text.split()[:6]:
        plain &= Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(slug__icontains=word)
    return words(text) | plain


class ClusterFilter(ListFilter):
    q = SearchBox(words, label=_("Words"))
    field = Facet("fields", label=_("Field of work"), choices=fields_of_work, many=True, by_count=True, is_open=True)
    province = Facet("provinces", label=_("Province"), choices=provinces, many=True, by_count=True, is_open=True)
    gap = Facet("gaps", label=_("Gap in the chain"), choices=Role, many=True)
    state = Facet(
        "state",
        label=_("State"),
        choices={state.value: state.label for state in (*Cluster.IN_FORCE, Cluster.State.DISSOLVED)},
        is_open=True,
    )

    class Meta:
        model = Cluster
        fields: list[str] = []


class OfficeClusterFilter(ClusterFilter):
    q = SearchBox(plain_words, label=_("Words"))
    state = Facet("state", label=_("State"), choices=Cluster.State, is_open=True)

    class Meta:
        model = Cluster
        fields: list[str] = []


def _held(**more: Any) -> QuerySet[ClusterMember]:
    return ClusterMember.objects.current().shown().filter(cluster=OuterRef("pk"), **more)


def with_places(clusters: QuerySet[Cluster]) -> QuerySet[Cluster]:
    """Where its parks lie, how many they are and which roles nobody has: all from the places held today."""
    number = _held().order_by().values("cluster").annotate(number=Count("park", distinct=True)).values("number")
    gaps = [Case(When(~Exists(_held(role=role)), then=Value(role)), output_field=CharField()) for role in Role.values]
    return clusters.annotate(
        provinces=ArraySubquery(_held().order_by("park__province").values("park__province").distinct()),
        park_count=Coalesce(Subquery(number), 0),
        gaps=Func(
            *gaps,
            template="array_remove(ARRAY[%(expressions)s]::varchar[], NULL)",
            output_field=ArrayField(CharField()),
        ),
    )


def with_parks() -> Prefetch:
    """The places held today, with their parks, in the order of the chain."""
    held = ClusterMember.objects.current().shown().select_related("park__province", "park__city").order_by("pk")
    return Prefetch("places", queryset=held, to_attr="held")


def fetch(clusters: QuerySet[Cluster]) -> QuerySet[Cluster]:
    return clusters.select_related("lead_park")


def public_rows(user: Any) -> QuerySet[Cluster]:
    return with_places(Cluster.objects.public())


def office_rows(user: Any) -> QuerySet[Cluster]:
    return with_places(Cluster.objects.all())


def changed_since(moment: datetime) -> QuerySet[Cluster, int]:
    return Cluster.objects.filter(updated_at__gt=moment).order_by("pk").values_list("pk", flat=True)


# Orders -------------------------------------------------------------------------------------------------------------


def by_relevance(listing: Listing) -> list[Any]:
    return [search.rank_annotation(Cluster, listing.text).desc(), *order_by_name()]


def in_force_first(listing: Listing) -> list[Any]:
    return [Case(When(state__in=Cluster.IN_FORCE, then=Value(0)), default=Value(1)), *order_by_name()]


def by_name(listing: Listing) -> list[Any]:
    return order_by_name()


def newest_first(listing: Listing) -> list[Any]:
    return [F("resolved_on").desc(nulls_last=True), *order_by_name()]


def by_review(listing: Listing) -> list[Any]:
    return [F("review_due_on").asc(nulls_last=True), *order_by_name()]


# Columns ------------------------------------------------------------------------------------------------------------

PORTAL = _("The portal")
SECRETARIAT = _("The secretariat, from the charter of the cluster")


def _lead(cluster: Cluster) -> Any:
    return cluster.lead_park.name if cluster.lead_park and cluster.lead_park.is_public else None


COLUMNS = [
    Column("name", _("Name"), lambda c: c.name, url=lambda c: c.get_absolute_url(), in_file=False, sort="name"),
    Column(
        "name_zh",
        _("Chinese name"),
        lambda c: c.name_zh,
        in_table=False,
        meaning=_("Its name in Chinese."),
        source=SECRETARIAT,
    ),
    Column(
        "name_en",
        _("English name"),
        lambda c: c.name_en,
        in_table=False,
        meaning=_("Its name in English."),
        source=SECRETARIAT,
    ),
    Column(
        "fields",
        _("Fields of work"),
        lambda c: c.fields,
        facet="field",
        in_both=True,
        meaning=_("What its parks specialise in together."),
        source=SECRETARIAT,
    ),
    Column(
        "focus",
        _("Focus"),
        lambda c: c.focus,
        in_table=False,
        in_both=True,
        meaning=_("The focus in its own words."),
        source=SECRETARIAT,
    ),
    Column(
        "lead",
        _("Lead park"),
        _lead,
        in_both=True,
        missing=_("None named"),
        meaning=_("The park that leads the cluster."),
        source=SECRETARIAT,
    ),
    Column(
        "parks",
        _("Number of parks"),
        lambda c: c.park_count,
        is_number=True,
        meaning=_("Parks that hold a place in it today."),
        unit=pgettext_lazy("unit", "parks"),
        source=PORTAL,
    ),
    Column(
        "provinces",
        _("Provinces"),
        lambda c: c.provinces,
        facet="province",
        in_both=True,
        missing=_("none so far"),
        meaning=_("Where these parks lie."),
        source=PORTAL,
    ),
    Column(
        "gaps",
        _("Gaps in the chain"),
        lambda c: c.gaps,
        facet="gap",
        in_both=True,
        missing=_("none"),
        meaning=_("Roles of the chain that no park holds today."),
        source=PORTAL,
    ),
    Column(
        "state",
        _("State"),
        lambda c: c.get_state_display(),
        in_both=True,
        is_short=True,
        meaning=_("Approved by the council, under review, or dissolved."),
        source=PORTAL,
    ),
    Column(
        "resolved_on",
        _("Resolved on"),
        lambda c: c.resolved_on,
        is_short=True,
        sort="newest",
        meaning=_("The day of the council's latest resolution about it."),
        source=_("The secretariat, from the minutes of the council"),
    ),
    Column(
        "resolution",
        _("Resolution"),
        lambda c: c.resolution,
        in_table=False,
        meaning=_("The reference of that resolution."),
        source=_("The secretariat, from the minutes of the council"),
    ),
    Column(
        "review_due_on",
        _("Next review"),
        lambda c: c.review_due_on,
        in_table=False,
        meaning=_("The day by which the council looks at it again."),
        source=PORTAL,
    ),
    Column(
        "page",
        _("Page"),
        lambda c: settings.PUBLIC_BASE_URL + c.get_absolute_url() if c.is_public else "",
        in_table=False,
        meaning=_("The cluster's page in the portal."),
        source=PORTAL,
    ),
]

# What stands beside the name in the office's table; the rest is in the file.
AT_THE_OFFICE = ("name", "state", "parks", "provinces", "gaps", "review_due_on")


def _at_the_office(column: Column) -> Column:
    column = replace(column, in_table=column.code in AT_THE_OFFICE)
    if column.code == "name":
        return replace(column, url=lambda c: reverse("parks:office_cluster", args=[c.slug]))
    if column.code == "review_due_on":
        return replace(column, is_short=True, sort="review", missing=_("not approved yet"))
    return replace(column, sort="") if column.code == "resolved_on" else column


RELEVANCE = Sort("relevance", _("Best match first"), by_relevance, needs="q")
CLUSTERS = register(
    ListDefinition(
        code="clusters",
        url_name="parks:cluster_list",
        title=_("Specialised clusters"),
        is_public=True,
        changed=changed_since,
        who_sees=_("everybody: these rows are public"),
        filterset=ClusterFilter,
        rows=public_rows,
        fetch=lambda clusters: fetch(clusters).prefetch_related(with_parks()),
        fetch_file=fetch,
        sorts=[
            RELEVANCE,
            Sort("force", _("Those in force first"), in_force_first),
            Sort("name", _("By name"), by_name),
            Sort("newest", _("Latest resolution first"), newest_first),
        ],
        columns=COLUMNS,
        views=[View("cards", _("Cards"), "cards"), View("table", _("Table"), "table")],
    )
)
OFFICE_CLUSTERS = register(
    ListDefinition(
        code="office_clusters",
        url_name="parks:office_clusters",
        title=_("Specialised clusters, drafts included"),
        may=policies.can_see_all,
        changed=changed_since,
        who_sees=_("the desks of the secretariat"),
        filterset=OfficeClusterFilter,
        rows=office_rows,
        fetch=fetch,
        sorts=[
            Sort("review", _("Next review first"), by_review),
            Sort("name", _("By name"), by_name),
            Sort("newest", _("Latest resolution first"), newest_first),
        ],
        columns=[_at_the_office(column) for column in COLUMNS],
    )
)


@dataclass(frozen=True)
class Card:
    """What the list says of one cluster."""

    cluster: Cluster
    fields: list[Any]
    provinces: list[Any]
    parks: list[tuple[Park, list[str]]]
    gaps: list[str]


def cards(listing: Listing) -> list[Card]:
    fields, places = (listing.filter.known_options[name] for name in ("field", "province"))
    return [
        Card(
            cluster,
            [fields[code] for code in cluster.fields if code in fields],
            [places[code] for code in cluster.provinces if code in places],
            roles_by_park(cluster.held),
            [str(Role(code).label) for code in cluster.gaps],
        )
        for cluster in listing.page.object_list
    ]


def roles_by_park(places: Iterable[ClusterMember]) -> list[tuple[Park, list[str]]]:
    """Each park once, with its roles."""
    found: dict[int, tuple[Park, list[str]]] = {}
    for place in places:
        found.setdefault(place.park_id, (place.park, []))[1].append(place.get_role_display())
    return list(found.values())


def public_pages() -> Iterator[sitemap.Entry]:
    """The list and every cluster the council approved; a sample is nothing to be found."""
    yield sitemap.Entry(reverse("parks:cluster_list"))
    for cluster in Cluster.objects.public().filter(is_sample=False).only("slug", "updated_at").order_by("pk"):
        yield sitemap.Entry(cluster.get_absolute_url(), cluster.updated_at)
