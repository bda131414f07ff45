"""Meetings as lists: of the reader's investors and parks, and all of them for the investment desk."""

from typing import Any

from django.db.models import Case, CharField, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, register

from . import policies
from . import policies_dialogue as allowed
from .dialogue_lists import all_rows, at_project, by_investor, by_project, in_dialogue, overseen
from .models import Meeting, Project

State = Meeting.State
_late = Q(state=State.CONFIRMED, outcome_due_at__lt=Now())
_owes = Q(state=State.CONFIRMED, ends_at__lt=Now())
_ahead = Q(state__in=[State.OFFERED, State.REQUESTED, State.CONFIRMED], ends_at__gte=Now())
_when = Case(
    When(_late, then=Value("late")),
    When(_owes, then=Value("outcome")),
    When(_ahead, then=Value("ahead")),
    default=Value("over"),
    output_field=CharField(),
)
WHEN = {
    "ahead": _("ahead"),
    "outcome": _("over, outcome not recorded yet"),
    "late": _("outcome overdue"),
    "over": _("over or cancelled"),
}
_urgency = Case(When(_late, then=Value(0)), When(_owes, then=Value(1)), When(_ahead, then=Value(2)), default=Value(3))
_next = Case(When(_owes | _ahead, then=F("starts_at")), output_field=DateTimeField())


def _by_text(text: str) -> Q:
    return Q(topic__icontains=text) | by_project(text) | by_investor(text, "interest__investor")


class OwnFilter(ListFilter):
    q = SearchBox(_by_text, label=_("Topic, project or investor"))
    when = Facet(_when, label=_("When"), choices=WHEN, is_open=True)
    state = Facet("state", label=_("State"), choices=State, is_open=True)
    project = Facet("project__slug", label=_("Project"), choices=in_dialogue, is_personal=True)  # type: ignore[arg-type]

    class Meta:
        model = Meeting
        fields: list[str] = []


class OfficeFilter(OwnFilter):
    project = Facet("project__slug", label=_("Project"), choices=overseen(Meeting), is_personal=True)  # type: ignore[arg-type]

    class Meta:
        model = Meeting
        fields: list[str] = []


def _fetch(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    return rows.select_related("project", "interest__investor__organisation", "host", "guest")


def _url(meeting: Meeting) -> str:
    return reverse("investment:meeting", args=[meeting.token])


_COLUMNS = [
    Column(
        "begins",
        _("Begins at"),
        lambda row: f"{localtime(row.starts_at):%Y-%m-%d %H:%M}",
        url=_url,
        is_short=True,
        meaning=_("Beijing time."),
    ),
    Column("minutes", _("Minutes"), lambda row: row.minutes, is_number=True),
    Column("project", _("Project"), lambda row: row.project.title, in_both=True),
    Column(
        "investor",
        _("Investor"),
        lambda row: row.interest.investor.organisation.name if row.interest else None,
        in_both=True,
        missing=_("nobody yet"),
    ),
    Column("state", _("State"), lambda row: row.get_state_display(), is_short=True, in_both=True),
    Column("host", _("For the parks"), lambda row: row.host.name, in_table=False),
    Column("guest", _("For the investor"), lambda row: row.guest.name if row.guest else None, in_table=False),
    Column("place", pgettext_lazy("meeting", "Place"), lambda row: row.place or row.link, in_table=False),
    Column("topic", pgettext_lazy("meeting", "What it is about"), lambda row: row.topic or None, in_table=False),
    Column("outcome", _("What came of it"), lambda row: row.get_outcome_code_display() or None, in_both=True),
    Column("outcome_words", _("outcome in words"), lambda row: row.outcome or None, in_table=False),
]
_SORTS = [
    Sort("next", _("What is next"), lambda listing: [_urgency.asc(), _next.asc(), "-starts_at", "-pk"]),
    Sort("newest", _("Latest first"), lambda listing: ["-starts_at", "-pk"]),
]

MY_MEETINGS = register(
    ListDefinition(
        code="my_meetings",
        url_name="investment:meetings",
        title=_("Meetings"),
        may=allowed.talks,
        who_sees=_("the two sides of the dialogue; please do not pass it on"),
        filterset=OwnFilter,
        rows=allowed.meetings_of,
        fetch=_fetch,
        per_page=50,
        sorts=_SORTS,
        columns=_COLUMNS,
    )
)


OFFICE_MEETINGS = register(
    ListDefinition(
        code="office_meetings",
        url_name="investment:office_meetings",
        title=_("Meetings, as the investment desk sees them"),
        may=policies.oversees,
        who_sees=_("the desks of the secretariat; please do not pass it on"),
        filterset=OfficeFilter,
        rows=all_rows(Meeting),
        fetch=_fetch,
        per_page=50,
        sorts=_SORTS,
        columns=_COLUMNS,
    )
)


def of_project(data: QueryDict, project: Project, *, user: Any) -> Any:
    """The times of one project, at the project's own address; for its parks, or for the desk."""
    definition = MY_MEETINGS if policies.promotes(user, project) else OFFICE_MEETINGS
    return at_project(definition, "investment:project_meetings", data, project, user)
