"""The lifecycle of a session: scheduled, open, closed, locked, or cancelled before it opened (A-1 to A-6)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies
from ..models import Cohort, Session
from ..notices import sessions as notices
from ..services import filling

# A trainer may open a session this long before it begins; the clock closes it this long after its end.
OPENS_BEFORE = timedelta(hours=1)
CLOSES_AFTER = timedelta(minutes=30)
# Unmarked becomes absent this long after closing, and the trainer hears of it before.
LOCKS_AFTER = timedelta(hours=48)
WARNS_AFTER = timedelta(hours=24)

TEACHING = (Cohort.State.CONFIRMED, Cohort.State.RUNNING, Cohort.State.GRADING)


def _teaches(person: Any, session: Session) -> bool:
    return policies.can_teach(person, session.cohort)


def _plans(person: Any, session: Session) -> bool:
    return policies.can_plan_cohorts(person, session.cohort.version.curriculum.programme)


def _can_open(session: Session, *, by: User | None, reason: str, **data: Any) -> None:
    if session.cohort.state not in TEACHING:
        raise RuleBroken(_("The cohort is not confirmed yet, so its sessions cannot be opened."))
    if timezone.now() < session.starts_at - OPENS_BEFORE:
        raise RuleBroken(_("A session can be opened from one hour before it begins."))


def _can_close(session: Session, *, by: User | None, reason: str, **data: Any) -> None:
    if timezone.now() < session.starts_at:
        raise RuleBroken(_("The session has not begun yet."))


def _can_lock(session: Session, *, by: User | None, reason: str, **data: Any) -> None:
    if by is not None and (missing := filling.unmarked(session).count()):
        raise RuleBroken(
            _("%(n)d learners have no mark yet. Mark them, or wait: 48 hours after closing they count as absent.")
            % {"n": missing}
        )


def _stamp(column: str) -> Any:
    def effect(session: Session, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
        setattr(session, column, timezone.now())
        return (column,)

    return effect


def _cancelled(session: Session, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    session.state_reason = reason
    session.sequence += 1
    session.changed_at = timezone.now()
    return ("state_reason", "sequence", "changed_at")


def _fill(session: Session, *, by: User | None, reason: str, **data: Any) -> None:
    filling.mark_absent(session)
    filling.look_at_rates(session)


def _look(session: Session, *, by: User | None, reason: str, **data: Any) -> None:
    filling.look_at_rates(session)


def _tell_cancelled(session: Session, *, by: User | None, reason: str, with_cohort: bool = False, **data: Any) -> None:
    # Of a whole cohort people are told once.
    if not with_cohort:
        notices.tell_cancelled(session, by=by)


_TRAINER = _("Trainer of a teaching partner, or whoever runs training there")
_PLANNER = _("Whoever runs training at the lead or a teaching partner")

SESSION = Workflow(
    code="training_session",
    title=_("A session, from the calendar to its final attendance"),
    summary=_(
        "A session is opened when it begins and closed when it ends. 48 hours later whoever has no mark counts as "
        "absent, and every further change needs two people."
    ),
    model=Session,
    field="state",
    initial=Session.State.SCHEDULED,
    moves=(
        Move(
            verb="open",
            sources=(Session.State.SCHEDULED,),
            target=Session.State.OPEN,
            who=_teaches,
            who_label=_TRAINER,
            label=_("Open the session"),
            done=_("The session is open. Learners can check in."),
            help=_("From one hour before it begins. Learners check in by the code on the screen."),
            tone="primary",
            guard=_can_open,
            effect=_stamp("opened_at"),
        ),
        Move(
            verb="close",
            sources=(Session.State.OPEN,),
            target=Session.State.CLOSED,
            who=_teaches,
            who_label=_TRAINER,
            label=_("Close the session"),
            done=_("The session is closed. You can still mark whoever is missing for 48 hours."),
            help=_("No more check-in by code. The portal does it 30 minutes after the end."),
            by_clock=True,
            tone="primary",
            guard=_can_close,
            effect=_stamp("closed_at"),
            then=_look,
        ),
        Move(
            verb="lock",
            sources=(Session.State.CLOSED,),
            target=Session.State.LOCKED,
            who=_teaches,
            who_label=_TRAINER,
            label=_("Lock the attendance"),
            done=_("The attendance is final. Changes now need a second person."),
            help=_("Once everybody has a mark. The portal does it 48 hours after closing; unmarked becomes absent."),
            by_clock=True,
            guard=_can_lock,
            effect=_stamp("locked_at"),
            then=_fill,
        ),
        Move(
            verb="cancel",
            sources=(Session.State.SCHEDULED,),
            target=Session.State.CANCELLED,
            who=_plans,
            who_label=_PLANNER,
            label=_("Cancel the session"),
            done=_("The session is cancelled. Everybody concerned is told."),
            help=_("It leaves the attendance of everybody, and calendars show it as cancelled."),
            needs_reason=True,
            by_clock=True,
            tone="danger",
            effect=_cancelled,
            then=_tell_cancelled,
        ),
    ),
)
