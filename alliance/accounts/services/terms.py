"""Terms run out by themselves. Who is concerned hears of it in time, and again when it has happened."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from alliance.core import audit

from .. import events
from ..decided import TERM_WARNING_DAYS
from ..models import Duty
from .duties import lock_team


def mind_terms(today: date | None = None) -> int:
    """Warn of terms that end soon and note those that have run out; gives how many were noted. Does no harm twice."""
    today = today or timezone.localdate()
    warned = today + timedelta(days=TERM_WARNING_DAYS.value())
    soon = Duty.objects.active(today).filter(ends_on__lte=warned)
    for duty in soon.select_related("organisation", "person").iterator(chunk_size=200):
        with transaction.atomic():
            events.duty_ending.tell(duty=duty)
    run_out = Duty.objects.filter(ends_on__lt=today, ended_at=None, ran_out_at=None)
    return sum(_note(duty, today) for duty in run_out.select_related("organisation").iterator(chunk_size=200))


@transaction.atomic
def _note(duty: Duty, today: date) -> bool:
    """Write down that a term is over, once, and say so when nobody holds a role that must be held."""
    lock_team(duty.organisation)
    duty = Duty.objects.select_for_update(of=("self",)).select_related("organisation", "person").get(pk=duty.pk)
    if duty.ran_out_at or duty.ended_at or duty.is_active(today):
        return False
    duty.ran_out_at = timezone.now()
    duty.save(update_fields=["ran_out_at"])
    audit.record(
        "duty.ran_out", duty, by=None, organisation=duty.organisation_id, person=duty.person_id, role=duty.role_code
    )
    events.duty_ran_out.tell(duty=duty)
    holders = Duty.objects.active(today).filter(organisation=duty.organisation_id, role_code=duty.role_code)
    if duty.role.must_be_held and not holders.exists():
        events.last_holder_lost.tell(organisation=duty.organisation, role_code=duty.role_code)
    return True
