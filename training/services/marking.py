"""Write down who was there: one door for every mark, and what a mark sets in motion (A-1 to A-3, A-6)."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting, attendance, checkin, policies
from ..models import AttendanceChange, AttendanceMark, Enrolment, Flag, Kind, Session, UnlistedAttendee
from ..notices import sessions as notices
from ..workflows.changes import CHANGE
from . import filling

Source = AttendanceMark.Source


def lock(session: Session) -> Session:
    """Marks of one session are written one after the other, and see its state as it is."""
    return Session.objects.select_for_update(of=("self",)).select_related("cohort", "unit").get(pk=session.pk)


def known_nonces(session: Session, nonces: Iterable[str]) -> set[str]:
    """Of these, what the session has already: as a mark, as somebody not listed, as a change that was asked for."""
    asked = list(nonces)
    return {
        nonce
        for model in (AttendanceMark, UnlistedAttendee, AttendanceChange)
        for nonce in model._default_manager.filter(session=session, nonce__in=asked).values_list("nonce", flat=True)
    }


def check_minutes(session: Session, kind: str, minutes_present: int | None) -> int | None:
    """The minutes a mark needs, or None where it needs none."""
    if kind not in Kind.values:
        raise RuleBroken(_("There is no such kind of attendance."))
    if kind not in attendance.PARTIAL:
        return None
    if minutes_present is None:
        raise RuleBroken(_("How many minutes was the learner there?"))
    if not 0 <= minutes_present <= session.minutes:
        raise RuleBroken(_("The session lasts %(n)d minutes.") % {"n": session.minutes})
    return minutes_present


def on_roster(session: Session, enrolment: Enrolment) -> Enrolment:
    row = Enrolment.objects.on_roster().filter(pk=enrolment.pk, cohort=session.cohort_id).first()
    if row is None:
        raise RuleBroken(_("This person is not on the roster of the cohort."))
    return row


def _not_own(enrolment: Enrolment, by: User) -> None:
    if enrolment.person_id == by.pk:
        raise RuleBroken(_("Nobody keeps their own attendance."))


def _teaching(session: Session, by: User) -> None:
    if not policies.can_teach(by, session.cohort):
        raise PermissionDenied


# By the code on the screen (A-3) --------------------------------------------------------------------------------------


@transaction.atomic
def check_in(session: Session, code: str, *, by: User, device: str = "", now: datetime | None = None) -> AttendanceMark:
    """The learner is there, as the code on the screen proves. Repeating it changes nothing.

    Only the server's clock counts. `device` is what this browser calls itself; a second person with the same one is
    flagged, not refused.
    """
    now = now or timezone.now()
    session = lock(session)
    enrolment = Enrolment.objects.on_roster().filter(cohort=session.cohort_id, person=by).first()
    if enrolment is None:
        raise RuleBroken(_("You have no seat in this cohort, so you cannot check in here."))
    if not checkin.is_valid(session, code, now):
        raise RuleBroken(_("The code has changed meanwhile. Please scan the screen again."))
    if session.state != Session.State.OPEN:
        raise RuleBroken(_("Checking in is possible while the session is open. Ask the trainer."))
    earlier = AttendanceMark.objects.filter(session=session, enrolment=enrolment, source=Source.QR).first()
    if earlier is not None:
        return earlier
    late = max(0, int((now - session.starts_at).total_seconds()) // 60)
    digest = checkin.device_digest(session, device) if device else ""
    others = AttendanceMark.objects.filter(session=session, device_digest=digest).exclude(enrolment=enrolment)
    mark = AttendanceMark.objects.create(
        session=session,
        enrolment=enrolment,
        kind=Kind.LATE if late else Kind.PRESENT,
        minutes_present=max(0, session.minutes - late) if late else None,
        source=Source.QR,
        nonce=f"qr-{enrolment.pk}",
        received_at=now,
        actor=by,
        device_digest=digest,
        flags=[Flag.SHARED_DEVICE] if digest and others.exists() else [],
    )
    _recorded(mark, by=by)
    return mark


def _recorded(mark: AttendanceMark, *, by: User) -> None:
    audit.record(
        "attendance.marked",
        mark.session,
        by=by,
        on_behalf_of=acting.acting_for(by, mark.enrolment),
        enrolment=mark.enrolment_id,
        kind=mark.kind,
        source=mark.source,
        flags=list(mark.flags),
    )


# By the trainer -------------------------------------------------------------------------------------------------------


@transaction.atomic
def mark(
    session: Session,
    enrolment: Enrolment,
    kind: str,
    *,
    by: User,
    minutes_present: int | None = None,
    reason: str = "",
    nonce: str = "",
) -> AttendanceMark:
    """What the trainer says, while the session is open or closed. The same nonce again changes nothing."""
    session = lock(session)
    _teaching(session, by)
    if session.state == Session.State.LOCKED:
        raise RuleBroken(_("The attendance is final. Ask for a change, which a second person confirms."))
    if session.state not in (Session.State.OPEN, Session.State.CLOSED):
        raise RuleBroken(_("Open the session first."))
    enrolment = on_roster(session, enrolment)
    _not_own(enrolment, by)
    nonce = nonce or secrets.token_hex(12)
    earlier = AttendanceMark.objects.filter(session=session, nonce=nonce).first()
    if earlier is not None:
        return earlier
    if AttendanceMark.objects.filter(session=session, enrolment=enrolment, source=Source.CORRECTION).exists():
        raise RuleBroken(_("This attendance was corrected with a reason; only another correction changes it."))
    made = AttendanceMark.objects.create(
        session=session,
        enrolment=enrolment,
        kind=kind,
        minutes_present=check_minutes(session, kind, minutes_present),
        source=Source.TRAINER,
        nonce=nonce,
        actor=by,
        reason=reason,
    )
    _recorded(made, by=by)
    _after(session, enrolment)
    return made


@transaction.atomic
def mark_rest_present(session: Session, *, by: User) -> int:
    """Everybody without a mark was there; gives how many."""
    session = lock(session)
    _teaching(session, by)
    if session.state not in (Session.State.OPEN, Session.State.CLOSED):
        raise RuleBroken(_("Open the session first."))
    rest = [
        AttendanceMark(
            session=session,
            enrolment=enrolment,
            kind=Kind.PRESENT,
            source=Source.TRAINER,
            nonce=f"rest-{enrolment.pk}",
            actor=by,
        )
        for enrolment in filling.unmarked(session)
    ]
    AttendanceMark.objects.bulk_create(rest, batch_size=500)
    if rest:
        audit.record(
            "attendance.rest_present", session, by=by, on_behalf_of=acting.acting_for(by, session), present=len(rest)
        )
    return len(rest)


def _after(session: Session, enrolment: Enrolment) -> None:
    """A mark in a session that was held moves the learner's rate."""
    if session.state in attendance.HELD:
        filling.look_at_rates(session, enrolment)


# Corrections (A-2) ----------------------------------------------------------------------------------------------------


@transaction.atomic
def correct(
    session: Session, enrolment: Enrolment, kind: str, *, by: User, reason: str, minutes_present: int | None = None
) -> AttendanceMark | AttendanceChange:
    """Put a mark right, with the reason. Once the session is locked this asks a second person first."""
    session = lock(session)
    _teaching(session, by)
    enrolment = on_roster(session, enrolment)
    if not reason.strip():
        raise RuleBroken(_("A correction needs its reason."))
    _not_own(enrolment, by)
    minutes = check_minutes(session, kind, minutes_present)
    if session.state == Session.State.LOCKED:
        return _ask(session, enrolment, kind, minutes, by=by, reason=reason.strip())
    if session.state not in (Session.State.OPEN, Session.State.CLOSED):
        raise RuleBroken(_("Open the session first."))
    made = AttendanceMark.objects.create(
        session=session,
        enrolment=enrolment,
        kind=kind,
        minutes_present=minutes,
        source=Source.CORRECTION,
        nonce=secrets.token_hex(12),
        actor=by,
        reason=reason.strip(),
    )
    _recorded(made, by=by)
    _after(session, enrolment)
    return made


def _ask(
    session: Session, enrolment: Enrolment, kind: str, minutes: int | None, *, by: User, reason: str, **fields: Any
) -> AttendanceChange:
    change = AttendanceChange.objects.create(
        session=session,
        enrolment=enrolment,
        kind=kind,
        minutes_present=minutes,
        asked_by=by,
        reason=reason,
        nonce=fields.pop("nonce", "") or secrets.token_hex(12),
        **fields,
    )
    audit.record(
        "attendance_change.asked",
        change,
        by=by,
        on_behalf_of=acting.acting_for(by, session),
        session=session.pk,
        enrolment=enrolment.pk,
        kind=kind,
    )
    notices.tell_change_asked(change, by=by)
    return change


def ask_for_late_marks(session: Session, rows: Sequence[dict[str, Any]], *, by: User) -> list[AttendanceChange]:
    """What a device brings after the lock is not lost: each mark waits for a second person. Called under the lock."""
    reason = _("Uploaded from a trainer's device after the attendance was final.")
    return [_ask(session, by=by, reason=reason, **row) for row in rows]


def confirm_change(change: AttendanceChange, *, by: User) -> AttendanceChange:
    return acting.apply(CHANGE, change, "confirm", by=by)


def refuse_change(change: AttendanceChange, *, by: User, reason: str) -> AttendanceChange:
    return acting.apply(CHANGE, change, "refuse", by=by, reason=reason)


def withdraw_change(change: AttendanceChange, *, by: User) -> AttendanceChange:
    return acting.apply(CHANGE, change, "withdraw", by=by)


# People not on the roster (A-4) ---------------------------------------------------------------------------------------


@transaction.atomic
def settle_unlisted(unlisted: UnlistedAttendee, enrolment: Enrolment | None, *, by: User) -> UnlistedAttendee:
    """Say who it was: the mark is theirs then. Without an enrolment it was nobody of this cohort."""
    session = lock(unlisted.session)
    _teaching(session, by)
    unlisted = UnlistedAttendee.objects.select_for_update().get(pk=unlisted.pk)
    if unlisted.settled_at is not None:
        raise RuleBroken(_("Somebody has already said who this was."))
    if enrolment is not None:
        enrolment = on_roster(session, enrolment)
        _not_own(enrolment, by)
        row = {
            "enrolment": enrolment,
            "kind": unlisted.kind,
            "nonce": f"unlisted-{unlisted.pk}",
            "device_time": unlisted.device_time,
            "flags": unlisted.flags,
        }
        if session.state == Session.State.LOCKED:
            ask_for_late_marks(session, [{**row, "minutes": unlisted.minutes_present}], by=by)
        else:
            AttendanceMark.objects.create(
                session=session, source=Source.DEVICE, actor=by, minutes_present=unlisted.minutes_present, **row
            )
            _after(session, enrolment)
    unlisted.settled_at, unlisted.settled_by, unlisted.enrolment = timezone.now(), by, enrolment
    unlisted.save(update_fields=["settled_at", "settled_by", "enrolment"])
    audit.record(
        "attendance.unlisted_settled",
        session,
        by=by,
        on_behalf_of=acting.acting_for(by, session),
        unlisted=unlisted.pk,
        enrolment=enrolment.pk if enrolment else None,
    )
    return unlisted
