"""An approval, from the plan to the agency's decision (J-4). Any promoting park records what happened, with its day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies
from ..models import ApprovalStep, ProjectApproval

State = ProjectApproval.State


def _promotes(person: Any, approval: ProjectApproval) -> bool:
    return policies.promotes(person, approval.project)


def _day_fits(approval: ProjectApproval, *, on: date | None = None, **data: Any) -> None:
    """Nothing happened tomorrow, nor before what happened last."""
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise RuleBroken(_("This day lies ahead. Record it once it has happened."))
    last = approval.steps.order_by("-pk").values_list("on", flat=True).first()
    if last is not None and day < last:
        raise RuleBroken(_("The step before was on %(day)s; this one cannot be earlier.") % {"day": last.isoformat()})


def _is_numbered(approval: ProjectApproval, *, number: str = "", **data: Any) -> None:
    _day_fits(approval, **data)
    if not number.strip():
        raise RuleBroken(_("Give the number of the agency's decision."))


def _keep(approval: ProjectApproval, *, reason: str = "", **data: Any) -> Iterable[str]:
    approval.state_reason = reason
    return ("state_reason",)


def _grant(
    approval: ProjectApproval, *, number: str = "", valid_until: date | None = None, **data: Any
) -> Iterable[str]:
    approval.number, approval.valid_until, approval.state_reason = number.strip(), valid_until, ""
    return ("number", "valid_until", "state_reason")


def _stepped(approval: ProjectApproval, *, by: Any, on: date | None = None, **data: Any) -> None:
    ApprovalStep.objects.create(
        approval=approval, to_state=approval.state, on=on or timezone.localdate(), recorded_by=by
    )


WHO = gettext_lazy("The promoting parks")


def _move(verb: str, sources: tuple[str, ...], target: str, label: Any, done: Any, **more: Any) -> Move:
    more = {"guard": _day_fits, "effect": _keep, "then": _stepped} | more
    return Move(verb=verb, sources=sources, target=target, who=_promotes, who_label=WHO, label=label, done=done, **more)


APPROVAL = Workflow(
    code="approval",
    title=gettext_lazy("An approval that a project needs"),
    summary=gettext_lazy(
        "The parks record what the agency did and on which day. The clock of the law runs from acceptance to decision "
        "and stands still while the agency waits for documents."
    ),
    model=ProjectApproval,
    field="state",
    initial=State.TO_APPLY,
    moves=(
        _move(
            "apply",
            (State.TO_APPLY, State.REFUSED, State.LAPSED),
            State.SUBMITTED,
            gettext_lazy("Applied for"),
            gettext_lazy("Recorded."),
        ),
        _move(
            "accept",
            (State.SUBMITTED,),
            State.ACCEPTED,
            gettext_lazy("The agency accepted it"),
            gettext_lazy("Recorded. The clock runs."),
        ),
        _move(
            "ask_more",
            (State.ACCEPTED,),
            State.SUPPLEMENT,
            gettext_lazy("The agency asks for documents"),
            gettext_lazy("Recorded. The clock stands still."),
            needs_reason=True,
        ),
        _move(
            "supply",
            (State.SUPPLEMENT,),
            State.ACCEPTED,
            gettext_lazy("Documents are complete"),
            gettext_lazy("Recorded. The clock runs again."),
        ),
        _move(
            "grant",
            (State.ACCEPTED,),
            State.GRANTED,
            gettext_lazy("Granted"),
            gettext_lazy("Recorded."),
            guard=_is_numbered,
            effect=_grant,
        ),
        _move(
            "refuse",
            (State.SUBMITTED, State.ACCEPTED, State.SUPPLEMENT),
            State.REFUSED,
            gettext_lazy("Refused"),
            gettext_lazy("Recorded."),
            needs_reason=True,
            tone="danger",
        ),
        _move(
            "lapse",
            (State.GRANTED,),
            State.LAPSED,
            gettext_lazy("It has lapsed"),
            gettext_lazy("Recorded."),
            by_clock=True,
        ),
        _move(
            "skip",
            (State.TO_APPLY,),
            State.NOT_NEEDED,
            gettext_lazy("Not needed"),
            gettext_lazy("Recorded."),
            needs_reason=True,
        ),
        _move(
            "need",
            (State.NOT_NEEDED,),
            State.TO_APPLY,
            gettext_lazy("Needed after all"),
            gettext_lazy("Recorded."),
        ),
    ),
)
