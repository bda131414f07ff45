"""The lists of joint training: programmes for everybody, programmes for the training desk, universities."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from alliance.core import search
from alliance.core.bilingual import NameOf, order_by_name
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, View, register
from parks.filters import fields_of_work, provinces

from . import policies
from .models import Cohort, Programme, ProgrammePartner, TrainingField, University

ENROLLING = Cohort.State.ENROLLING


def fields_of_study(data: QueryDict) -> Mapping[str, Any]:
    return {field.code: NameOf(field) for field in TrainingField.objects.filter(parent__isnull=True)}


def _words(text: str) -> Q:
    return Q(pk__in=search.matching(Programme, text))


_accepted = ProgrammePartner.objects.filter(
    programme=OuterRef("pk"), accepted_at__isnull=False, until_on__isnull=True, declined_at__isnull=True
)
_enrols = Case(
    When(
        Exists(Cohort.objects.filter(version__curriculum__programme=OuterRef("pk"), state=ENROLLING)),
        then=Value("yes"),
    ),
    default=Value("no"),
    output_field=CharField(),
)


class PartnerProvince(Facet):
    """Where its partners are; a programme may be in several provinces."""

    def value(self) -> Any:
        return ArraySubquery(_accepted.values("organisation__province").exclude(organisation__province=None).distinct())

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        return qs.filter(Exists(_accepted.filter(organisation__province__in=value)))


class ProgrammeFilter(ListFilter):
    """Conditions of the public list."""

    q = SearchBox(_words, label=_("Words"))
    enrols = Facet(_enrols, label=_("Enrolment"), choices={"yes": _("Open now"), "no": _("Not now")}, is_open=True)
    field = Facet("field", label=_("Field of study"), choices=fields_of_study, is_open=True)
    province = PartnerProvince("pk", label=_("Province of a partner"), choices=provinces, many=True, by_count=True)
    state = Facet(
        "state",
        label=_("State"),
        choices={state.value: state.label for state in Programme.PUBLIC_STATES},
    )

    class Meta:
        model = Programme
        fields: list[str] = []


def _public(user: Any) -> QuerySet[Programme]:
    return Programme.objects.public()


def _with_partners(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    return programmes.select_related("field").prefetch_related("partners__organisation").annotate(enrols=_enrols)


def _changed(moment: datetime) -> QuerySet[Programme, int]:
    return Programme.objects.filter(updated_at__gt=moment).order_by("pk").values_list("pk", flat=True)


def _by_title(listing: Any) -> list[Any]:
    return order_by_name("title")


def _partner_names(programme: Programme) -> str:
    names = [
        str(partner.organisation.name)
        for partner in programme.partners.all()
        if partner.accepted_at and partner.until_on is None and not partner.declined_at
    ]
    return " · ".join(dict.fromkeys(names))


_COLUMNS = [
    Column(
        "title",
        _("Programme"),
        lambda programme: programme.title,
        url=lambda programme: programme.get_absolute_url(),
        sort="title",
        in_both=True,
        meaning=_("The title of the joint programme."),
    ),
    Column("field", _("Field of study"), lambda programme: programme.field.name, is_short=True, in_both=True),
    Column(
        "partners",
        _("Partners"),
        _partner_names,
        meaning=_("Every organisation that has accepted a part in it."),
    ),
    Column("state", _("State"), lambda programme: programme.get_state_display(), is_short=True, in_both=True),
]

PROGRAMMES = register(
    ListDefinition(
        code="programmes",
        url_name="training:programme_list",
        title=_("Joint training programmes"),
        is_public=True,
        changed=_changed,
        who_sees=_("everybody: these rows are public"),
        filterset=ProgrammeFilter,
        rows=_public,
        fetch=_with_partners,
        sorts=[
            Sort(
                "relevance",
                _("Best match first"),
                lambda listing: [search.rank_annotation(Programme, listing.text).desc(), "pk"],
                needs="q",
            ),
            Sort("enrolling", _("Open for enrolment first"), lambda listing: [_enrols.desc(), "-approved_at", "pk"]),
            Sort("title", _("By title"), _by_title),
            Sort("newest", _("Newest first"), lambda listing: ["-approved_at", "pk"]),
        ],
        columns=_COLUMNS,
        views=[View("cards", _("Cards"), "cards"), View("table", _("Table"), "table")],
    )
)


class OfficeFilter(ListFilter):
    """Conditions of the training desk's list: every programme, drafts included."""

    q = SearchBox(
        lambda text: Q(title_zh__icontains=text) | Q(title_en__icontains=text) | Q(slug__icontains=text),
        label=_("Words"),
    )
    state = Facet("state", label=_("State"), choices=Programme.State, is_open=True)
    field = Facet("field", label=_("Field of study"), choices=fields_of_study, is_open=True)

    class Meta:
        model = Programme
        fields: list[str] = []


def _all(user: Any) -> QuerySet[Programme]:
    return Programme.objects.all() if policies.oversees(user) else Programme.objects.none()


OFFICE_PROGRAMMES = register(
    ListDefinition(
        code="office_programmes",
        url_name="training:office_programmes",
        title=_("Joint programmes, as the training desk sees them"),
        may=policies.oversees,
        who_sees=_("the desks of the secretariat; please do not pass it on"),
        filterset=OfficeFilter,
        rows=_all,
        fetch=lambda rows: _with_partners(rows).annotate(cohort_count=Count("curricula__versions__cohorts")),
        per_page=50,
        sorts=[
            Sort("changed", _("Last changed first"), lambda listing: [F("updated_at").desc(), "pk"]),
            Sort("title", _("By title"), _by_title),
        ],
        columns=[
            Column(
                "title",
                _("Programme"),
                lambda programme: programme.title,
                url=lambda programme: reverse("training:desk_programme", args=[programme.slug]),
                sort="title",
                in_both=True,
            ),
            *_COLUMNS[1:],
            Column("cohorts", _("Cohorts"), lambda programme: programme.cohort_count, is_number=True),
            Column(
                "changed",
                _("Changed"),
                lambda programme: localdate(programme.updated_at),
                is_short=True,
                sort="changed",
            ),
        ],
    )
)

KINDS = {"university": _("University"), "academy": _("Academy"), "vocational": _("Vocational college")}


class UniversityFilter(ListFilter):
    q = SearchBox(
        lambda text: (
            Q(name_zh__icontains=text)
            | Q(name_en__icontains=text)
            | Q(city_zh__icontains=text)
            | Q(city_en__icontains=text)
        ),
        label=_("Words"),
    )
    kind = Facet("kind", label=_("Kind"), choices=KINDS, is_open=True)
    province = Facet("province", label=_("Province"), choices=provinces, by_count=True, is_open=True)
    field = Facet("fields", label=_("Field of work"), choices=fields_of_work, many=True, by_count=True, is_open=True)

    class Meta:
        model = University
        fields: list[str] = []


UNIVERSITIES = register(
    ListDefinition(
        code="universities",
        url_name="training:university_list",
        title=_("Universities with fields near to culture"),
        is_public=True,
        who_sees=_("everybody: these rows are public"),
        filterset=UniversityFilter,
        rows=lambda user: University.objects.all(),
        fetch=lambda rows: rows.select_related("province", "organisation"),
        per_page=60,
        place="province",
        sorts=[
            Sort("place", _("By province and city"), lambda listing: ["province", "city_zh", "pk"]),
            Sort("name", _("By name"), lambda listing: order_by_name()),
        ],
        columns=[
            Column("name", _("Name"), lambda university: university.name, sort="name", in_both=True),
            Column("kind", _("Kind"), lambda university: KINDS.get(university.kind), is_short=True, in_both=True),
            Column(
                "place",
                _("Province"),
                lambda university: university.province.short,
                is_short=True,
                in_both=True,
                sort="place",
            ),
            Column("city", _("City"), lambda university: university.city, is_short=True, in_both=True),
            Column("fields", _("Field of work"), lambda university: university.fields, facet="field"),
            Column("website", _("Website"), lambda university: university.website, in_table=False),
            Column("source", _("Source"), lambda university: university.source, in_table=False),
        ],
    )
)
