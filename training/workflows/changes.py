"""A change to final attendance: asked for by one, decided by another (A-2)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import acting, policies
from ..models import AttendanceChange, AttendanceMark
from ..notices import sessions as notices
from ..services import filling


def _teaches(person: Any, change: AttendanceChange) -> bool:
    return policies.can_teach(person, change.session.cohort)


def _asked(person: Any, change: AttendanceChange) -> bool:
    return person is not None and change.asked_by_id == person.pk


def _is_second(change: AttendanceChange, *, by: User, reason: str, **data: Any) -> None:
    if change.asked_by_id == by.pk:
        raise RuleBroken(_("You asked for this change, so somebody else confirms it."))
    if change.enrolment.person_id == by.pk:
        raise RuleBroken(_("Nobody decides about their own attendance."))


def _decide(change: AttendanceChange, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    change.decided_by, change.decided_at, change.answer = by, timezone.now(), reason
    return ("decided_by", "decided_at", "answer")


def _write(change: AttendanceChange, *, by: User, reason: str, **data: Any) -> None:
    mark = AttendanceMark.objects.create(
        session=change.session,
        enrolment=change.enrolment,
        kind=change.kind,
        minutes_present=change.minutes_present,
        source=AttendanceMark.Source.CORRECTION,
        nonce=f"change-{change.pk}",
        device_time=change.device_time,
        actor=change.asked_by,
        second=by,
        reason=change.reason,
        flags=change.flags,
    )
    audit.record(
        "attendance.marked",
        change.session,
        by=change.asked_by,
        on_behalf_of=acting.acting_for(change.asked_by, change),
        enrolment=change.enrolment_id,
        kind=mark.kind,
        source=mark.source,
        second=by.pk,
    )
    filling.look_at_rates(change.session, change.enrolment)
    notices.tell_change_decided(change, by=by)


def _tell(change: AttendanceChange, *, by: User, reason: str, **data: Any) -> None:
    notices.tell_change_decided(change, by=by)


_SECOND = _("A second person who teaches or runs training there")

CHANGE = Workflow(
    code="attendance_change",
    title=_("A change to final attendance"),
    summary=_("Whoever teaches asks with a reason; a second person confirms or refuses. The earlier marks stay."),
    model=AttendanceChange,
    field="state",
    initial=AttendanceChange.State.ASKED,
    moves=(
        Move(
            verb="confirm",
            sources=(AttendanceChange.State.ASKED,),
            target=AttendanceChange.State.CONFIRMED,
            who=_teaches,
            who_label=_SECOND,
            label=_("Confirm the change"),
            done=_("The change counts now."),
            help=_("You vouch for it beside the person who asked."),
            tone="primary",
            guard=_is_second,
            effect=_decide,
            then=_write,
        ),
        Move(
            verb="refuse",
            sources=(AttendanceChange.State.ASKED,),
            target=AttendanceChange.State.REFUSED,
            who=_teaches,
            who_label=_SECOND,
            label=_("Refuse the change"),
            done=_("The attendance stays as it is."),
            help=_("The attendance stays as it is; whoever asked reads the reason."),
            needs_reason=True,
            guard=_is_second,
            effect=_decide,
            then=_tell,
        ),
        Move(
            verb="withdraw",
            sources=(AttendanceChange.State.ASKED,),
            target=AttendanceChange.State.WITHDRAWN,
            who=_asked,
            who_label=_("The person who asked"),
            label=_("Take the change back"),
            done=_("The change is taken back."),
            help=_("As if it had not been asked for."),
            effect=_decide,
            then=_tell,
        ),
    ),
)
