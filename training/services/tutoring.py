"""The school's tutor looks at a log at least every fourteen days; and what the clock does for placements (W-3)."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.notifications import services as notifications

from .. import acting
from .. import notices_placements as notices
from .. import policies_placement as policies
from ..models import Placement, PlacementDay, PlacementLink, TutorVisit
from . import placement_links, placements

LOOK_EVERY = timedelta(days=14)
State = Placement.State


def plan_next_look(placement: Placement, since: datetime | None = None) -> None:
    """A task with its clock; the portal reminds before it runs out and climbs after."""
    notifications.open_task(
        notices.LOOK_AT_LOG,
        about=placement,
        organisation=placement.school,
        due_at=(since or timezone.now()) + LOOK_EVERY,
        tutor=placement.tutor_id,
    )


@transaction.atomic
def look(placement: Placement, *, by: User, note: str = "") -> TutorVisit:
    placement = placements.lock(placement)
    if not policies.tutors(by, placement):
        raise PermissionDenied
    visit = TutorVisit.objects.create(placement=placement, seen_by=by, note=note.strip())
    audit.record("placement.seen", visit, by=by, on_behalf_of=acting.acting_for(by, placement), placement=placement.pk)
    notifications.close_tasks(placement, kind=notices.LOOK_AT_LOG, by=by, outcome="seen")
    if placement.state in (State.ACTIVE, State.PAUSED):
        plan_next_look(placement, visit.seen_at)
    return visit


def mind(now: datetime | None = None) -> dict[str, int]:
    """What is due: placements that begin, hours that are done, the weekly letters. Running again does no harm."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    return {
        "begun": _moved("begin", Placement.objects.filter(state=State.SIGNED, starts_on__lte=today)),
        "done": _moved("finish_hours", Placement.objects.filter(state=State.ACTIVE)),
        "letters": _weekly_letters(now),
    }


def _moved(verb: str, due) -> int:
    """Those whose guard lets them; the others stay, and their page says why."""
    moved = 0
    for placement in due.order_by("pk"):
        try:
            placements.move(placement, verb, by=None)
        except RuleBroken:
            continue
        moved += 1
    return moved


def _weekly_letters(now: datetime) -> int:
    """One letter a week for each placement with days that wait, about the days up to last Sunday."""
    today = timezone.localdate(now)
    sunday = today - timedelta(days=today.isoweekday())
    waiting = PlacementDay.objects.filter(state=PlacementDay.State.ENTERED, on__lte=sunday).values("placement")
    asked = PlacementLink.objects.filter(purpose=PlacementLink.Purpose.CONFIRM, upto__gte=sunday).values("placement")
    sent = 0
    due = Placement.objects.filter(pk__in=waiting).exclude(pk__in=asked).exclude(state=State.CANCELLED)
    for placement in due.order_by("pk"):
        with transaction.atomic():
            placement_links.send(placement, PlacementLink.Purpose.CONFIRM, by=None, upto=sunday)
        sent += 1
    return sent
