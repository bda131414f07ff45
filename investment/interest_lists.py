"""Interests as each side sees them: the investor its own, the parks those in their projects, the desk all sent ones."""

from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from alliance.core.amounts import exact_yuan
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, register

from . import policies
from . import policies_investors as allowed
from .dialogue_lists import at_project, by_investor, by_project, promoted
from .models import Interest, Project
from .presentation import money

_answer_waits = Q(state__in=Interest.ANSWER_STATES, frozen_at__isnull=True)
_answer_is_late = _answer_waits & Q(due_at__lt=Now())
_answer = Case(
    When(_answer_is_late, then=Value("late")),
    When(_answer_waits, then=Value("waits")),
    default=Value("none"),
    output_field=CharField(),
)
ANSWERS = {"late": _("overdue"), "waits": _("waits, within its clock"), "none": _("nothing waits")}
_flag = Case(When(is_flagged=True, then=Value("yes")), default=Value("no"), output_field=CharField())
FLAGS = {"yes": _("declared"), "no": _("none declared")}
# Overdue before what waits, and that before what is answered.
_urgency = Case(When(_answer_is_late, then=Value(0)), When(_answer_waits, then=Value(1)), default=Value(2))
# The order in which talks go on.
_stage = Case(
    *(When(state=state, then=Value(number)) for number, state in enumerate(Interest.State.values)), default=Value(99)
)


def _by_both(text: str) -> Q:
    return by_project(text) | by_investor(text)


class OwnFilter(ListFilter):
    q = SearchBox(by_project, label=_("Project"))
    state = Facet("state", label=_("State"), choices=Interest.State, is_open=True)
    answer = Facet(_answer, label=_("Answer of the parks"), choices=ANSWERS, is_open=True)

    class Meta:
        model = Interest
        fields: list[str] = []


class InboxFilter(ListFilter):
    q = SearchBox(_by_both, label=_("Investor or project"))
    answer = Facet(_answer, label=_("Your answer"), choices=ANSWERS, is_open=True)
    state = Facet("state", label=_("State"), choices=Interest.State, is_open=True)
    flag = Facet(_flag, label=_("Shared owner"), choices=FLAGS)
    project = Facet(
        "project__slug",
        label=_("Project"),
        choices=promoted,  # type: ignore[arg-type]
        is_personal=True,
    )

    class Meta:
        model = Interest
        fields: list[str] = []


class OfficeFilter(ListFilter):
    q = SearchBox(_by_both, label=_("Investor or project"))
    answer = Facet(_answer, label=_("Answer of the parks"), choices=ANSWERS, is_open=True)
    state = Facet("state", label=_("State"), choices=Interest.State, is_open=True)
    flag = Facet(_flag, label=_("Shared owner"), choices=FLAGS, is_open=True)

    class Meta:
        model = Interest
        fields: list[str] = []


def _fetch(rows: QuerySet[Interest]) -> QuerySet[Interest]:
    return rows.select_related("project", "investor__organisation")


def _url(interest: Interest) -> str:
    return reverse("investment:interest", args=[interest.token])


def _day(moment: Any) -> Any:
    return localdate(moment) if moment else None


def _due(interest: Interest) -> Any:
    return _day(interest.due_at) if interest.owes_answer else None


_PROJECT = Column("project", _("Project"), lambda row: row.project.title, url=_url, in_both=True)
_INVESTOR = Column("investor", _("Investor"), lambda row: row.investor.organisation.name, url=_url, in_both=True)
_COLUMNS = [
    Column("state", _("State"), lambda row: row.get_state_display(), is_short=True, in_both=True, sort="stage"),
    Column("sent", _("Sent"), lambda row: _day(row.sent_at), is_short=True, sort="newest", missing=_("not sent")),
    Column(
        "due",
        _("Answer due"),
        _due,
        is_short=True,
        sort="due",
        missing=_("no clock runs"),
        meaning=_("The day by which the parks acknowledge it, or accept or decline it."),
    ),
    Column("since", _("In this state since"), lambda row: _day(row.state_since), is_short=True, in_table=False),
    Column("amount", _("Amount considered"), lambda row: money(row.amount) or None, is_number=True, missing=_("open")),
    Column(
        "amount_yuan",
        _("Amount considered, in yuan"),
        lambda row: exact_yuan(row.amount),
        is_number=True,
        in_table=False,
        unit="CNY",
    ),
    Column(
        "reason",
        _("Kind of reason"),
        lambda row: row.get_reason_code_display() or None,
        in_table=False,
        in_both=True,
    ),
]
_FLAG = Column("flag", _("Shared owner"), lambda row: FLAGS["yes" if row.is_flagged else "no"], is_short=True)
_SORTS = [
    Sort("due", _("Answer due first"), lambda listing: [_urgency.asc(), "due_at", "-pk"]),
    Sort("newest", _("Latest first"), lambda listing: ["-sent_at", "-pk"]),
    Sort("stage", _("By stage"), lambda listing: [_stage.asc(), "-pk"]),
]

MY_INTERESTS = register(
    ListDefinition(
        code="my_interests",
        url_name="investment:interests",
        title=_("Our interests"),
        may=policies.invests_any,
        who_sees=_("your own organisation"),
        filterset=OwnFilter,
        rows=allowed.interests_of_investors,
        fetch=_fetch,
        per_page=50,
        sorts=[Sort("newest", _("Latest first"), lambda listing: ["-created_at", "-pk"]), _SORTS[0], _SORTS[2]],
        columns=[_PROJECT, *_COLUMNS, Column("message", _("Message"), lambda row: row.message, in_table=False)],
    )
)
PROJECT_INTERESTS = register(
    ListDefinition(
        code="project_interests",
        url_name="investment:inbox",
        title=_("Interest in our projects"),
        may=policies.promotes_any,
        who_sees=_("the parks that promote the project; please do not pass it on"),
        filterset=InboxFilter,
        rows=allowed.interests_in_projects,
        fetch=_fetch,
        per_page=50,
        sorts=_SORTS,
        columns=[
            _INVESTOR,
            Column("project", _("Project"), lambda row: row.project.title, in_both=True),
            *_COLUMNS,
            _FLAG,
            Column("message", _("Message"), lambda row: row.message, in_table=False),
        ],
    )
)


def _sent(user: Any) -> QuerySet[Interest]:
    return Interest.objects.sent() if policies.oversees(user) else Interest.objects.none()


OFFICE_INTERESTS = register(
    ListDefinition(
        code="office_interests",
        url_name="investment:office_interests",
        title=_("Interests, as the investment desk sees them"),
        may=policies.oversees,
        who_sees=_("the desks of the secretariat; please do not pass it on"),
        filterset=OfficeFilter,
        rows=_sent,
        fetch=_fetch,
        per_page=50,
        sorts=_SORTS,
        columns=[
            _PROJECT,
            Column("investor", _("Investor"), lambda row: row.investor.organisation.name, in_both=True),
            *_COLUMNS,
            _FLAG,
        ],
    )
)


def of_project(data: QueryDict, project: Project, *, user: Any) -> Any:
    """The inbox narrowed to one project, at the project's own address."""
    return at_project(PROJECT_INTERESTS, "investment:project_interests", data, project, user)
