"""A placement from the proposal to the end, its days, and the host places (W-1 to W-7)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import notices_placements as notices
from .. import placing
from .. import policies_placement as policies
from ..agreement import missing_signatures
from ..models import HostPlace, Placement, PlacementDay, PlacementGrade
from ..rulebook import require_rules

State = Placement.State


def today() -> date:
    return timezone.localdate()


def require_open_place(placement: Placement) -> None:
    """The place still takes somebody; under the lock of the place, so that two do not take the last one."""
    place = HostPlace.objects.select_for_update(of=("self",)).get(pk=placement.place_id)
    if place.state != HostPlace.State.OPEN:
        raise RuleBroken(
            _("The host takes nobody new at the moment. Reason: %(reason)s") % {"reason": place.state_reason}
        )
    if place.has_open_incident():
        raise RuleBroken(_("A safety incident of this host is not cleared yet."))
    if placement.starts_on < place.from_on or placement.ends_on > place.until_on:
        raise RuleBroken(
            _("The place is offered from %(from)s to %(until)s.") % {"from": place.from_on, "until": place.until_on}
        )
    taken = place.placements.filter(state__in=Placement.TAKES_PLACE).exclude(pk=placement.pk).count()
    if taken >= place.max_interns:
        raise RuleBroken(_("All %(n)d places of this host are taken.") % {"n": place.max_interns})


def _consent_guard(placement: Placement, *, by: User, reason: str, **data: Any) -> None:
    if placement.born_on is None:
        raise RuleBroken(_("Please give your date of birth: some rules depend on it."))
    if not placement.emergency_contact:
        raise RuleBroken(_("Please say whom to call in an emergency."))
    if placement.is_minor and not (placement.guardian_name and placement.guardian_email):
        raise RuleBroken(_("You are under 18: please name a parent or guardian, who signs too."))
    require_open_place(placement)
    require_rules(placement)


def _consent(placement: Placement, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    placement.consented_at = timezone.now()
    return ("consented_at",)


def _sign_guard(placement: Placement, *, by: User | None, reason: str, **data: Any) -> None:
    """W-2: all signatures, insurance, whom to call, and all of it before the first day."""
    if missing := missing_signatures(placement):
        names = _(", ").join(str(party.label) for party in missing)
        raise RuleBroken(_("Signatures are missing: %(names)s.") % {"names": names})
    if not placement.insurance:
        raise RuleBroken(_("The number of the insurance policy is missing."))
    if not placement.emergency_contact:
        raise RuleBroken(_("Please say whom to call in an emergency."))
    if today() >= placement.starts_on:
        raise RuleBroken(_("The agreement is signed before the first day. Please agree on a later first day."))
    require_open_place(placement)
    require_rules(placement)


def _signed(placement: Placement, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    placement.signed_at = timezone.now()
    return ("signed_at",)


def _begin_guard(placement: Placement, *, by: User | None, reason: str, **data: Any) -> None:
    if today() < placement.starts_on:
        raise RuleBroken(_("The first day is %(day)s.") % {"day": placement.starts_on})
    if placement.place.state == HostPlace.State.SUSPENDED:
        raise RuleBroken(
            _("The host takes nobody new at the moment. Reason: %(reason)s") % {"reason": placement.place.state_reason}
        )
    require_rules(placement)


def _begin(placement: Placement, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    placement.started_at = timezone.now()
    return ("started_at",)


def _keep_reason(placement: Placement, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    placement.state_reason = reason
    return ("state_reason",)


def _end(placement: Placement, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    placement.ended_at = timezone.now()
    placement.state_reason = reason
    return ("ended_at", "state_reason")


def _hours_guard(placement: Placement, *, by: User | None, reason: str, **data: Any) -> None:
    """Confirmed hours of all placements of the trainee together: one broken off keeps its own (W-7)."""
    needed = placement.enrolment.cohort.version.placement_minutes
    counted = placing.of_one(placement.enrolment).total
    if counted < needed:
        raise RuleBroken(_("%(counted)d of %(needed)d minutes count so far.") % {"counted": counted, "needed": needed})


def _assess_guard(placement: Placement, *, by: User | None, reason: str, **data: Any) -> None:
    sides = set(placement.grades.values_list("side", flat=True))
    if sides != set(PlacementGrade.Side.values):
        raise RuleBroken(_("Supervisor and tutor both assess first."))


def _tell(teller: Callable[..., None]) -> Callable[..., None]:
    def then(row: Any, *, by: User | None, reason: str, **data: Any) -> None:
        teller(row, by=by)

    return then


_SCHOOL = _("Training manager of the lead or a teaching partner")
_TUTOR = _("School tutor")
_ENDERS = _("School or host")

PLACEMENT = Workflow(
    code="placement",
    title=_("From a proposal to a completed placement"),
    summary=_(
        "The school proposes, the trainee agrees, three parties sign before the first day. Hours count once the host "
        "has confirmed them."
    ),
    model=Placement,
    field="state",
    initial=State.PROPOSED,
    moves=(
        Move(
            verb="consent",
            sources=(State.PROPOSED,),
            target=State.AGREEMENT,
            who=policies.is_trainee,
            who_label=_("Trainee"),
            label=_("Agree"),
            done=_("You agreed. School and host sign next."),
            help=_("The rules for placements are checked with what the trainee says."),
            tone="primary",
            guard=_consent_guard,
            effect=_consent,
            then=_tell(notices.tell_agreed),
        ),
        Move(
            verb="sign",
            sources=(State.AGREEMENT,),
            target=State.SIGNED,
            who=policies.runs,
            who_label=_SCHOOL,
            label=_("Close the agreement"),
            done=_("The agreement is signed."),
            help=_("School, host and trainee have signed, and a guardian where the trainee is under 18."),
            by_clock=True,
            guard=_sign_guard,
            effect=_signed,
            then=_tell(notices.tell_signed),
        ),
        Move(
            verb="begin",
            sources=(State.SIGNED,),
            target=State.ACTIVE,
            who=policies.runs,
            who_label=_SCHOOL,
            label=_("Begin"),
            done=_("The placement has begun."),
            by_clock=True,
            guard=_begin_guard,
            effect=_begin,
            then=_tell(notices.tell_begun),
        ),
        Move(
            verb="pause",
            sources=(State.ACTIVE,),
            target=State.PAUSED,
            who=policies.can_end,
            who_label=_ENDERS,
            label=_("Pause"),
            done=_("The placement is paused. No days are entered meanwhile."),
            needs_reason=True,
            effect=_keep_reason,
        ),
        Move(
            verb="resume",
            sources=(State.PAUSED,),
            target=State.ACTIVE,
            who=policies.can_end,
            who_label=_ENDERS,
            label=_("Go on"),
            done=_("The placement goes on."),
        ),
        Move(
            verb="finish_hours",
            sources=(State.ACTIVE,),
            target=State.HOURS_DONE,
            who=policies.tutors,
            who_label=_TUTOR,
            label=_("Hours are done"),
            done=_("The hours are done. Supervisor and tutor assess next."),
            by_clock=True,
            guard=_hours_guard,
            then=_tell(notices.tell_hours_done),
        ),
        Move(
            verb="assess",
            sources=(State.HOURS_DONE,),
            target=State.ASSESSED,
            who=policies.tutors,
            who_label=_TUTOR,
            label=_("Close the assessment"),
            done=_("The placement is assessed."),
            help=_("Supervisor and tutor grade each competency: excellent, good, pass or fail."),
            by_clock=True,
            guard=_assess_guard,
        ),
        Move(
            verb="complete",
            sources=(State.ASSESSED,),
            target=State.COMPLETED,
            who=policies.runs,
            who_label=_SCHOOL,
            label=_("Complete"),
            done=_("The placement is completed."),
            tone="primary",
            effect=_end,
            then=_tell(notices.tell_over),
        ),
        Move(
            verb="cancel",
            sources=(State.PROPOSED, State.AGREEMENT, State.SIGNED),
            target=State.CANCELLED,
            who=policies.can_cancel,
            who_label=_("School, host or trainee"),
            label=_("Cancel"),
            done=_("The placement is cancelled."),
            help=_("Before the first day."),
            needs_reason=True,
            tone="danger",
            effect=_end,
            then=_tell(notices.tell_over),
        ),
        Move(
            verb="terminate",
            sources=(State.ACTIVE, State.PAUSED, State.HOURS_DONE),
            target=State.TERMINATED,
            who=policies.can_end,
            who_label=_ENDERS,
            label=_("Break off"),
            done=_("The placement is broken off. Confirmed hours stay."),
            help=_("Hours that were confirmed count on, also for another placement."),
            needs_reason=True,
            tone="danger",
            effect=_end,
            then=_tell(notices.tell_over),
        ),
    ),
)


# Days ----------------------------------------------------------------------------------------------------------------


def _decided(day: PlacementDay, *, by: User | None, reason: str, link: Any, **data: Any) -> Iterable[str]:
    day.link, day.decided_at, day.dispute_reason = link, timezone.now(), reason
    return ("link", "decided_at", "dispute_reason")


def _reopened(day: PlacementDay, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    day.link, day.decided_at, day.dispute_reason = None, None, ""
    return ("link", "decided_at", "dispute_reason")


def _nobody(person: Any, row: Any) -> bool:
    return False


_SUPERVISOR = _("Supervisor at the host, by a link of one use")

DAY = Workflow(
    code="placement-day",
    title=_("A day in the log of a placement"),
    summary=_("The trainee enters it, the host confirms or disputes it. Only confirmed minutes count."),
    model=PlacementDay,
    field="state",
    initial=PlacementDay.State.ENTERED,
    moves=(
        Move(
            verb="confirm",
            sources=(PlacementDay.State.ENTERED,),
            target=PlacementDay.State.CONFIRMED,
            who=_nobody,
            who_label=_SUPERVISOR,
            label=_("Confirm"),
            done=_("The day is confirmed."),
            help=_("Nobody with an account confirms in the supervisor's place."),
            by_clock=True,
            effect=_decided,
        ),
        Move(
            verb="dispute",
            sources=(PlacementDay.State.ENTERED,),
            target=PlacementDay.State.DISPUTED,
            who=_nobody,
            who_label=_SUPERVISOR,
            label=_("Dispute"),
            done=_("The trainee reads what is not right."),
            needs_reason=True,
            by_clock=True,
            effect=_decided,
        ),
        Move(
            verb="correct",
            sources=(PlacementDay.State.DISPUTED,),
            target=PlacementDay.State.ENTERED,
            who=policies.can_correct_day,
            who_label=_("Trainee"),
            label=_("Correct"),
            done=_("The day is corrected and will be asked about again."),
            effect=_reopened,
        ),
    ),
)


# Host places ---------------------------------------------------------------------------------------------------------


def _place_reason(place: HostPlace, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    place.state_reason = reason
    return ("state_reason",)


def _cleared_guard(place: HostPlace, *, by: User, reason: str, **data: Any) -> None:
    if place.has_open_incident():
        raise RuleBroken(_("A safety incident of this host is not cleared yet."))


HOST_PLACE = Workflow(
    code="host-place",
    title=_("A host place"),
    summary=_("After a safety incident a host takes nobody new until the lead has cleared it."),
    model=HostPlace,
    field="state",
    initial=HostPlace.State.OPEN,
    moves=(
        Move(
            verb="suspend",
            sources=(HostPlace.State.OPEN,),
            target=HostPlace.State.SUSPENDED,
            who=policies.can_suspend_place,
            who_label=_("School, host or training desk"),
            label=_("Suspend"),
            done=_("The host takes nobody new."),
            needs_reason=True,
            by_clock=True,
            tone="danger",
            effect=_place_reason,
        ),
        Move(
            verb="clear",
            sources=(HostPlace.State.SUSPENDED,),
            target=HostPlace.State.OPEN,
            who=policies.can_clear_place,
            who_label=_("Lead of the programme"),
            label=_("Clear"),
            done=_("The host takes trainees again."),
            guard=_cleared_guard,
            effect=_place_reason,
        ),
        Move(
            verb="close",
            sources=(HostPlace.State.OPEN, HostPlace.State.SUSPENDED),
            target=HostPlace.State.CLOSED,
            who=policies.can_edit_place,
            who_label=_("School or host"),
            label=_("Close"),
            done=_("The place is closed."),
            effect=_place_reason,
        ),
        Move(
            verb="reopen",
            sources=(HostPlace.State.CLOSED,),
            target=HostPlace.State.OPEN,
            who=policies.can_edit_place,
            who_label=_("School or host"),
            label=_("Open again"),
            done=_("The place is open again."),
            guard=_cleared_guard,
            effect=_place_reason,
        ),
    ),
)
