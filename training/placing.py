"""The logs of placements as `training.placement_hours` counts them.

Two queries, however many trainees, and two more where somebody was transferred: confirmed hours go on with them (V-5).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from . import origins, placement_hours
from .models import Enrolment, PlacementDay, Session
from .placement_hours import Counted, Work


@dataclass(frozen=True)
class Log:
    """All days of one trainee, of every placement: one broken off keeps what was confirmed (W-7)."""

    days: Sequence[Counted]

    @property
    def total(self) -> int:
        return sum(day.counted for day in self.days)

    @property
    def by_day(self) -> dict[int, Counted]:
        return {day.work.number: day for day in self.days}


def work_of(day: PlacementDay) -> Work:
    return Work(
        number=day.pk,
        on=day.on,
        begins=day.begins,
        ends=day.ends,
        pause=day.pause_minutes,
        is_confirmed=day.state == PlacementDay.State.CONFIRMED,
    )


def of_many(enrolments: Iterable[Enrolment]) -> dict[int, Log]:
    """By enrolment, with `cohort` loaded. After a transfer the required sessions are those of the cohort somebody was
    in at the time."""
    rows = list(enrolments)
    found = origins.of_many(rows)
    everyone = [*rows, *found.rows]
    days: dict[int, list[Work]] = defaultdict(list)
    for day in PlacementDay.objects.filter(placement__enrolment__in=everyone).select_related("placement"):
        days[day.placement.enrolment_id].append(work_of(day))
    met: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    required = Session.objects.filter(cohort__in={row.cohort_id for row in everyone}, is_required=True).exclude(
        state=Session.State.CANCELLED
    )
    for cohort, starts_at, ends_at in required.values_list("cohort_id", "starts_at", "ends_at"):
        met[cohort].append((starts_at, ends_at))
    logs = {}
    for row in rows:
        path = found.path(row)
        spans = [
            (_local(starts_at), _local(ends_at))
            for since, until in zip(path, [*path[1:], None], strict=True)
            for starts_at, ends_at in met[since.cohort_id]
            if _was_there(starts_at, since, until)
        ]
        logs[row.pk] = Log(placement_hours.count([day for each in path for day in days[each.pk]], spans))
    return logs


def _was_there(at: datetime, row: Enrolment, following: Enrolment | None) -> bool:
    """Whether a session of the row's cohort was asked of this person; of who came at first, all of them are."""
    if row.came_from_id is not None and row.enrolled_at is not None and at < row.enrolled_at:
        return False
    return following is None or following.enrolled_at is None or at < following.enrolled_at


def of_one(enrolment: Enrolment) -> Log:
    return of_many([enrolment])[enrolment.pk]


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None)
