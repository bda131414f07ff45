"""The attendance of learners as the formula wants it, loaded for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import origins
from .attendance import Line, Mark, Meeting, Terms, lines_of, terms_of
from .models import AttendanceMark, Enrolment, Session


@dataclass(frozen=True)
class Record:
    """One learner's attendance: the lines, their sums, and what the version asks for."""

    enrolment: Enrolment
    lines: list[Line]
    # The rows before a transfer, oldest first: some lines are of sessions in their cohorts.
    before: Sequence[Enrolment] = ()

    @property
    def terms(self) -> Terms:
        return terms_of(self.lines)

    @property
    def minimum(self) -> int:
        return self.enrolment.cohort.version.attendance_minimum

    @property
    def is_short(self) -> bool:
        """Near the minimum or below it: somebody should talk with the learner (A-7)."""
        return self.terms.is_near(self.minimum)


def meeting(session: Session) -> Meeting:
    return Meeting(session.pk, session.starts_at, session.minutes, session.state, session.is_required)


def records_of(enrolments: Iterable[Enrolment]) -> dict[int, Record]:
    """By enrolment, loaded with cohort and version; two queries, however many, and two more where somebody was
    transferred.

    A transfer keeps what was marked before it, of units that still count, and leaves out what the new cohort had had
    by then: neither is anybody's absence, nor does a transfer wash one away (V-5, A-5).
    """
    rows = list(enrolments)
    found = origins.of_many(rows)
    everyone = [*rows, *found.rows]
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    units: dict[int, int] = {}
    for session in Session.objects.filter(cohort__in={row.cohort_id for row in everyone}).only(
        "pk", "cohort_id", "unit_id", "starts_at", "ends_at", "state", "is_required"
    ):
        meetings[session.cohort_id].append(meeting(session))
        units[session.pk] = session.unit_id
    marks: dict[int, dict[int, Mark]] = defaultdict(dict)
    for mark in AttendanceMark.objects.filter(enrolment__in=everyone).effective():
        marks[mark.enrolment_id][mark.session_id] = mark.as_counted()

    def own(row: Enrolment) -> list[Line]:
        is_late = row.came_from_id is not None or row.cohort.version.counts_from_enrolment
        return lines_of(meetings[row.cohort_id], marks[row.pk], counts_from=row.enrolled_at if is_late else None)

    def kept(path: Sequence[Enrolment]) -> list[Line]:
        """Of the first row of the path, what was settled with a mark before the next one began."""
        until = path[1].enrolled_at
        return [
            line
            for line in own(path[0])
            if line.is_settled
            and line.kind is not None
            and (until is None or line.meeting.starts_at < until)
            and found.counts_on(units[line.meeting.pk], path)
        ]

    records = {}
    for row in rows:
        path = found.path(row)
        earlier = [line for place in range(len(path) - 1) for line in kept(path[place:])]
        records[row.pk] = Record(row, [*earlier, *own(row)], before=path[:-1])
    return records
