"""The daily log of a placement, entered by the trainee (W-3)."""

from collections.abc import Iterable
from datetime import date, time

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting
from .. import policies_placement as policies
from ..models import Competency, Placement, PlacementDay
from ..placement_hours import minutes_between
from ..workflows.placements import DAY
from .placements import lock


@transaction.atomic
def enter(
    placement: Placement,
    on: date,
    *,
    by: User,
    begins: time,
    ends: time,
    pause_minutes: int = 0,
    words: str = "",
    note: str = "",
    competencies: Iterable[Competency] = (),
) -> PlacementDay:
    """Enter a day, or put right what the host has not confirmed yet. Without signatures no entry is taken (W-2)."""
    placement = lock(placement)
    if not policies.can_write_log(by, placement):
        raise PermissionDenied
    if placement.state not in Placement.SIGNED_STATES:
        raise RuleBroken(_("The agreement is not signed yet: no day can be entered."))
    if placement.state != Placement.State.ACTIVE:
        raise RuleBroken(_("The placement is not under way: no day can be entered now."))
    if not placement.starts_on <= on <= placement.ends_on:
        raise RuleBroken(
            _("The placement is from %(from)s to %(until)s.")
            % {"from": placement.starts_on, "until": placement.ends_on}
        )
    if on > timezone.localdate():
        raise RuleBroken(_("This day has not come yet."))
    minutes = minutes_between(begins, ends, pause_minutes)
    if minutes <= 0:
        raise RuleBroken(_("The break is longer than the day."))
    if not words.strip():
        raise RuleBroken(_("Please say in a few words what you did."))
    known = PlacementDay.objects.select_for_update(of=("self",)).filter(placement=placement, on=on).first()
    if known is not None and known.state == PlacementDay.State.CONFIRMED:
        raise RuleBroken(_("The host has confirmed this day. It does not change any more."))
    if known is not None and known.state == PlacementDay.State.DISPUTED:
        known = acting.apply(DAY, known, "correct", by=by)
    day = known or PlacementDay(placement=placement, on=on)
    day.begins, day.ends, day.pause_minutes, day.minutes = begins, ends, pause_minutes, minutes
    day.words, day.note = words.strip(), note.strip()
    day.save()
    day.competencies.set(competencies)
    audit.record("placement-day.entered", day, by=by, placement=placement.pk, on=on, minutes=minutes)
    return day


@transaction.atomic
def remove(day: PlacementDay, *, by: User) -> None:
    """A day entered by mistake, before the host answered."""
    placement = lock(day.placement)
    day = PlacementDay.objects.select_for_update(of=("self",)).get(pk=day.pk)
    if not policies.can_write_log(by, placement):
        raise PermissionDenied
    if day.state == PlacementDay.State.CONFIRMED:
        raise RuleBroken(_("The host has confirmed this day. It does not change any more."))
    audit.record("placement-day.removed", day, by=by, placement=placement.pk, on=day.on)
    day.delete()
