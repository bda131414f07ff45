"""From the registration of an investor to its verification, and what ends it (spec 3.11).

What belongs to the shared fund (assessed, qualification submitted, qualified) comes with the fund; its states are there
already and count as verified.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies
from .. import policies_investors as allowed
from ..models import Investor, InvestorDocument, InvestorStep
from ..notices import investors as notices

State = Investor.State
# A verification holds three years at most (spec 3.11).
LONGEST = timedelta(days=3 * 365)


def _effect(investor: Investor, **data: Any) -> Iterable[str]:
    investor.state_since = timezone.now()
    investor.reason_code, investor.state_reason = data.get("code", ""), data.get("reason", "")
    return ("state_since", "reason_code", "state_reason")


def _verified(investor: Investor, **data: Any) -> Iterable[str]:
    investor.verified_until = data["until"]
    return (*_effect(investor, **data), "verified_until")


def _put_back(investor: Investor, **data: Any) -> Iterable[str]:
    """The next application begins; what was handed in last time is not handed in now."""
    investor.handed_in_at = None
    return (*_effect(investor, **data), "handed_in_at")


def _has_reason_code(investor: Investor, **data: Any) -> None:
    if data.get("code") not in Investor.Reason.values:
        raise RuleBroken(_("Choose the kind of reason."))


def _can_be_verified(investor: Investor, **data: Any) -> None:
    """The desk saw that number, name and authority agree, and says until when."""
    if investor.handed_in_at is None:
        raise RuleBroken(_("The investor has not handed its documents in yet."))
    refuse_unready(investor)
    until, today = data.get("until"), timezone.localdate()
    if not isinstance(until, date) or not today < until <= today + LONGEST:
        raise RuleBroken(_("A verification ends after today, and within three years."))
    if not data.get("checks"):
        raise RuleBroken(_("Say what you compared, and with what."))


def refuse_unready(investor: Investor) -> None:
    """What nobody can verify: no number in a register, no readable document of the register."""
    if not investor.number:
        raise RuleBroken(
            _("Enter the unified social credit code first.")
            if investor.is_mainland
            else _("Enter the number in your own register first.")
        )
    kinds = set(investor.documents.exclude(file__state="refused").values_list("kind", flat=True))
    missing = [
        str(InvestorDocument.Kind(kind).label)
        for kind in (InvestorDocument.Kind.LICENCE, InvestorDocument.Kind.AUTHORITY)
        if kind not in kinds
    ]
    if missing:
        raise RuleBroken(_("Still missing: %(names)s.") % {"names": _("; ").join(missing)})


def _is_running(investor: Investor, **data: Any) -> None:
    if investor.verified_until is None or investor.verified_until < timezone.localdate():
        raise RuleBroken(_("The verification has run out meanwhile. Let the investor apply again."))


def _ran_out(investor: Investor, **data: Any) -> None:
    if investor.verified_until is None or investor.verified_until >= timezone.localdate():
        raise RuleBroken(_("The verification still holds."))


def _moved(verb: str) -> Any:
    def then(investor: Investor, *, by: Any, **data: Any) -> None:
        from ..services import following

        before = investor.steps.order_by("-at", "-pk").values_list("to_state", flat=True).first()
        step = InvestorStep.objects.create(
            investor=investor,
            verb=verb,
            from_state=before or State.REGISTERED,
            to_state=investor.state,
            reason_code=investor.reason_code,
            reason=investor.state_reason,
            checks=data.get("checks") or [],
            verified_until=investor.verified_until if investor.state in Investor.VERIFIED_STATES else None,
            by=by,
            at=investor.state_since,
        )
        following.follow_investor(investor)
        notices.tell_moved(step, by=by)

    return then


def _desk(person: Any, investor: Investor) -> bool:
    return allowed.can_decide_investor(person, investor)


def _signatory(person: Any, investor: Investor) -> bool:
    return policies.is_signatory(person, investor)


DESK = gettext_lazy("Investment desk of the secretariat")
SIGNATORY = gettext_lazy("Signatory of the investor")


def _move(verb: str, sources: Any, target: str, label: Any, done: Any, **more: Any) -> Move:
    more = {"who": _desk, "who_label": DESK, "effect": _effect, "then": _moved(verb)} | more
    return Move(
        verb=verb,
        sources=tuple(sources) if isinstance(sources, (tuple, list)) else (sources,),
        target=target,
        label=label,
        done=done,
        **more,
    )


CLOCK: dict[str, Any] = {
    "who": lambda person, investor: False,
    "who_label": gettext_lazy("The clock"),
    "by_clock": True,
}

INVESTOR = Workflow(
    code="investor",
    title=gettext_lazy("An investor"),
    summary=gettext_lazy(
        "An organisation from China or abroad registers, shows who it is, and is verified for at most three years. "
        "Verified investors read what is offered, express interest and talk with the parks."
    ),
    model=Investor,
    field="state",
    initial=State.REGISTERED,
    moves=(
        _move(
            "confirm_contact",
            State.REGISTERED,
            State.CONTACT_VERIFIED,
            gettext_lazy("Contact is verified"),
            gettext_lazy("The address of the contact is confirmed."),
            help=gettext_lazy("By itself, once the e-mail address of who registered it is confirmed."),
            **CLOCK,
        ),
        _move(
            "verify",
            State.CONTACT_VERIFIED,
            State.ORGANISATION_VERIFIED,
            gettext_lazy("Verify the organisation"),
            gettext_lazy("Verified. The investor is told until when."),
            help=gettext_lazy(
                "By the credit code or the number in its own register, the documents and public records."
            ),
            guard=_can_be_verified,
            effect=_verified,
        ),
        _move(
            "refuse",
            State.CONTACT_VERIFIED,
            State.REFUSED,
            gettext_lazy("Refuse the investor"),
            gettext_lazy("Refused. The investor reads the reason and can apply again."),
            needs_reason=True,
            tone="danger",
            guard=_has_reason_code,
        ),
        _move(
            "suspend",
            Investor.VERIFIED_STATES,
            State.SUSPENDED,
            gettext_lazy("Suspend"),
            gettext_lazy("Suspended. Its interests rest, and both sides are told."),
            help=gettext_lazy("While a doubt is looked into: its interests rest and no clock of theirs runs."),
            needs_reason=True,
            tone="danger",
            guard=_has_reason_code,
        ),
        _move(
            "restore",
            State.SUSPENDED,
            State.ORGANISATION_VERIFIED,
            gettext_lazy("Restore"),
            gettext_lazy("Restored. Its interests go on, their clocks begin anew."),
            guard=_is_running,
        ),
        _move(
            "revoke",
            (*Investor.VERIFIED_STATES, State.SUSPENDED),
            State.REVOKED,
            gettext_lazy("Revoke"),
            gettext_lazy("Revoked. Its interests are closed, and both sides are told."),
            help=gettext_lazy("Its open interests are closed for good, and what it could read is closed at once."),
            needs_reason=True,
            tone="danger",
            guard=_has_reason_code,
        ),
        _move(
            "expire",
            (*Investor.VERIFIED_STATES, State.SUSPENDED),
            State.EXPIRED,
            gettext_lazy("Expire"),
            gettext_lazy("The verification has run out."),
            help=gettext_lazy("By itself, when the term of the verification is over."),
            guard=_ran_out,
            **CLOCK,
        ),
        _move(
            "apply_again",
            Investor.APPLIES_AGAIN,
            State.CONTACT_VERIFIED,
            gettext_lazy("Apply again"),
            gettext_lazy("Look through entry and documents, then hand them in."),
            help=gettext_lazy("Your entry and documents are still there; renew what has changed."),
            who=_signatory,
            who_label=SIGNATORY,
            effect=_put_back,
        ),
        _move(
            "reopen",
            State.REVOKED,
            State.CONTACT_VERIFIED,
            gettext_lazy("Let it apply again"),
            gettext_lazy("The investor can hand documents in again."),
            help=gettext_lazy("After a revocation only the desk opens the way to a new application."),
            needs_reason=True,
            effect=_put_back,
        ),
    ),
)
