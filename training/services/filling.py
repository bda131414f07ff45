"""What the portal does by itself for attendance: unmarked becomes absent, learners are warned (A-6, A-7)."""

from django.db.models import Exists, OuterRef, QuerySet

from alliance.core import audit

from .. import attending
from ..models import AttendanceMark, Enrolment, Kind, Session
from ..notices import sessions as notices


def unmarked(session: Session) -> QuerySet[Enrolment]:
    """Those on the roster of whom nobody said anything."""
    said = AttendanceMark.objects.filter(session=session, enrolment=OuterRef("pk"))
    return Enrolment.objects.on_roster().filter(~Exists(said), cohort=session.cohort_id)


def mark_absent(session: Session) -> int:
    """Belongs into the transaction that locks the session; gives how many."""
    missing = [
        AttendanceMark(
            session=session,
            enrolment=enrolment,
            kind=Kind.ABSENT,
            source=AttendanceMark.Source.SYSTEM,
            nonce=f"system-{enrolment.pk}",
        )
        for enrolment in unmarked(session)
    ]
    AttendanceMark.objects.bulk_create(missing, batch_size=500)
    if missing:
        audit.record("attendance.filled", session, by=None, absent=len(missing))
    return len(missing)


def look_at_rates(session: Session, enrolment: Enrolment | None = None) -> None:
    """Warn whoever has come near the minimum or can no longer reach it; each once (A-7)."""
    if not session.is_required:
        return
    learners = Enrolment.objects.on_roster().filter(cohort=session.cohort_id).select_related("cohort__version")
    if enrolment is not None:
        learners = learners.filter(pk=enrolment.pk)
    for record in attending.records_of(learners.filter(state__in=Enrolment.LIVE)).values():
        if record.terms.is_out_of_reach(record.minimum):
            notices.tell_out_of_reach(record.enrolment)
        elif record.terms.is_near(record.minimum):
            notices.tell_near(record.enrolment)
