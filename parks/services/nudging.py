"""Write to the people of parks about a gap: never twice within the pause, never to nobody."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.notifications import services

from .. import policies, quality
from ..decided import NUDGE_PAUSE_DAYS
from ..models import Nudge, NudgedPark, Park, QualityDay
from ..notices_quality import FIND_MANAGER, NUDGED
from ..quality import Filters, Gap

WRITTEN = (NudgedPark.Outcome.TOLD, NudgedPark.Outcome.TASK)


def pause_begins(now: datetime | None = None) -> datetime:
    """Whoever was written to after this moment is left in peace."""
    return (now or timezone.now()) - timedelta(days=NUDGE_PAUSE_DAYS.value())


def resting(parks: QuerySet[Park], now: datetime | None = None) -> QuerySet[Park]:
    """Those of these parks that were written to a short while ago."""
    recent = NudgedPark.objects.filter(outcome__in=WRITTEN, settled_at__gt=pause_begins(now))
    return parks.filter(pk__in=recent.values("park"))


def recipients(park: Park) -> list[User]:
    """Who answers for the park; else who edits its profile."""
    for permission in (Permission.SUBMIT_PROFILE, Permission.EDIT_PROFILE):
        if found := list(services.people_with(permission, park.organisation)):
            return found
    return []


@transaction.atomic
def start(gap: Gap, parks: Iterable[Park], filters: Filters, *, by: User) -> Nudge:
    """Write down who is to be written to. The letters go out afterwards, park by park (`write_one`)."""
    if not policies.can_nudge(by):
        raise PermissionDenied
    chosen = list(parks)
    if not chosen:
        raise RuleBroken(_("Please tick at least one entry."))
    nudge = Nudge.objects.create(gap=gap.code, filters=dict(filters), sent_by=str(by.pk))
    NudgedPark.objects.bulk_create([NudgedPark(nudge=nudge, park=park) for park in chosen], batch_size=1000)
    audit.record("nudge.sent", nudge, by=by, gap=gap.code, parks=len(chosen))
    return nudge


@transaction.atomic
def write_one(line: NudgedPark, now: datetime | None = None) -> NudgedPark:
    """Write to one park, unless its gap is filled or somebody wrote a short while ago. Doing it again changes nothing.

    Two nudges of one park queue at the park's row: the second one finds what the first one wrote.
    """
    now = now or timezone.now()
    park = Park.everything.select_for_update(of=("self",)).select_related("organisation").get(pk=line.park_id)
    line = NudgedPark.objects.select_for_update(of=("self",)).select_related("nudge").get(pk=line.pk)
    if line.outcome != NudgedPark.Outcome.WAITING:
        return line
    gap = quality.GAPS[line.nudge.gap]
    sender = User.objects.filter(pk=int(line.nudge.sent_by)).first()
    if not quality.rows(gap, {}).filter(pk=park.pk).exists():
        line.outcome = NudgedPark.Outcome.SETTLED
    elif resting(Park.objects.filter(pk=park.pk), now).exists():
        line.outcome = NudgedPark.Outcome.TOO_SOON
    elif people := recipients(park):
        services.notify(NUDGED, to=people, about=park, actor=sender, key=f"{line.nudge_id}:{park.pk}", gap=gap.code)
        line.outcome, line.people = NudgedPark.Outcome.TOLD, len(people)
    else:
        services.open_task(
            FIND_MANAGER,
            about=park,
            organisation=Organisation.objects.secretariat(),
            opened_by=sender,
            province=park.province,
            gap=gap.code,
        )
        line.outcome = NudgedPark.Outcome.TASK
    line.settled_at = now
    line.save(update_fields=["outcome", "people", "settled_at"])
    return line


def finish(nudge: Nudge) -> dict[str, int]:
    """How it went, by outcome."""
    Nudge.objects.filter(pk=nudge.pk, finished_at=None).update(finished_at=timezone.now())
    grouped = nudge.parks.order_by().values_list("outcome").annotate(Count("pk"))
    return dict(grouped)


def note_the_day() -> QualityDay:
    """Today's numbers for the trend; asked again on the same day they are brought up to date."""
    day, _created = QualityDay.objects.update_or_create(on=timezone.localdate(), defaults={"counts": quality.count({})})
    return day
