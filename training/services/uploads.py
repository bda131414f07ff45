"""Take in what a trainer's device noted without network (A-4): flagged where it must be, listed where it is strange,
never twice."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting, attendance, conflicts, policies, rosters
from ..conflicts import Conflict
from ..models import AttendanceMark, Enrolment, Flag, Session, UnlistedAttendee
from ..workflows.sessions import SESSION
from . import filling, marking

NONCE = re.compile(r"[0-9a-f-]{16,64}")
TOLERANCE = timedelta(hours=2)
MOST = 20_000
NAME = 80
ENROLMENT_MOST = 2**63 - 1


@dataclass
class Outcome:
    """What became of each line, for the trainer's eyes and the device's memory."""

    accepted: int = 0
    repeated: int = 0
    flagged: int = 0
    unlisted: int = 0
    # Came after the attendance was final: wait for a second person.
    waiting: int = 0
    # Lines that say nothing one could keep, with why; the device keeps them.
    refused: list[dict[str, str]] = field(default_factory=list)
    # Nonces that the portal has now.
    kept: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    nonce: str
    kind: str
    minutes: int | None
    device_time: datetime | None
    enrolment: int | None
    name: str


@transaction.atomic
def upload(session: Session, token: str, lines: Sequence[Mapping[str, Any]], *, by: User) -> Outcome:
    """All lines of one device, in the order in which they were noted. Sending them again changes nothing."""
    now = timezone.now()
    session = marking.lock(session)
    if not policies.can_teach(by, session.cohort):
        raise PermissionDenied
    try:
        signed = rosters.read(token)
    except rosters.NotOurs:
        raise RuleBroken(_("This roster does not come from the portal. Nothing was taken in; load it anew.")) from None
    if signed.session != session.pk:
        raise RuleBroken(_("This roster belongs to another session."))
    if len(lines) > MOST:
        raise RuleBroken(_("At most %(n)d marks at once.") % {"n": MOST})
    if session.state == Session.State.CANCELLED:
        raise RuleBroken(_("The session is cancelled, so nobody's attendance counts."))
    if session.state == Session.State.SCHEDULED:
        # Held without network: it opens with what was noted there.
        session = acting.apply(SESSION, session, "open", by=by)
    strange_roster = [] if signed.is_of(session, by, now) else [Flag.OTHER_ROSTER]
    outcome = Outcome()
    read = _read(session, lines, outcome)
    known = marking.known_nonces(session, [line.nonce for line in read])
    rows = {
        row.pk: row
        for row in Enrolment.objects.filter(
            cohort=session.cohort_id, pk__in=[line.enrolment for line in read if line.enrolment is not None]
        )
    }
    fresh: list[AttendanceMark] = []
    strangers: list[UnlistedAttendee] = []
    late: list[dict[str, Any]] = []
    for line in read:
        outcome.kept.append(line.nonce)
        if line.nonce in known:
            outcome.repeated += 1
            continue
        known.add(line.nonce)
        flags = [*strange_roster, *([Flag.CLOCK] if _is_off(session, line.device_time) else [])]
        row = rows.get(line.enrolment) if line.enrolment is not None else None
        if row is None or row.person_id == by.pk:
            strangers.append(
                UnlistedAttendee(
                    session=session,
                    name=line.name or _("No name"),
                    kind=line.kind,
                    minutes_present=line.minutes,
                    nonce=line.nonce,
                    device_time=line.device_time,
                    actor=by,
                    flags=flags,
                )
            )
            outcome.unlisted += 1
            continue
        if row.state not in Enrolment.ROSTER:
            flags.append(Flag.NOT_HOLDER)
        outcome.flagged += bool(flags)
        said = {"enrolment": row, "kind": line.kind, "nonce": line.nonce, "device_time": line.device_time}
        if session.state == Session.State.LOCKED:
            late.append({**said, "minutes": line.minutes, "flags": flags})
            outcome.waiting += 1
        else:
            fresh.append(
                AttendanceMark(
                    session=session,
                    source=AttendanceMark.Source.DEVICE,
                    minutes_present=line.minutes,
                    actor=by,
                    received_at=now,
                    flags=flags,
                    **said,
                )
            )
            outcome.accepted += 1
    AttendanceMark.objects.bulk_create(fresh, batch_size=500)
    UnlistedAttendee.objects.bulk_create(strangers, batch_size=500)
    marking.ask_for_late_marks(session, late, by=by)
    if fresh or strangers or late:
        audit.record(
            "attendance.uploaded",
            session,
            by=by,
            on_behalf_of=acting.acting_for(by, session),
            accepted=outcome.accepted,
            repeated=outcome.repeated,
            flagged=outcome.flagged,
            unlisted=outcome.unlisted,
            waiting=outcome.waiting,
        )
    if fresh and session.state in attendance.HELD:
        filling.look_at_rates(session)
    outcome.conflicts = conflicts.of(session)
    return outcome


def _is_off(session: Session, device_time: datetime | None) -> bool:
    """A clock that says something outside the session, give or take two hours, or nothing at all."""
    return device_time is None or not (session.starts_at - TOLERANCE <= device_time <= session.ends_at + TOLERANCE)


def _read(session: Session, lines: Sequence[Mapping[str, Any]], outcome: Outcome) -> list[_Line]:
    """The lines that say something; the others are told with why."""
    found = []
    for line in lines:
        if not isinstance(line, Mapping):
            outcome.refused.append({"nonce": "", "why": _("This is no mark.")})
            continue
        nonce = line.get("nonce")
        if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
            outcome.refused.append({"nonce": str(nonce)[:64], "why": _("The mark has no number of its own.")})
            continue
        minutes = line.get("minutes")
        try:
            kind = line.get("kind")
            whole = minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else None
            checked = marking.check_minutes(session, kind if isinstance(kind, str) else "", whole)
        except RuleBroken as broken:
            outcome.refused.append({"nonce": nonce, "why": str(broken)})
            continue
        enrolment = line.get("enrolment")
        is_number = isinstance(enrolment, int) and not isinstance(enrolment, bool) and 0 < enrolment <= ENROLMENT_MOST
        name = line.get("name")
        found.append(
            _Line(
                nonce,
                str(kind),
                checked,
                _moment(line.get("at")),
                enrolment if is_number else None,
                " ".join(name.replace("\x00", "").split())[:NAME] if isinstance(name, str) else "",
            )
        )
    return found


def _moment(text: Any) -> datetime | None:
    """What the device's clock said; a clock that says nonsense is as good as none."""
    if not isinstance(text, str):
        return None
    try:
        moment = parse_datetime(text)
        # Beyond these years the database and time zones disagree about what a date is.
        return moment if moment and moment.tzinfo and 2000 <= moment.year <= 2100 else None
    except ValueError:
        return None


@transaction.atomic
def issue_roster(session: Session, rows: Sequence[Enrolment], *, by: User) -> str:
    """Give the roster out; who carries names on a device can be seen later."""
    audit.record(
        "attendance.roster_issued",
        session,
        by=by,
        on_behalf_of=acting.acting_for(by, session),
        learners=len(rows),
        digest=rosters.digest(rows),
    )
    return rosters.sign(session, rows, by)
