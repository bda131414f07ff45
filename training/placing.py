"""The logs of placements as `training.placement_hours` counts them. Two queries, however many trainees."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from . import placement_hours
from .models import Enrolment, PlacementDay, Session
from .placement_hours import Counted, Span, Work


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
    rows = list(enrolments)
    days: dict[int, list[Work]] = defaultdict(list)
    for day in PlacementDay.objects.filter(placement__enrolment__in=rows).select_related("placement"):
        days[day.placement.enrolment_id].append(work_of(day))
    met: dict[int, list[Span]] = defaultdict(list)
    required = Session.objects.filter(cohort__in={row.cohort_id for row in rows}, is_required=True).exclude(
        state=Session.State.CANCELLED
    )
    for cohort, starts_at, ends_at in required.values_list("cohort_id", "starts_at", "ends_at"):
        met[cohort].append((_local(starts_at), _local(ends_at)))
    return {row.pk: Log(placement_hours.count(days[row.pk], met[row.cohort_id])) for row in rows}


def of_one(enrolment: Enrolment) -> Log:
    return of_many([enrolment])[enrolment.pk]


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None)
