"""The attendance of learners as the formula wants it, loaded for many at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .attendance import Line, Mark, Meeting, Terms, lines_of, terms_of
from .models import AttendanceMark, Enrolment, Session


@dataclass(frozen=True)
class Record:
    """One learner's attendance: the lines, their sums, and what the version asks for."""

    enrolment: Enrolment
    lines: list[Line]

    @property
    def terms(self) -> Terms:
        return terms_of(self.lines)

    @property
    def minimum(self) -> int:
        return self.enrolment.cohort.version.attendance_minimum


def meeting(session: Session) -> Meeting:
    return Meeting(session.pk, session.starts_at, session.minutes, session.state, session.is_required)


def records_of(enrolments: Iterable[Enrolment]) -> dict[int, Record]:
    """By enrolment, loaded with cohort and version; two queries, however many."""
    rows = list(enrolments)
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    cohorts = {enrolment.cohort_id for enrolment in rows}
    for session in Session.objects.filter(cohort__in=cohorts).only(
        "pk", "cohort_id", "starts_at", "ends_at", "state", "is_required"
    ):
        meetings[session.cohort_id].append(meeting(session))
    marks: dict[int, dict[int, Mark]] = defaultdict(dict)
    for mark in AttendanceMark.objects.filter(enrolment__in=rows).effective():
        marks[mark.enrolment_id][mark.session_id] = mark.as_counted()
    return {
        enrolment.pk: Record(
            enrolment,
            lines_of(
                meetings[enrolment.cohort_id],
                marks[enrolment.pk],
                counts_from=enrolment.enrolled_at if enrolment.cohort.version.counts_from_enrolment else None,
            ),
        )
        for enrolment in rows
    }
