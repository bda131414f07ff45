"""Where two people, or a person and the code on the screen, said different things of one learner (A-4)."""

from collections import defaultdict
from dataclasses import dataclass

from .attendance import CORRECTION, SYSTEM, effective
from .models import AttendanceMark, Enrolment, Session


@dataclass(frozen=True)
class Conflict:
    """The marks that disagree, newest first, and the one that counts."""

    enrolment: Enrolment
    counts: AttendanceMark
    others: list[AttendanceMark]


def of(session: Session) -> list[Conflict]:
    """By learner. A correction settles a conflict; what the portal filled in says nothing."""
    marks = (
        AttendanceMark.objects.filter(session=session)
        .exclude(source=SYSTEM)
        .select_related("enrolment__person", "actor")
        .order_by("enrolment__person__name", "-received_at", "-pk")
    )
    said: dict[int, list[AttendanceMark]] = defaultdict(list)
    for mark in marks:
        said[mark.enrolment_id].append(mark)
    found = []
    for rows in said.values():
        if any(row.source == CORRECTION for row in rows):
            continue
        # The last word of each who spoke: changing one's own mind is no conflict.
        last: dict[tuple[str, int | None], AttendanceMark] = {}
        for row in rows:
            last.setdefault((row.source, row.actor_id), row)
        if len({(row.kind, row.minutes_present) for row in last.values()}) < 2:
            continue
        winner = effective(row.as_counted() for row in rows)
        counts = next(row for row in rows if winner and row.pk == winner.number)
        found.append(Conflict(counts.enrolment, counts, [row for row in last.values() if row.pk != counts.pk]))
    return found
