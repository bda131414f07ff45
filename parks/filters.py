"""What the directory of parks can be narrowed by."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alliance.core import search
from alliance.core.bilingual import NameOf, pick
from alliance.core.lists import Facet, ListFilter, SearchBox
from alliance.core.models import Division

from . import choices, freshness
from .models import Cluster, FieldOfWork, IndustryCategory, Park


def provinces(data: QueryDict) -> Mapping[str, Any]:
    """The 34, as objects that print as their names: the map of the same page needs them whole."""
    return {province.code: province for province in Division.objects.provinces()}


def cities(data: QueryDict) -> Mapping[str, Any]:
    """Cities of the chosen provinces, and those named in the address."""
    # What no column could hold is nobody's code.
    wanted, named = ([code for code in data.getlist(name) if _is_code(code)] for name in ("province", "city"))
    if not wanted and not named:
        return {}
    return {city.code: city for city in Division.objects.cities().filter(Q(parent__in=wanted) | Q(code__in=named))}


# Without cities below them: there the district says where a park is.
MUNICIPALITIES = ("110000", "120000", "310000", "500000")


def districts(data: QueryDict) -> Mapping[str, Any]:
    """Districts with public parks in the municipalities chosen, and those named in the address."""
    wanted = [code for code in data.getlist("province") if code in MUNICIPALITIES]
    named = [text for text in data.getlist("district") if text.isprintable()]
    if not wanted and not named:
        return {}
    there = Q(province__in=wanted) | Q(province__in=MUNICIPALITIES, district_zh__in=named)
    found = Park.objects.public().filter(there).exclude(district_zh="").order_by("district_zh")
    return {zh: pick(zh, en) for zh, en in found.values_list("district_zh", "district_en").distinct()}


def _is_code(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def fields_of_work(data: QueryDict) -> Mapping[str, Any]:
    return {field.code: NameOf(field) for field in FieldOfWork.objects.all()}


def industries(data: QueryDict) -> Mapping[str, Any]:
    majors = IndustryCategory.objects.filter(level=IndustryCategory.Level.MAJOR)
    return {industry.code: NameOf(industry) for industry in majors}


def clusters(data: QueryDict) -> Mapping[str, Any]:
    """The clusters named in the address: their pages lead here."""
    named = [slug for slug in data.getlist("cluster") if slug.isprintable()]
    if not named:
        return {}
    return {cluster.slug: NameOf(cluster) for cluster in Cluster.objects.in_force().filter(slug__in=named)}


def words(text: str) -> Q:
    """Parks in which every word is found: names in both languages and pinyin, places, former uses, fields, story."""
    return Q(pk__in=search.matching(Park, text))


has_former_use = Case(
    When(former_use_zh="", former_use_en="", then=Value("")), default=Value("yes"), output_field=CharField()
)


district = Case(When(province__in=MUNICIPALITIES, then=F("district_zh")), default=Value(""), output_field=CharField())
# The same year by which the council's figures are measured.
last_confirmed = Case(
    When(confirmed_at__isnull=True, then=Value("never")),
    When(confirmed_at__gte=Now() - Value(freshness.FRESH), then=Value("fresh")),
    default=Value("older"),
    output_field=CharField(),
)


class ParkFilter(ListFilter):
    """Conditions of the directory. Within a facet any value will do; every facet in use must be met."""

    q = SearchBox(words, label=_("Words"))
    formation = Facet("formation", label=_("Formation"), choices=choices.Formation, blank=True, is_open=True)
    field = Facet(
        "fields", label=_("Field of work"), choices=fields_of_work, many=True, blank=True, by_count=True, is_open=True
    )
    province = Facet("province", label=_("Province"), choices=provinces, by_count=True, is_open=True)
    city = Facet("city", label=_("City"), choices=cities, by_count=True, is_open=True, needs="province")
    district = Facet(district, label=_("District"), choices=districts, by_count=True, is_open=True, needs="province")
    site_form = Facet("site_form", label=_("Site form"), choices=choices.SiteForm, blank=True)
    structure = Facet("structure", label=_("Structure"), choices=choices.Structure, blank=True)
    national_status = Facet("national_status", label=_("Title"), choices=choices.NationalStatus)
    industry = Facet("industries", label=_("Class of the national statistics"), choices=industries, many=True, prefix=2)
    kind = Facet("kind", label=_("Kind"), choices=choices.Kind)
    digital = Facet("digital_forms", label=_("Digital form"), choices=choices.DigitalForm, many=True, blank=True)
    service = Facet("services", label=_("Services"), choices=choices.Service, many=True, blank=True)
    facility = Facet("facilities", label=_("Facilities"), choices=choices.Facility, many=True, blank=True)
    former_use = Facet(has_former_use, label=_("Former use"), choices={"yes": _("Former use known")})
    standing = Facet(
        "standing",
        label=_("State of the entry"),
        choices={
            Park.Standing.LISTED.value: Park.Standing.LISTED.label,
            Park.Standing.CATALOGUED.value: Park.Standing.CATALOGUED.label,
        },
    )

    confirmed = Facet(
        last_confirmed,
        label=_("Last confirmed by the park"),
        choices={"fresh": _("within a year"), "older": _("longer ago"), "never": _("never")},
    )

    cluster = Facet(
        "clusters", label=_("Specialised cluster"), choices=clusters, many=True, is_open=True, needs="cluster"
    )

    class Meta:
        model = Park
        fields: list[str] = []


def public_rows(user: Any) -> QuerySet[Park]:
    """The directory is the same for everybody: a draft shows only at its own park's desk."""
    return Park.objects.public()


def changed_since(moment: datetime) -> QuerySet[Park, int]:
    """Parks of which anything was written: the row says when it was saved as a whole, its history tells of the rest."""
    touched = Park.history.filter(history_date__gt=moment).values("id")
    return Park.objects.filter(Q(updated_at__gt=moment) | Q(pk__in=touched)).order_by("pk").values_list("pk", flat=True)
