"""The people in cohorts, as partners of a programme and the training desk see them: one list, filtered, exported."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core import sitemap
from alliance.core.bilingual import NameOf
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, register
from parks.models import Park

from . import policies_seats
from .models import Cohort, Enrolment
from .standing import seat_words

LEARNER = pgettext_lazy("learner", "Status")


def words(text: str) -> Q:
    """Any part of the name or the address."""
    found = Q()
    for word in text.split()[:6]:
        found &= Q(person__name__icontains=word) | Q(person__email__icontains=word)
    return found


def cohorts(data: QueryDict, person: Any) -> dict[str, Any]:
    """Those whose people this person sees, the newest first."""
    seen = policies_seats.cohorts_seen_by(person).order_by("-starts_at", "-pk")
    return {cohort.code: NameOf(cohort, "title") for cohort in seen}


def parks(data: QueryDict) -> dict[str, Any]:
    sent = Park.objects.filter(enrolments__isnull=False).distinct().order_by("slug")
    return {park.slug: NameOf(park) for park in sent}


_approval = Case(
    When(~Q(state="submitted"), then=Value("done")),
    When(home_approved_at__isnull=True, then=Value("home")),
    default=Value("lead"),
    output_field=CharField(),
)


class PeopleFilter(ListFilter):
    q = SearchBox(words, label=_("Name or address"))
    cohort = Facet(
        "cohort__code",
        label=_("Cohort"),
        choices=cohorts,  # type: ignore[arg-type]
        is_personal=True,
    )
    state = Facet("state", label=_("State"), choices=Enrolment.State, is_open=True)
    approval = Facet(
        _approval,
        label=_("Approval"),
        choices={
            "home": _("waits for the home park"),
            "lead": _("waits for the lead"),
            "done": pgettext_lazy("enrolment", "decided"),
        },
        is_open=True,
    )
    pool = Facet(
        "pool",
        label=_("Seat"),
        choices={"park": Enrolment.Pool.PARK.label, "shared": Enrolment.Pool.SHARED.label, "none": _("no seat")},
        is_open=True,
    )
    park = Facet("park__slug", label=_("Home park"), choices=parks, by_count=True)
    learner = Facet("learner", label=LEARNER, choices=Enrolment.Learner)

    class Meta:
        model = Enrolment
        fields: list[str] = []


def rows(user: Any) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(cohort__in=policies_seats.cohorts_seen_by(user))


def fetch(found: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return found.select_related("person", "park", "quota__park", "cohort")


def url_of(row: Enrolment) -> str:
    return reverse("training:person", args=[row.cohort.code, row.pk])


PEOPLE = register(
    ListDefinition(
        code="training_people",
        url_name="training:people",
        title=_("People in cohorts"),
        may=policies_seats.sees_any_people,
        who_sees=_("the partners of the programme and the training desk; personal data, please do not pass it on"),
        filterset=PeopleFilter,
        rows=rows,
        fetch=fetch,
        per_page=50,
        sorts=[
            Sort("number", _("By queue number"), lambda listing: ["cohort__code", "queue_no", "pk"]),
            Sort("new", _("Last asked first"), lambda listing: ["-submitted_at", "-pk"]),
            Sort("name", _("By name"), lambda listing: ["person__name", "pk"]),
        ],
        columns=[
            Column("name", _("Person"), lambda row: row.person.name, url=url_of, sort="name"),
            Column("email", _("E-mail"), lambda row: row.person.email, in_table=False),
            Column("cohort", _("Cohort"), lambda row: row.cohort.code, is_short=True),
            Column("number", _("No."), lambda row: row.queue_no, is_number=True, sort="number", is_plain=True),
            Column("park", _("Home park"), lambda row: row.park.name, in_both=True),
            Column("state", _("State"), lambda row: row.get_state_display(), is_short=True, in_both=True),
            Column("seat", _("Seat"), seat_words, missing=_("none"), is_short=True, in_both=True),
            Column(
                "learner",
                pgettext_lazy("learner", "Status"),
                lambda row: row.get_learner_display(),
                is_short=True,
                in_both=True,
            ),
            Column("asked", _("Asked"), lambda row: localdate(row.submitted_at), is_short=True, sort="new"),
            Column(
                "enrolled",
                _("Enrolled"),
                lambda row: localdate(row.enrolled_at) if row.enrolled_at else None,
                in_table=False,
            ),
        ],
    )
)


def of_cohort(data: QueryDict, cohort: Cohort, *, user: Any) -> Any:
    """The list narrowed to one cohort, at the cohort's own address."""
    narrowed = data.copy()
    narrowed["cohort"] = cohort.code
    listing = PEOPLE.read(narrowed, user=user)
    listing.path = reverse("training:cohort_people", args=[cohort.code])
    return listing


def public_pages() -> Iterator[sitemap.Entry]:
    for cohort in Cohort.objects.public().order_by("pk"):
        yield sitemap.Entry(cohort.get_absolute_url())
