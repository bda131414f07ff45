"""From a planned attempt to the final mark (G-1 to G-5), and from asking for recognition to its answer (G-6)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import notices_assessment as notices
from .. import policies_assessment as policies
from ..models import Attempt, Cohort, Enrolment, Recognition

APPEAL_DAYS = 10  # working days (G-5)
State = Attempt.State

# Marks are given while a cohort learns or is graded; resits also afterwards.
MARKED_IN = (Cohort.State.RUNNING, Cohort.State.GRADING, Cohort.State.COMPLETED)
MARKED_WHO = (
    Enrolment.State.ENROLLED,
    Enrolment.State.ACTIVE,
    Enrolment.State.COMPLETED,
    Enrolment.State.NOT_COMPLETED,
)


def require_under_way(attempt: Attempt) -> None:
    if attempt.enrolment.cohort.state not in MARKED_IN:
        raise RuleBroken(_("The cohort is not under way: there is nothing to mark."))
    if attempt.enrolment.state not in MARKED_WHO:
        raise RuleBroken(_("This trainee has no seat in the cohort."))


def require_distance(person: User, attempt: Attempt) -> None:
    """G-1, for whoever marks and for whoever checks."""
    if why := policies.distance(person, attempt.enrolment, attempt.item):
        raise RuleBroken(str(why))


def _hand_in_guard(attempt: Attempt, *, by: User, reason: str, **data: Any) -> None:
    require_under_way(attempt)


def _hand_in(attempt: Attempt, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    attempt.submitted_at = timezone.now()
    return ("submitted_at",)


def _mark_guard(attempt: Attempt, *, by: User, reason: str, mark: int, **data: Any) -> None:
    require_under_way(attempt)
    require_distance(by, attempt)


def _mark(attempt: Attempt, *, by: User, reason: str, mark: int, feedback: str = "", **data: Any) -> Iterable[str]:
    attempt.mark, attempt.feedback = mark, feedback
    attempt.marker, attempt.marked_at = by, timezone.now()
    return ("mark", "feedback", "marker", "marked_at")


def _check_guard(attempt: Attempt, *, by: User | None, reason: str, **data: Any) -> None:
    """A second person; what only trains and does not count needs none."""
    if by is None:
        if attempt.item.is_summative:
            raise RuleBroken(_("An item that counts is checked by a second person."))
        return
    if attempt.marker_id == by.pk:
        raise RuleBroken(_("You marked this yourself: a second person checks it."))
    require_distance(by, attempt)


def _checked(attempt: Attempt, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    attempt.moderator, attempt.moderated_at = by, timezone.now()
    return ("moderator", "moderated_at")


def _release(attempt: Attempt, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    now = timezone.now()
    attempt.released_at, attempt.released_by = now, by
    attempt.appeal_until = add_working_days(now, APPEAL_DAYS)
    return ("released_at", "released_by", "appeal_until")


def _within_time(attempt: Attempt, *, by: User, reason: str, now: datetime | None = None, **data: Any) -> None:
    if attempt.appeal_until is not None and (now or timezone.now()) > attempt.appeal_until:
        raise RuleBroken(
            _("The ten working days for an appeal ended on %(day)s. The mark stands.")
            % {"day": f"{timezone.localtime(attempt.appeal_until):%Y-%m-%d %H:%M}"}
        )


def _decide_guard(attempt: Attempt, *, by: User, reason: str, **data: Any) -> None:
    require_distance(by, attempt)


def _end_guard(attempt: Attempt, *, by: User | None, reason: str, now: datetime | None = None, **data: Any) -> None:
    """A released mark is final once nobody can appeal any more; a decided one at once."""
    is_open = attempt.appeal_until is None or (now or timezone.now()) <= attempt.appeal_until
    if attempt.state == State.RELEASED and is_open:
        raise RuleBroken(_("An appeal is still possible."))


def _end(attempt: Attempt, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    attempt.final_at = timezone.now()
    return ("final_at",)


def _void(attempt: Attempt, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    attempt.void_reason = reason
    return ("void_reason",)


def _tell(teller: Callable[..., None]) -> Callable[..., None]:
    def then(row: Any, *, by: User, reason: str, **data: Any) -> None:
        teller(row, by=by)

    return then


_TEACHER = _("Trainer of a teaching partner")
_LEAD = _("Training manager of the lead or a teaching partner")
_AWARDING = _("Awarding partner, somebody without a part in the mark")

ATTEMPT = Workflow(
    code="attempt",
    title=_("From an attempt to a final mark"),
    summary=_(
        "One person marks, a second one checks a sample, then the mark is released and can be appealed for ten working "
        "days. A released mark is never edited: an appeal adds a decision."
    ),
    model=Attempt,
    field="state",
    initial=State.SCHEDULED,
    moves=(
        Move(
            verb="submit",
            sources=(State.SCHEDULED,),
            target=State.SUBMITTED,
            who=policies.can_hand_in,
            who_label=_("Trainee, or the trainer who took the work in"),
            label=_("Hand in"),
            done=_("The work is handed in."),
            guard=_hand_in_guard,
            effect=_hand_in,
        ),
        Move(
            verb="mark",
            sources=(State.SUBMITTED,),
            target=State.MARKED,
            who=policies.can_mark,
            who_label=_TEACHER,
            label=_("Mark"),
            done=_("The mark is saved."),
            help=_("Not the trainee's line manager; for an item that counts, not somebody of the home park alone."),
            guard=_mark_guard,
            effect=_mark,
        ),
        Move(
            verb="moderate",
            sources=(State.MARKED,),
            target=State.MODERATED,
            who=policies.can_check_attempt,
            who_label=_("A second person of a teaching or awarding partner"),
            label=_("Close the check"),
            done=_("The marks are checked."),
            help=_("A sample is drawn by a recorded seed: all fails, all near the pass mark, a tenth of the rest."),
            by_clock=True,
            guard=_check_guard,
            effect=_checked,
        ),
        Move(
            verb="release",
            sources=(State.MODERATED,),
            target=State.RELEASED,
            who=policies.can_release_attempt,
            who_label=_LEAD,
            label=_("Release"),
            done=_("The mark is released. The trainee has been told."),
            tone="primary",
            effect=_release,
        ),
        Move(
            verb="appeal",
            sources=(State.RELEASED,),
            target=State.APPEALED,
            who=policies.can_appeal,
            who_label=_("Trainee"),
            label=_("Appeal"),
            done=_("Your appeal is with the awarding partner."),
            help=_("Within ten working days of the release."),
            guard=_within_time,
        ),
        Move(
            verb="uphold",
            sources=(State.APPEALED,),
            target=State.UPHELD,
            who=policies.can_decide_appeal,
            who_label=_AWARDING,
            label=_("Let the mark stand"),
            done=_("The mark stands. The trainee has been told why."),
            needs_reason=True,
            guard=_decide_guard,
        ),
        Move(
            verb="change",
            sources=(State.APPEALED,),
            target=State.CHANGED,
            who=policies.can_decide_appeal,
            who_label=_AWARDING,
            label=_("Decide another mark"),
            done=_("The decision counts from now on. The trainee has been told why."),
            help=_("The released mark stays as it was; the decision points at it."),
            needs_reason=True,
            guard=_decide_guard,
        ),
        Move(
            verb="finish",
            sources=(State.RELEASED, State.UPHELD, State.CHANGED),
            target=State.FINAL,
            who=lambda person, attempt: False,
            who_label=_("Nobody by hand"),
            label=_("Make final"),
            done=_("The mark is final."),
            help=_("When the time for an appeal is over, or its decision was made."),
            by_clock=True,
            guard=_end_guard,
            effect=_end,
        ),
        Move(
            verb="void",
            sources=tuple(state for state in State if state != State.VOID),
            target=State.VOID,
            who=policies.can_void,
            who_label=_("Training manager of the lead or a teaching partner, or the training desk"),
            label=_("Declare void"),
            done=_("The attempt is void and counts for nothing."),
            help=_("Illness, a disturbed exam, the wrong task. The attempt does not use up a resit."),
            needs_reason=True,
            tone="danger",
            effect=_void,
            then=_tell(notices.tell_void),
        ),
    ),
)


# Recognition ----------------------------------------------------------------------------------------------------------


def _grant_guard(
    recognition: Recognition, *, by: User, reason: str, mark: int | None = None, within: bool = True, **data: Any
) -> None:
    if mark is None or mark < recognition.unit.pass_mark:
        raise RuleBroken(_("A recognised unit counts as passed: its mark is at least the unit's pass mark."))
    if not within:
        raise RuleBroken(_("With this unit, more credits would be recognised than the version allows."))


def _answer(recognition: Recognition, *, by: User, reason: str, mark: int | None = None, **data: Any) -> Iterable[str]:
    recognition.mark, recognition.answer = mark, reason
    recognition.decided_by, recognition.decided_at = by, timezone.now()
    return ("mark", "answer", "decided_by", "decided_at")


RECOGNITION = Workflow(
    code="recognition",
    title=_("Recognition of prior learning"),
    summary=_("What somebody learned elsewhere counts as a unit, if the awarding partner says so."),
    model=Recognition,
    field="state",
    initial=Recognition.State.ASKED,
    moves=(
        Move(
            verb="grant",
            sources=(Recognition.State.ASKED,),
            target=Recognition.State.GRANTED,
            who=policies.can_decide_recognition,
            who_label=_("Awarding partner"),
            label=_("Recognise"),
            done=_("The unit is recognised. The trainee has been told."),
            help=_("At most half of all credits, or less where the version says so."),
            needs_reason=True,
            tone="primary",
            guard=_grant_guard,
            effect=_answer,
            then=_tell(notices.tell_recognition_decided),
        ),
        Move(
            verb="refuse",
            sources=(Recognition.State.ASKED,),
            target=Recognition.State.REFUSED,
            who=policies.can_decide_recognition,
            who_label=_("Awarding partner"),
            label=_("Do not recognise"),
            done=_("The unit is not recognised. The trainee has been told why."),
            needs_reason=True,
            effect=_answer,
            then=_tell(notices.tell_recognition_decided),
        ),
        Move(
            verb="withdraw",
            sources=(Recognition.State.ASKED,),
            target=Recognition.State.WITHDRAWN,
            who=lambda person, recognition: policies.can_ask_recognition(person, recognition.enrolment),
            who_label=_("Trainee"),
            label=_("Take back"),
            done=_("You took it back. You can ask again."),
            then=_tell(notices.close_recognition),
        ),
    ),
)
