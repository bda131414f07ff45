"""Sessions of sample cohorts: planned as everybody plans them, held in the past where the cohort lies there."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from alliance.accounts.models import Organisation

from .. import acting
from ..models import Cohort, Enrolment, Room, Session
from ..services import marking, rooms, sessions
from ..workflows.sessions import SESSION
from . import person

EACH, EVERY = 2, 6  # sessions of a unit; days between them
LASTS = timedelta(hours=2)
LOCKED_AFTER = timedelta(hours=48)


def room() -> Room:
    academy = Organisation.objects.get(slug="sample-academy")
    found = Room.objects.filter(organisation=academy, name_zh="样例教室 302").first()
    return found or rooms.add_room(
        academy,
        by=person("school"),
        name_zh="样例教室 302",
        name_en="Sample room 302",
        address_zh="样例路 1 号",
        address_en="1 Sample Road",
        seats=24,
    )


def hour(now: datetime) -> int:
    """In the evening; in the morning where the sample cohort that meets right after the start meets in the evening."""
    return 9 if 16 <= timezone.localtime(now).hour < 22 else 19


def plan(cohort: Cohort, *, offset: int, each: int = EACH) -> list[Session]:
    """Sessions of each unit, one after the other. Cohorts of another `offset` never meet on the same day."""
    begins = timezone.localtime(cohort.starts_at).replace(hour=hour(timezone.now()), minute=0, second=0, microsecond=0)
    made: list[Session] = []
    for unit in cohort.version.units.all():
        first = len(made)
        days = [begins + timedelta(days=1 + offset + EVERY * (first + place)) for place in range(each)]
        made += sessions.add_sessions(
            cohort,
            by=person("school"),
            unit=unit,
            times=[(day, day + LASTS) for day in days],
            room=room(),
            trainer=person("trainer"),
        )
    return made


def turn_back(cohort: Cohort, by: timedelta) -> None:
    """What was planned lies that much earlier: only a demo may say so."""
    for session in cohort.sessions.order_by("starts_at"):
        Session.objects.filter(pk=session.pk).update(starts_at=session.starts_at - by, ends_at=session.ends_at - by)


def hold(cohort: Cohort) -> None:
    """What has passed was opened, marked, closed and, after two days, locked. One was late, another one excused."""
    trainer, now = person("trainer"), timezone.now()
    learners = list(cohort.enrolments.filter(state=Enrolment.State.ACTIVE).order_by("queue_no"))
    past = cohort.sessions.filter(ends_at__lt=now).select_related("cohort__version__curriculum__programme")
    for place, session in enumerate(past.order_by("starts_at")):
        opened = acting.apply(SESSION, session, "open", by=trainer)
        for learner, kind, minutes, reason in _noted(place, learners):
            marking.mark(opened, learner, kind, by=trainer, minutes_present=minutes, reason=reason)
        marking.mark_rest_present(opened, by=trainer)
        times: dict[str, Any] = {"opened_at": session.starts_at, "closed_at": session.ends_at}
        acting.apply(SESSION, opened, "close", by=trainer)
        if session.ends_at + LOCKED_AFTER < now:
            acting.apply(SESSION, opened, "lock", by=trainer)
            times["locked_at"] = session.ends_at + LOCKED_AFTER
        Session.objects.filter(pk=session.pk).update(**times)


def _noted(place: int, learners: list[Enrolment]) -> list[tuple[Enrolment, str, int | None, str]]:
    if place == 0 and learners:
        return [(learners[0], "late", 100, "样例：地铁延误。")]
    if place == 1 and len(learners) > 2:
        return [(learners[1], "excused", None, "样例：病假条已交。"), (learners[-1], "absent", None, "")]
    return []
