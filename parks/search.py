"""How parks and clusters are found: by what the public may read of them, in both languages."""

from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from alliance.core import markdown, search

from .models import Cluster, ClusterMember, FieldOfWork, Park


def document(park: Park) -> search.Document | None:
    """The published columns; nothing of drafts, contacts or the secretariat's notes."""
    if not park.is_public:
        return None
    return search.Document(
        title_zh=park.name_zh,
        title_en=park.name_en,
        keywords=list(_keywords(park)),
        body_zh="\n".join(
            [park.summary_zh, markdown.plain(park.story_zh), park.address_zh, park.formation_evidence_zh]
        ),
        body_en="\n".join(
            [park.summary_en, markdown.plain(park.story_en), park.address_en, park.formation_evidence_en]
        ),
        province_code=park.province_id,
        updated_at=park.confirmed_at or park.listed_at or park.created_at,
    )


def _keywords(park: Park) -> Iterator[str]:
    for place in (park.province, park.city):
        if place is not None:
            yield from (place.name_zh, place.name_en)
            # 广西 for 广西壮族自治区: the short name is not always a part of the long one.
            yield from (place.short_zh, place.short_en)
    yield from (park.city_zh, park.city_en, park.district_zh, park.district_en)
    yield from (park.former_use_zh, park.former_use_en)
    yield from _field_words(park)
    for institution in park.institutions.all():
        yield from (institution.name_zh, institution.name_en)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield str(park.get_kind_display())
            if park.national_status:
                yield str(park.get_national_status_display())
            if park.formation:
                yield str(park.get_formation_display())
            if park.site_form:
                yield str(park.get_site_form_display())


def _field_words(park: Park) -> list[str]:
    """Names of the park's fields of work; `rows` brings them along."""
    if hasattr(park, "field_words"):
        return park.field_words
    return [
        f"{field.name_zh}{search.BETWEEN}{field.name_en}" for field in FieldOfWork.objects.filter(code__in=park.fields)
    ]


def rows() -> QuerySet[Park]:
    place = Func(OuterRef("fields"), F("code"), function="array_position", output_field=IntegerField())
    mine = FieldOfWork.objects.annotate(place=place).filter(place__isnull=False).order_by("place")
    words = mine.annotate(words=Concat("name_zh", Value(search.BETWEEN), "name_en")).values("words")
    return (
        Park.objects.select_related("province", "city")
        .prefetch_related("institutions")
        .annotate(field_words=ArraySubquery(words))
    )


SOURCE = search.SearchSource(kind="park", model=Park, title=_("Parks"), document=document, rows=rows)


# Clusters -----------------------------------------------------------------------------------------------------------


def cluster_document(cluster: Cluster) -> search.Document | None:
    """A cluster that the council approved, with the parks that hold a place in it."""
    if not cluster.is_public:
        return None
    return search.Document(
        title_zh=cluster.name_zh,
        title_en=cluster.name_en,
        keywords=list(_cluster_keywords(cluster)),
        body_zh="\n".join([cluster.focus_zh, cluster.goals_zh, cluster.charter_zh]),
        body_en="\n".join([cluster.focus_en, cluster.goals_en, cluster.charter_en]),
        updated_at=cluster.updated_at,
    )


def _cluster_keywords(cluster: Cluster) -> Iterator[str]:
    for field in FieldOfWork.objects.filter(code__in=cluster.fields):
        yield from (field.name_zh, field.name_en)
    places = ClusterMember.objects.current().shown().filter(cluster=cluster).select_related("park__province")
    for park in {place.park_id: place.park for place in places.order_by("pk")}.values():
        yield from (park.name_zh, park.name_en, park.province.short_zh, park.province.short_en)


CLUSTERS = search.SearchSource(
    kind="cluster",
    model=Cluster,
    title=_("Specialised clusters"),
    document=cluster_document,
    rows=lambda: Cluster.objects.public(),
)
