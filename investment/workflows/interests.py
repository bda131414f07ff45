"""From the draft of an interest to agreement or end (spec 3.11): two sides, one table, clocks both see."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies, reading
from .. import policies_investors as allowed
from ..decided import ACKNOWLEDGE_DAYS, ANSWER_DAYS
from ..models import Interest, InterestStep, Investor, Project
from ..notices import interests as notices

State = Interest.State
Reason = Interest.Reason


# Guards -------------------------------------------------------------------------------------------------------------


def refuse_resting(interest: Interest) -> None:
    """Nothing moves while the investor is not verified; withdrawing always does."""
    investor = Investor.objects.get(pk=interest.investor_id)
    if interest.frozen_at is not None or not investor.is_verified:
        raise RuleBroken(_("The verification of this investor does not hold now. The interest rests until it does."))


def refuse_unsendable(interest: Interest, *, by: Any) -> None:
    """R-1 and what every promoter may rely on: verified, to an open project, with a message and a clear declaration."""
    if interest.project.state not in Project.OPEN_STATES:
        raise RuleBroken(_("This project takes no interest now: %(project)s.") % {"project": interest.project.title})
    if not interest.message.strip():
        raise RuleBroken(_("Write a message to the parks."))
    if interest.shares_owner is None:
        raise RuleBroken(_("Say whether you share a beneficial owner with a promoter. Without it nothing is sent."))
    if interest.shares_owner and not interest.owner_declaration.strip():
        raise RuleBroken(_("Declare which owner you share, and how."))
    if not interest.shares_owner and by is not None and policies.promotes(by, interest.project):
        raise RuleBroken(_("You act for a park that promotes this project yourself. Declare the connection."))


def _can_be_sent(interest: Interest, *, by: Any, **data: Any) -> None:
    refuse_resting(interest)
    refuse_unsendable(interest, by=by)


def _goes_on(interest: Interest, **data: Any) -> None:
    refuse_resting(interest)


def _can_be_accepted(interest: Interest, **data: Any) -> None:
    refuse_resting(interest)
    if interest.project.state not in Project.OPEN_STATES:
        raise RuleBroken(_("The project is not open to investors now."))


def _has_code(interest: Interest, **data: Any) -> None:
    code = data.get("code")
    if code not in Reason.values or code in Interest.BY_CLOCK:
        raise RuleBroken(_("Choose the kind of reason."))


def _has_clock_code(interest: Interest, **data: Any) -> None:
    if data.get("code") not in Interest.BY_CLOCK:
        raise RuleBroken(_("Choose the kind of reason."))


def _agreement_holds(interest: Interest, **data: Any) -> None:
    """D-3."""
    refuse_resting(interest)
    if not reading.agreement_holds(interest.investor, interest.project, timezone.now()):
        raise RuleBroken(_("The confidentiality agreement in force is not accepted, or its acceptance has run out."))


# Effects ------------------------------------------------------------------------------------------------------------


def _step(interest: Interest, **data: Any) -> Iterable[str]:
    interest.state_since = timezone.now()
    interest.reason_code, interest.state_reason = data.get("code", ""), data.get("reason", "")
    return ("state_since", "reason_code", "state_reason")


def _sent(interest: Interest, **data: Any) -> Iterable[str]:
    interest.sent_at = timezone.now()
    interest.due_at = add_working_days(interest.sent_at, ACKNOWLEDGE_DAYS.value())
    interest.is_flagged = bool(interest.shares_owner)
    return (*_step(interest, **data), "sent_at", "due_at", "is_flagged")


def _acknowledged(interest: Interest, **data: Any) -> Iterable[str]:
    interest.due_at = add_working_days(timezone.now(), ANSWER_DAYS.value())
    interest.escalated_at = None
    return (*_step(interest, **data), "due_at", "escalated_at")


def _moved(verb: str) -> Any:
    def then(interest: Interest, *, by: Any, **data: Any) -> None:
        from ..services import following

        before = interest.steps.order_by("-at", "-pk").values_list("to_state", flat=True).first()
        step = InterestStep.objects.create(
            interest=interest,
            verb=verb,
            from_state=before or State.DRAFT,
            to_state=interest.state,
            by=by,
            at=interest.state_since,
        )
        following.follow_interest(interest, by=by)
        notices.tell_moved(step, by=by)

    return then


# Who ----------------------------------------------------------------------------------------------------------------


def _writes(person: Any, interest: Interest) -> bool:
    return allowed.invests_for(person, interest.investor)


def _signatory(person: Any, interest: Interest) -> bool:
    return policies.is_signatory(person, interest.investor)


def _promoter(person: Any, interest: Interest) -> bool:
    return allowed.answers(person, interest)


SIGNATORY = gettext_lazy("Signatory of the investor")
PROMOTERS = gettext_lazy("Parks that promote the project")
BEFORE_END = (State.ACCEPTED, State.NDA_SIGNED, State.DD_OPEN, State.NEGOTIATING, State.TERM_SHEET)


def _move(verb: str, sources: Any, target: str, label: Any, done: Any, **more: Any) -> Move:
    more = {
        "who": _promoter,
        "who_label": PROMOTERS,
        "guard": _goes_on,
        "effect": _step,
        "then": _moved(verb),
    } | more
    return Move(
        verb=verb,
        sources=tuple(sources) if isinstance(sources, (tuple, list)) else (sources,),
        target=target,
        label=label,
        done=done,
        **more,
    )


INTEREST = Workflow(
    code="interest",
    title=gettext_lazy("An expression of interest"),
    summary=gettext_lazy(
        "A verified investor writes to the parks of a project; they acknowledge within five working days and answer. "
        "With the confidentiality agreement signed, the dialogue begins. Both sides see every step and every clock."
    ),
    model=Interest,
    field="state",
    initial=State.DRAFT,
    moves=(
        _move(
            "send",
            State.DRAFT,
            State.SENT,
            gettext_lazy("Send"),
            gettext_lazy("Sent. The parks acknowledge it within the clock you see."),
            help=gettext_lazy("Your signatory sends; the declaration about shared owners is part of it."),
            who=_signatory,
            who_label=SIGNATORY,
            guard=_can_be_sent,
            effect=_sent,
        ),
        _move(
            "discard",
            State.DRAFT,
            State.WITHDRAWN,
            gettext_lazy("Discard the draft"),
            gettext_lazy("The draft is gone. Nobody else has seen it."),
            who=_writes,
            who_label=gettext_lazy("People of the investor"),
            guard=None,
            by_clock=True,
            tone="danger",
        ),
        _move(
            "acknowledge",
            State.SENT,
            State.ACKNOWLEDGED,
            gettext_lazy("Acknowledge"),
            gettext_lazy("Acknowledged. The investor sees until when you answer."),
            help=gettext_lazy("Says that you have read it; nothing else is promised."),
            effect=_acknowledged,
        ),
        _move(
            "review",
            State.ACKNOWLEDGED,
            State.UNDER_REVIEW,
            gettext_lazy("Begin to review"),
            gettext_lazy("The parks review the interest."),
        ),
        _move(
            "accept",
            (State.ACKNOWLEDGED, State.UNDER_REVIEW),
            State.ACCEPTED,
            gettext_lazy("Accept"),
            gettext_lazy("Accepted. The investor is asked to sign the confidentiality agreement."),
            help=gettext_lazy("The dialogue begins; the project moves on to it by itself."),
            guard=_can_be_accepted,
        ),
        _move(
            "decline",
            Interest.ANSWER_STATES,
            State.DECLINED,
            gettext_lazy("Decline the interest"),
            gettext_lazy("Declined. The investor reads the reason."),
            needs_reason=True,
            tone="danger",
            guard=_has_code,
        ),
        _move(
            "sign_agreement",
            State.ACCEPTED,
            State.NDA_SIGNED,
            gettext_lazy("Confidentiality is agreed"),
            gettext_lazy("The confidentiality agreement is accepted. The dialogue is open."),
            help=gettext_lazy("Follows from accepting the agreement in force."),
            who=_signatory,
            who_label=SIGNATORY,
            by_clock=True,
            guard=_agreement_holds,
        ),
        _move(
            "open_dd",
            State.NDA_SIGNED,
            State.DD_OPEN,
            gettext_lazy("Open due diligence"),
            gettext_lazy("Due diligence is open for this investor."),
        ),
        _move(
            "negotiate",
            State.DD_OPEN,
            State.NEGOTIATING,
            gettext_lazy("Negotiate"),
            gettext_lazy("You negotiate with this investor."),
        ),
        _move(
            "term_sheet",
            State.NEGOTIATING,
            State.TERM_SHEET,
            gettext_lazy("A term sheet is agreed"),
            gettext_lazy("The term sheet is noted."),
        ),
        _move(
            "win",
            State.TERM_SHEET,
            State.CLOSED_WON,
            gettext_lazy("An agreement is signed"),
            gettext_lazy("Agreed. Record it among the results of the project."),
        ),
        _move(
            "lose",
            BEFORE_END,
            State.CLOSED_LOST,
            gettext_lazy("End without agreement"),
            gettext_lazy("Ended. The investor reads the reason."),
            needs_reason=True,
            tone="danger",
            guard=_has_code,
        ),
        _move(
            "withdraw",
            (*Interest.ANSWER_STATES, *BEFORE_END),
            State.WITHDRAWN,
            gettext_lazy("Withdraw"),
            gettext_lazy("Withdrawn. The parks are told."),
            help=gettext_lazy("Possible until it is closed. Confidentiality goes on to bind."),
            who=_signatory,
            who_label=SIGNATORY,
            guard=None,
            tone="danger",
        ),
        _move(
            "end",
            (*Interest.ANSWER_STATES, *BEFORE_END),
            State.CLOSED_LOST,
            gettext_lazy("End by rule"),
            gettext_lazy("Ended."),
            help=gettext_lazy("By itself, when the investor's verification is revoked or the project ends."),
            who=lambda person, interest: False,
            who_label=gettext_lazy("The clock"),
            by_clock=True,
            guard=_has_clock_code,
        ),
    ),
)
