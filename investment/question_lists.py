"""Questions as lists: in the dialogues of the reader's investors and parks, and all of them for the investment desk."""

from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, register

from . import policies
from . import policies_dialogue as allowed
from .dialogue_lists import all_rows, at_project, by_investor, by_project, in_dialogue, overseen
from .models import Project, Question

State = Question.State
_to_answer, _to_publish = Q(state=State.ASKED), Q(state=State.IN_MODERATION)
_is_late = (_to_answer & Q(due_at__lt=Now())) | (_to_publish & Q(publish_due_at__lt=Now()))
_clock = Case(
    When(_is_late, then=Value("late")),
    When(_to_publish, then=Value("desk")),
    When(_to_answer, then=Value("parks")),
    default=Value("none"),
    output_field=CharField(),
)
CLOCKS = {
    "late": _("overdue"),
    "desk": _("waits for publication"),
    "parks": _("waits for the parks"),
    "none": _("nothing waits"),
}
_material = Case(When(is_material=True, then=Value("yes")), default=Value("no"), output_field=CharField())
MATERIAL = {"yes": pgettext_lazy("question", "material"), "no": pgettext_lazy("question", "not material")}
_urgency = Case(
    When(_is_late, then=Value(0)), When(_to_publish, then=Value(1)), When(_to_answer, then=Value(2)), default=Value(3)
)


def _by_text(text: str) -> Q:
    return Q(text__icontains=text) | by_project(text) | by_investor(text, "interest__investor")


class OwnFilter(ListFilter):
    q = SearchBox(_by_text, label=_("Words of the question, project or investor"))
    clock = Facet(_clock, label=_("Clock"), choices=CLOCKS, is_open=True)
    state = Facet("state", label=_("State"), choices=State, is_open=True)
    material = Facet(_material, label=pgettext_lazy("question", "Weight"), choices=MATERIAL)
    project = Facet("project__slug", label=_("Project"), choices=in_dialogue, is_personal=True)  # type: ignore[arg-type]

    class Meta:
        model = Question
        fields: list[str] = []


class OfficeFilter(OwnFilter):
    project = Facet("project__slug", label=_("Project"), choices=overseen(Question), is_personal=True)  # type: ignore[arg-type]

    class Meta:
        model = Question
        fields: list[str] = []


def _fetch(rows: QuerySet[Question]) -> QuerySet[Question]:
    return rows.select_related("project", "interest__investor__organisation", "round")


def _url(question: Question) -> str:
    return reverse("investment:question", args=[question.token])


def _day(moment: Any) -> Any:
    return localdate(moment) if moment else None


_COLUMNS = [
    Column("project", _("Project"), lambda row: row.project.title, url=_url, in_both=True),
    Column("investor", _("Investor"), lambda row: row.interest.investor.organisation.name, in_both=True),
    Column("number", _("number"), lambda row: row.number, is_number=True, is_plain=True, in_table=False),
    Column("text", pgettext_lazy("investor", "Question"), lambda row: row.text),
    Column("state", _("State"), lambda row: row.get_state_display(), is_short=True, in_both=True),
    Column(
        "material",
        pgettext_lazy("question", "Weight"),
        lambda row: MATERIAL["yes" if row.is_material else "no"],
        in_table=False,
    ),
    Column("asked", _("asked"), lambda row: _day(row.asked_at), is_short=True, sort="newest"),
    Column(
        "due",
        _("Clock"),
        lambda row: _day(row.clock_at),
        is_short=True,
        sort="due",
        missing=_("no clock runs"),
        meaning=_("The day by which the parks answer, or the investment desk publishes the answer."),
    ),
    Column("answer", _("Answer"), lambda row: row.answer or None, in_table=False, missing=_("none yet")),
    Column("answered", _("answered"), lambda row: _day(row.answered_at), in_table=False),
    Column("published", _("published"), lambda row: _day(row.published_at), in_table=False),
]
_SORTS = [
    Sort(
        "due",
        _("Clock first"),
        lambda listing: [
            _urgency.asc(),
            Case(When(_to_publish, then=F("publish_due_at")), When(_to_answer, then=F("due_at"))).asc(),
            "-pk",
        ],
    ),
    Sort("newest", _("Latest first"), lambda listing: ["-asked_at", "-pk"]),
    Sort(
        "answered",
        _("Last answered first"),
        lambda listing: [Coalesce("published_at", "answered_at").desc(nulls_last=True), "-pk"],
    ),
]

MY_QUESTIONS = register(
    ListDefinition(
        code="my_questions",
        url_name="investment:questions",
        title=_("Questions and answers"),
        may=allowed.talks,
        who_sees=_("the two sides of the dialogue; please do not pass it on"),
        filterset=OwnFilter,
        rows=allowed.questions_of,
        fetch=_fetch,
        per_page=50,
        sorts=_SORTS,
        columns=_COLUMNS,
    )
)


OFFICE_QUESTIONS = register(
    ListDefinition(
        code="office_questions",
        url_name="investment:office_questions",
        title=_("Questions, as the investment desk sees them"),
        may=policies.oversees,
        who_sees=_("the desks of the secretariat; please do not pass it on"),
        filterset=OfficeFilter,
        rows=all_rows(Question),
        fetch=_fetch,
        per_page=50,
        sorts=_SORTS,
        columns=_COLUMNS,
    )
)


def of_project(data: QueryDict, project: Project, *, user: Any) -> Any:
    """What was asked about one project, at the project's own address; for its parks, or for the desk."""
    definition = MY_QUESTIONS if policies.promotes(user, project) else OFFICE_QUESTIONS
    return at_project(definition, "investment:project_questions", data, project, user)
