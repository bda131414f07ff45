"""A promotion event: prepared by the investment desk, open to requests, planned, its results collected (issue 5)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies
from ..models import EventMeeting, PromotionEvent
from ..notices import events as notices

State = PromotionEvent.State


def _lies_ahead(event: PromotionEvent, **data: Any) -> None:
    if event.starts_at <= timezone.now():
        raise RuleBroken(_("This time has passed."))


def _is_over_and_recorded(event: PromotionEvent, **data: Any) -> None:
    if event.ends_at > timezone.now():
        raise RuleBroken(_("The event is not over yet."))
    left = event.meetings.filter(state=EventMeeting.State.PLANNED).count()
    if left:
        raise RuleBroken(_("%(n)d meetings have no result yet.") % {"n": left})


def _keep(event: PromotionEvent, *, reason: str = "", **data: Any) -> Iterable[str]:
    event.state_reason = reason
    return ("state_reason",)


def _then(verb: str) -> Any:
    def then(event: PromotionEvent, *, by: Any, **data: Any) -> None:
        from ..services import event_plan

        if verb == "plan":
            event_plan.write(event)
        elif verb == "cancel":
            event_plan.give_back(event)
        notices.moved(event, verb, by=by)

    return then


def _desk(person: Any, event: PromotionEvent) -> bool:
    return policies.oversees(person)


def _move(verb: str, sources: tuple[str, ...], target: str, label: Any, done: Any, **more: Any) -> Move:
    more = {"effect": _keep, "then": _then(verb)} | more
    return Move(
        verb=verb,
        sources=sources,
        target=target,
        who=_desk,
        who_label=gettext_lazy("The investment desk"),
        label=label,
        done=done,
        **more,
    )


EVENT = Workflow(
    code="promotion_event",
    title=gettext_lazy("An investment promotion event"),
    summary=gettext_lazy(
        "The investment desk names day, times and tables. Projects and verified investors join and ask for one-to-one "
        "meetings; the timetable is made from their requests. Results are recorded afterwards."
    ),
    model=PromotionEvent,
    field="state",
    initial=State.DRAFT,
    moves=(
        _move(
            "open",
            (State.DRAFT,),
            State.OPEN,
            gettext_lazy("Open to projects and investors"),
            gettext_lazy("Open. Parks and verified investors can join."),
            guard=_lies_ahead,
        ),
        _move(
            "plan",
            (State.OPEN,),
            State.PLANNED,
            gettext_lazy("Make the timetable"),
            gettext_lazy("The timetable is out. Everybody who takes part is told."),
            help=gettext_lazy("From the requests so far; nobody joins or asks any more."),
            guard=_lies_ahead,
        ),
        _move(
            "close",
            (State.PLANNED,),
            State.CLOSED,
            gettext_lazy("Close"),
            gettext_lazy("Closed, with all results."),
            help=gettext_lazy("Once every meeting has its result."),
            guard=_is_over_and_recorded,
        ),
        _move(
            "cancel",
            (State.DRAFT, State.OPEN, State.PLANNED),
            State.CANCELLED,
            gettext_lazy("Cancel the event"),
            gettext_lazy("Cancelled. Everybody who takes part is told."),
            guard=_lies_ahead,
            needs_reason=True,
            tone="danger",
        ),
    ),
)
