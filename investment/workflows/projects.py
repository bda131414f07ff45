"""From the draft of a joint project to its result (spec 3.11; J-1 to J-4)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core import search
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies
from ..models import AdmissionCheck, Criterion, Project, ProjectStep, ProjectVersion
from ..notices import followers
from ..notices import projects as notices
from ..silence import is_silent

State = Project.State


def _is_signed(project: Project, **data: Any) -> None:
    """J-2: nothing is handed in that not every park has signed."""
    if project.version_id is None:
        raise RuleBroken(_("Offer a version for signature first; every park signs it."))
    if project.versions.filter(state__in=ProjectVersion.OPEN_STATES).exists():
        raise RuleBroken(_("A newer version is being written. Finish it or take it back first."))


def _meets_every_criterion(project: Project, **data: Any) -> None:
    """J-1: every criterion checked on this very version, and met."""
    found = dict(AdmissionCheck.objects.filter(version=project.version_id).values_list("criterion", "is_met"))
    missing = [str(one.label) for one in Criterion if one not in found]
    if missing:
        raise RuleBroken(_("Not checked yet: %(names)s.") % {"names": _("; ").join(missing)})
    unmet = [str(one.label) for one in Criterion if not found[one]]
    if unmet:
        raise RuleBroken(_("Not met: %(names)s.") % {"names": _("; ").join(unmet)})


def _has_its_code(project: Project, **data: Any) -> None:
    """J-4: a building in mainland China has the code of the national platform before work begins."""
    if project.needs_code and not project.project_code:
        raise RuleBroken(_("Enter the code of the national approval platform first."))


def _has_been_silent(project: Project, **data: Any) -> None:
    """Asked under the lock: news may have come since the clock looked."""
    if not is_silent(project):
        raise RuleBroken(_("There was news of this project within 180 days."))


def _step(project: Project, **data: Any) -> Iterable[str]:
    project.state_since, project.state_reason = timezone.now(), data.get("reason", "")
    return ("state_since", "state_reason")


def _published(project: Project, **data: Any) -> Iterable[str]:
    project.published_at = project.published_at or timezone.now()
    project.news_at = timezone.now()
    return (*_step(project, **data), "published_at", "news_at")


def _moved(verb: str) -> Any:
    def then(project: Project, *, by: Any, **data: Any) -> None:
        from ..services import following

        source = next(move for move in PROJECT.moves if move.verb == verb).sources
        before = project.steps.order_by("-at", "-pk").values_list("to_state", flat=True).first()
        step = ProjectStep.objects.create(
            project=project, from_state=before or source[0], to_state=project.state, at=project.state_since
        )
        search.index(project)
        notices.tell_moved(project, by=by)
        followers.tell_stage(step, by=by)
        following.follow_project(project)

    return then


def _leads(person: Any, project: Project) -> bool:
    return policies.leads(person, project)


def _desk(person: Any, project: Project) -> bool:
    return policies.can_decide_project(person, project)


def _leads_or_desk(person: Any, project: Project) -> bool:
    return policies.leads(person, project) or policies.can_decide_project(person, project)


LEAD = gettext_lazy("Lead park of the project")
DESK = gettext_lazy("Investment desk of the secretariat")
EITHER = gettext_lazy("Lead park, or the investment desk")


def _move(verb: str, sources: Any, target: str, label: Any, done: Any, **more: Any) -> Move:
    more = {"who": _leads, "who_label": LEAD, "effect": _step, "then": _moved(verb)} | more
    return Move(
        verb=verb,
        sources=tuple(sources) if isinstance(sources, (tuple, list)) else (sources,),
        target=target,
        label=label,
        done=done,
        **more,
    )


BY_DESK: dict[str, Any] = {"who": _desk, "who_label": DESK}
BY_EITHER: dict[str, Any] = {"who": _leads_or_desk, "who_label": EITHER}
BEFORE_AGREED = (
    State.DRAFT,
    State.SUBMITTED,
    State.IN_REVIEW,
    State.RETURNED,
    State.ADMITTED,
    State.PUBLISHED,
    State.ON_HOLD,
    State.EXPIRED,
    State.IN_DIALOGUE,
    State.DUE_DILIGENCE,
    State.IC_REVIEW,
)

PROJECT = Workflow(
    code="project",
    title=gettext_lazy("A joint project"),
    summary=gettext_lazy(
        "Several parks write one proposition and all sign the same version. The alliance admits it by criteria; "
        "investors talk with the parks; results are published, failures too. Being listed never means being funded."
    ),
    model=Project,
    field="state",
    initial=State.DRAFT,
    moves=(
        _move(
            "submit",
            State.DRAFT,
            State.SUBMITTED,
            gettext_lazy("Hand in for admission"),
            gettext_lazy("The investment desk has the project now."),
            help=gettext_lazy("Every park must have signed the version."),
            guard=_is_signed,
        ),
        _move(
            "take",
            State.SUBMITTED,
            State.IN_REVIEW,
            gettext_lazy("Begin the review"),
            gettext_lazy("The review has begun. Note each criterion with its evidence."),
            **BY_DESK,
        ),
        _move(
            "return",
            State.IN_REVIEW,
            State.RETURNED,
            gettext_lazy("Return for revision"),
            gettext_lazy("Returned. The parks read the reason and the criteria."),
            needs_reason=True,
            **BY_DESK,
        ),
        _move(
            "revise",
            State.RETURNED,
            State.DRAFT,
            gettext_lazy("Work on it again"),
            gettext_lazy("Write the next version, have it signed, and hand it in again."),
        ),
        _move(
            "reject",
            State.IN_REVIEW,
            State.REJECTED,
            gettext_lazy("Do not admit"),
            gettext_lazy("Not admitted. The parks read the reason and the criteria."),
            needs_reason=True,
            tone="danger",
            **BY_DESK,
        ),
        _move(
            "admit",
            State.IN_REVIEW,
            State.ADMITTED,
            gettext_lazy("Admit"),
            gettext_lazy("Admitted. The lead park decides when to publish."),
            help=gettext_lazy("All nine criteria must be met, each with its evidence."),
            guard=_meets_every_criterion,
            **BY_DESK,
        ),
        _move(
            "publish",
            State.ADMITTED,
            State.PUBLISHED,
            gettext_lazy("Publish"),
            gettext_lazy("The project is public."),
            help=gettext_lazy("Anybody can read it; what is offered to investors is shown to verified investors only."),
            effect=_published,
        ),
        _move(
            "hold",
            State.PUBLISHED,
            State.ON_HOLD,
            gettext_lazy("Put on hold"),
            gettext_lazy("The project is on hold. It stays public, and takes no interest."),
            needs_reason=True,
            **BY_EITHER,
        ),
        _move(
            "resume",
            State.ON_HOLD,
            State.PUBLISHED,
            gettext_lazy("Take up again"),
            gettext_lazy("The project is open to investors again."),
            effect=_published,
            **BY_EITHER,
        ),
        _move(
            "expire",
            State.PUBLISHED,
            State.EXPIRED,
            gettext_lazy("Expire"),
            gettext_lazy("The project has expired."),
            help=gettext_lazy("By itself, after 180 days without any news."),
            guard=_has_been_silent,
            by_clock=True,
            who=lambda person, project: False,
            who_label=gettext_lazy("The clock"),
        ),
        _move(
            "renew",
            State.EXPIRED,
            State.PUBLISHED,
            gettext_lazy("It still holds"),
            gettext_lazy("The project is open to investors again."),
            help=gettext_lazy("You confirm that all it says is still true."),
            effect=_published,
        ),
        _move(
            "talk",
            State.PUBLISHED,
            State.IN_DIALOGUE,
            gettext_lazy("Begin the dialogue"),
            gettext_lazy("The project is in dialogue with investors."),
            help=gettext_lazy("Also by itself, when the first interest is accepted. The data room can be opened."),
            by_clock=True,
        ),
        _move(
            "examine",
            State.IN_DIALOGUE,
            State.DUE_DILIGENCE,
            gettext_lazy("Begin due diligence"),
            gettext_lazy("Investors examine the project."),
        ),
        _move(
            "put_before",
            State.DUE_DILIGENCE,
            State.IC_REVIEW,
            gettext_lazy("Before the investment committee"),
            gettext_lazy("A committee has the project. The public does not see this step."),
        ),
        _move(
            "step_back",
            State.IC_REVIEW,
            State.DUE_DILIGENCE,
            gettext_lazy("Back to due diligence"),
            gettext_lazy("Due diligence goes on."),
            needs_reason=True,
        ),
        _move(
            "agree",
            (State.DUE_DILIGENCE, State.IC_REVIEW),
            State.FINANCING_AGREED,
            gettext_lazy("Financing is agreed"),
            gettext_lazy("Financing is agreed. Record with whom and how much among the results."),
        ),
        _move(
            "build",
            State.FINANCING_AGREED,
            State.IMPLEMENTATION,
            gettext_lazy("Work has begun"),
            gettext_lazy("The project is being carried out."),
            help=gettext_lazy("A building in mainland China needs the code of the national approval platform."),
            guard=_has_its_code,
        ),
        _move(
            "operate",
            State.IMPLEMENTATION,
            State.OPERATION,
            gettext_lazy("It is in operation"),
            gettext_lazy("The project is in operation."),
        ),
        _move(
            "complete",
            (State.IMPLEMENTATION, State.OPERATION),
            State.COMPLETED,
            gettext_lazy("Complete"),
            gettext_lazy("The project is completed. Its results stay public."),
        ),
        _move(
            "withdraw",
            BEFORE_AGREED,
            State.WITHDRAWN,
            gettext_lazy("Withdraw"),
            gettext_lazy("The project is withdrawn. Nobody but its parks and the secretariat sees it any more."),
            help=gettext_lazy("Possible until financing is agreed. Investors in touch with you are told."),
            needs_reason=True,
            tone="danger",
        ),
        _move(
            "cancel",
            (State.FINANCING_AGREED, State.IMPLEMENTATION, State.OPERATION),
            State.CANCELLED,
            gettext_lazy("Cancel"),
            gettext_lazy("The project is cancelled. The reason is public."),
            needs_reason=True,
            tone="danger",
            **BY_EITHER,
        ),
    ),
)
