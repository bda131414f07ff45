"""The page of a joint project: one sheet, the same questions in the same order for each, so that projects compare.

Nothing here depends on the reader but what is offered: verified investors, promoters and the desk read it (J-5).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.core import charts, markdown
from alliance.core.bilingual import BilingualText

from . import document_lines
from .approval_lines import lines_of
from .lists import current_parks, where
from .models import Project, ProjectOutcome, ProjectSignature, ProjectUpdate, Question, with_parties
from .presentation import ShareLine, money, share_lines, text_of, use_lines
from .tones import OUTCOMES, tone_of_public

State = Project.State
# The way of a project as the public sees it; what a committee has before it is due diligence (J-3).
ROAD = (
    State.PUBLISHED,
    State.IN_DIALOGUE,
    State.DUE_DILIGENCE,
    State.FINANCING_AGREED,
    State.IMPLEMENTATION,
    State.OPERATION,
    State.COMPLETED,
)
BESIDE = (State.ON_HOLD, State.EXPIRED, State.CANCELLED)
UPDATES_SHOWN = 20
QUESTIONS_SHOWN = 50


@dataclass(frozen=True)
class Stop:
    """One stage of the step line: when it was reached, and whether the project stands there."""

    label: Any
    at: datetime | None
    is_current: bool

    @property
    def is_reached(self) -> bool:
        return self.at is not None


@dataclass(frozen=True)
class Text:
    label: Any
    text: BilingualText
    html: Any


@dataclass(frozen=True)
class Park:
    """A line of the table of parks: its shares of cost, risk and benefit as the version in force says."""

    line: ShareLine
    url: str
    is_lead: bool


def rows() -> QuerySet[Project]:
    """A project with all its page shows, a constant number of queries for any number of projects."""
    signatures = ProjectSignature.objects.select_related("park").order_by("signed_at", "pk")
    outcomes = ProjectOutcome.objects.standing()
    return (
        Project.objects.public()
        .select_related("field", "province", "city", "version")
        .prefetch_related(
            with_parties(),
            "steps",
            Prefetch("version__signatures", signatures),
            Prefetch("outcomes", outcomes, to_attr="standing_outcomes"),
        )
    )


def public_steps(project: Project) -> list[tuple[str, datetime]]:
    """The steps that everybody may know, since it was published: none of a committee, none before admission (J-3)."""
    found: list[tuple[str, datetime]] = []
    for step in sorted(project.steps.all(), key=lambda step: (step.at, step.pk)):
        state = State.DUE_DILIGENCE.value if step.to_state == State.IC_REVIEW else step.to_state
        if state not in (*ROAD, *BESIDE) or (found and found[-1][0] == state):
            continue
        found.append((state, step.at))
    return found


def step_line(project: Project) -> list[Stop]:
    """The road with the day each stage was first reached. A state beside the road stands where the project left it."""
    first: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    for state, at in public_steps(project):
        first.setdefault(state, at)
        last[state] = at
    here = project.public_state
    stops = [Stop(state.label, first.get(state), state == here) for state in ROAD]
    if here in BESIDE:
        reached = [number for number, state in enumerate(ROAD) if state in first]
        stops.insert(max(reached, default=-1) + 1, Stop(State(here).label, last.get(here), True))
        if here == State.CANCELLED:
            stops = stops[: max(reached, default=-1) + 2]
    return stops


def last_public_change(project: Project) -> datetime | None:
    """When the public last saw something of it change."""
    moments = [at for _state, at in public_steps(project)] + [project.news_at, project.published_at]
    return max((moment for moment in moments if moment is not None), default=None)


def use_chart(project: Project) -> charts.BarChart:
    bars = [
        charts.Bar(str(line.text), use["amount"] or 0, text=line.amount)
        for line, use in zip(use_lines(content_of(project)), content_of(project)["uses"], strict=True)
    ]
    return charts.bar_chart(bars, title=_("Use of funds"), maximum=content_of(project)["need"] or None)


def content_of(project: Project) -> dict[str, Any]:
    """What the version in force says."""
    assert project.version is not None  # public projects are signed: a constraint of the database
    content: dict[str, Any] = project.version.content
    return content


def park_lines(project: Project) -> list[Park]:
    """Exactly what the parks signed, in their order, the lead first; a park that has a page is a link."""
    parks = {park.pk: park for park in current_parks(project)}
    lead = next((party.park_id for party in project.parties.all() if party.is_lead and party.until_at is None), None)
    lines = sorted(share_lines(content_of(project)), key=lambda line: line.park != lead)
    return [
        Park(line, parks[line.park].get_absolute_url() if line.park in parks else "", line.park == lead)
        for line in lines
    ]


def figures(project: Project) -> list[tuple[Any, Any]]:
    """What one compares first; an empty value is shown as not reported."""
    content = content_of(project)
    return [
        (_("Capital sought"), money(project.need)),
        (_("Total cost"), money(project.cost)),
        (_("Field of work"), project.field and project.field.name),
        (_("Kind"), project.get_kind_display()),
        (_("Place"), " · ".join(str(place) for place in where(project))),
        (_("Expected start"), date_format(project.starts_on, "DATE_FORMAT") if project.starts_on else ""),
        (_("Months it takes"), content["months"]),
    ]


def texts(project: Project) -> list[Text]:
    content = content_of(project)
    found = [
        (_("What the parks want to do"), text_of(content, "description")),
        (_("Risks"), text_of(content, "risks")),
    ]
    return [Text(label, text, markdown.render(text)) for label, text in found if text]


def offer(project: Project) -> dict[str, Any]:
    """What is offered to investors; whoever calls this has asked `policies.can_read_offer` (J-5)."""
    content = content_of(project)
    text = text_of(content, "offer")
    return {"text": text, "html": markdown.render(text) if text else "", "least": money(content["least"])}


def signatures(project: Project) -> list[ProjectSignature]:
    return list(project.version.signatures.all()) if project.version is not None else []


@dataclass(frozen=True)
class Result:
    """A result as the public reads it."""

    outcome: ProjectOutcome
    tone: str
    amount: str


def results(outcomes: Sequence[ProjectOutcome]) -> list[Result]:
    return [Result(one, OUTCOMES[one.kind], money(one.amount)) for one in outcomes]


def address_of(name: str, *args: Any) -> str:
    """An address of a part of the portal that may not be there; empty where it is not."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def follow_url(project: Project) -> str:
    """To keep a search for projects like this one, and hear of what comes."""
    query = "&".join(
        f"{name}={value}" for name, value in (("field", project.field_id), ("province", project.province_id)) if value
    )
    return f"{reverse('notifications:search_save', args=['projects'])}?{query}"


def present(project: Project, *, with_offer: bool, classes: Collection[str]) -> dict[str, Any]:
    """The context of the page; the reader's own links are the view's. `classes` are those of documents open to them."""
    updates = ProjectUpdate.objects.filter(project=project).readable(verified=with_offer)[:UPDATES_SHOWN]
    questions = Question.objects.filter(project=project).readable(verified=with_offer).order_by("-published_at", "-pk")
    return {
        "project": project,
        "stage": project.get_public_state_display(),
        "tone": tone_of_public(project),
        "figures": figures(project),
        "stops": step_line(project),
        "is_open": project.state in Project.OPEN_STATES,
        # The reason of a cancellation is public, others are between the parks and the desk.
        "reason": project.state_reason if project.state == State.CANCELLED else "",
        "texts": texts(project),
        "uses": use_lines(content_of(project)),
        "use_chart": use_chart(project),
        "parks": park_lines(project),
        "share_names": [pgettext("share", "Cost"), pgettext("share", "Risk"), pgettext("share", "Benefit")],
        "version": project.version,
        "signatures": signatures(project),
        "approvals": lines_of(project),
        "updates": [(update, markdown.render(update.text)) for update in updates],
        "questions": questions[:QUESTIONS_SHOWN],
        "results": results(project.standing_outcomes),  # type: ignore[attr-defined]
        "documents": document_lines.by_stage(project, classes),
        "offer": offer(project) if with_offer else None,
        "follow_url": follow_url(project),
    }
