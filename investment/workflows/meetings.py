"""A meeting, from the time the parks offer to what came of it (spec 3.11): one table for both sides."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies_dialogue as allowed
from ..decided import OUTCOME_DAYS
from ..models import Interest, Meeting, MeetingSeat
from ..notices import meetings as notices

State = Meeting.State


# Guards -------------------------------------------------------------------------------------------------------------


def _lies_ahead(meeting: Meeting, **data: Any) -> None:
    if meeting.starts_at <= timezone.now():
        raise RuleBroken(_("This time has passed."))


def _can_be_requested(meeting: Meeting, *, by: Any, interest: Interest | None = None, **data: Any) -> None:
    _lies_ahead(meeting)
    if interest is None or interest.project_id != meeting.project_id or not allowed.can_ask(by, interest):
        raise RuleBroken(_("Meetings are for investors whose interest the parks have accepted."))


def _dialogue_goes_on(meeting: Meeting, **data: Any) -> None:
    _lies_ahead(meeting)
    if meeting.interest is None or not allowed.in_dialogue(meeting.interest):
        raise RuleBroken(_("The investor is not in dialogue on this project now."))


def _has_begun(meeting: Meeting, **data: Any) -> None:
    if meeting.starts_at > timezone.now():
        raise RuleBroken(_("The meeting has not begun yet."))


def _with_outcome(meeting: Meeting, *, outcome: str = "", outcome_code: str = "", **data: Any) -> None:
    _has_begun(meeting)
    if outcome_code not in Meeting.Outcome.values or not outcome.strip():
        raise RuleBroken(_("Say what came of the meeting."))


def _has_passed(meeting: Meeting, **data: Any) -> None:
    if meeting.starts_at > timezone.now():
        raise RuleBroken(_("This time lies ahead."))


def _dialogue_has_ended(meeting: Meeting, **data: Any) -> None:
    if Interest.objects.open().filter(pk=meeting.interest_id).exists():
        raise RuleBroken(_("The dialogue goes on."))


# Effects ------------------------------------------------------------------------------------------------------------


def _keep(meeting: Meeting, *, reason: str = "", **data: Any) -> Iterable[str]:
    meeting.state_reason, meeting.changed_at = reason, timezone.now()
    return ("state_reason", "changed_at")


def _requested(meeting: Meeting, *, by: Any, interest: Any = None, topic: str = "", **data: Any) -> Iterable[str]:
    meeting.interest, meeting.guest, meeting.topic = interest, by, topic.strip()
    meeting.requested_at = timezone.now()
    return (*_keep(meeting, **data), "interest", "guest", "topic", "requested_at")


def _confirmed(meeting: Meeting, **data: Any) -> Iterable[str]:
    meeting.confirmed_at = timezone.now()
    meeting.outcome_due_at = add_working_days(meeting.ends_at, OUTCOME_DAYS.value())
    return (*_keep(meeting, **data), "confirmed_at", "outcome_due_at")


def _cancelled(meeting: Meeting, **data: Any) -> Iterable[str]:
    """Whoever has the invitation gets a newer one that takes it back (RFC 5546)."""
    if meeting.was_confirmed:
        meeting.sequence += 1
    return (*_keep(meeting, **data), "sequence")


def _recorded(meeting: Meeting, *, by: Any, outcome: str = "", outcome_code: str = "", **data: Any) -> Iterable[str]:
    meeting.outcome, meeting.outcome_code = outcome.strip(), outcome_code
    meeting.outcome_by, meeting.outcome_at = by, timezone.now()
    return (*_keep(meeting, **data), "outcome", "outcome_code", "outcome_by", "outcome_at")


def _then(verb: str) -> Any:
    def then(meeting: Meeting, *, by: Any, **data: Any) -> None:
        if verb == "request":
            book(meeting)
        elif meeting.state == State.CANCELLED:
            meeting.seats.update(is_booked=False)
        notices.moved(meeting, verb, by=by)

    return then


def book(meeting: Meeting) -> None:
    """Keep the time of both people; the database refuses who is booked already. In the order of people, so that two
    bookings at once do not wait for one another in a ring."""
    assert meeting.guest_id is not None  # a constraint of the database: whoever asked is there
    sides = [(meeting.host_id, MeetingSeat.Side.HOST), (meeting.guest_id, MeetingSeat.Side.GUEST)]
    for person, side in sorted(sides):
        MeetingSeat.objects.create(
            meeting=meeting, person_id=person, side=side, starts_at=meeting.starts_at, ends_at=meeting.ends_at
        )


# The table ----------------------------------------------------------------------------------------------------------

PARKS = gettext_lazy("Parks that promote the project")
INVESTOR = gettext_lazy("People of the investor")
CLOCK = gettext_lazy("The clock")


def _nobody(person: Any, meeting: Meeting) -> bool:
    return False


def _move(verb: str, sources: Any, target: str, label: Any, done: Any, **more: Any) -> Move:
    more = {"who": allowed.is_parks_side, "who_label": PARKS, "effect": _keep, "then": _then(verb)} | more
    return Move(
        verb=verb,
        sources=sources if isinstance(sources, tuple) else (sources,),
        target=target,
        label=label,
        done=done,
        **more,
    )


MEETING = Workflow(
    code="investor_meeting",
    title=gettext_lazy("A meeting of parks and investor"),
    summary=gettext_lazy(
        "The parks offer times; an investor in dialogue asks for one, the parks confirm it, and both get a calendar "
        "file. Nobody is booked twice at once. What came of it is recorded within five working days."
    ),
    model=Meeting,
    field="state",
    initial=State.OFFERED,
    moves=(
        _move(
            "request",
            State.OFFERED,
            State.REQUESTED,
            gettext_lazy("Ask for this time"),
            gettext_lazy("Asked for. The parks confirm or decline."),
            who=allowed.can_request,
            who_label=INVESTOR,
            guard=_can_be_requested,
            effect=_requested,
        ),
        _move(
            "withdraw",
            State.OFFERED,
            State.CANCELLED,
            gettext_lazy("Withdraw the offer"),
            gettext_lazy("The time is no longer offered."),
            tone="danger",
        ),
        _move(
            "confirm",
            State.REQUESTED,
            State.CONFIRMED,
            gettext_lazy("Confirm"),
            gettext_lazy("Confirmed. Both sides find it in their calendar file."),
            guard=_dialogue_goes_on,
            effect=_confirmed,
        ),
        _move(
            "decline",
            State.REQUESTED,
            State.CANCELLED,
            gettext_lazy("Decline the request"),
            gettext_lazy("Declined. The investor reads the reason."),
            needs_reason=True,
            tone="danger",
        ),
        _move(
            "release",
            State.REQUESTED,
            State.CANCELLED,
            gettext_lazy("Take the request back"),
            gettext_lazy("Taken back. The time is offered to others again."),
            who=allowed.is_investor_side,
            who_label=INVESTOR,
            tone="danger",
        ),
        _move(
            "cancel",
            State.CONFIRMED,
            State.CANCELLED,
            gettext_lazy("Cancel the meeting"),
            gettext_lazy("Cancelled. The other side reads the reason and gets a calendar file that takes it out."),
            who=allowed.is_either_side,
            who_label=gettext_lazy("Either side"),
            guard=_lies_ahead,
            effect=_cancelled,
            needs_reason=True,
            tone="danger",
        ),
        _move(
            "hold",
            State.CONFIRMED,
            State.HELD,
            gettext_lazy("It was held"),
            gettext_lazy("Recorded. Both sides read what came of it."),
            guard=_with_outcome,
            effect=_recorded,
        ),
        _move(
            "miss",
            State.CONFIRMED,
            State.NO_SHOW,
            gettext_lazy("Somebody did not come"),
            gettext_lazy("Recorded."),
            help=gettext_lazy("Say who was missing; the other side reads it."),
            guard=_has_begun,
            needs_reason=True,
        ),
        _move(
            "lapse",
            (State.OFFERED, State.REQUESTED),
            State.CANCELLED,
            gettext_lazy("The time passes"),
            gettext_lazy("The time has passed."),
            help=gettext_lazy("By itself, when nobody asked for it or the parks did not confirm it."),
            who=_nobody,
            who_label=CLOCK,
            by_clock=True,
            guard=_has_passed,
        ),
        _move(
            "end",
            (State.REQUESTED, State.CONFIRMED),
            State.CANCELLED,
            gettext_lazy("The dialogue ends"),
            gettext_lazy("Cancelled."),
            help=gettext_lazy("By itself, when the interest is closed before the meeting."),
            who=_nobody,
            who_label=CLOCK,
            by_clock=True,
            guard=_dialogue_has_ended,
            effect=_cancelled,
        ),
    ),
)
