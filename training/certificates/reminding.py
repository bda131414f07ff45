"""Before certificates run out their holders hear of it: 90, 30 and 7 days before (X-8)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ..models import Certificate
from . import dossiers, notices

BEFORE = (90, 30, 7)


def remind(now: datetime | None = None) -> int:
    """Write to those whose day has come; gives how many. The clock may be late: only the nearest reminder is sent."""
    now = now or timezone.now()
    sent = 0
    due = Certificate.objects.running_out(now, now + timedelta(days=max(BEFORE))).select_related("person")
    for certificate in due.order_by("pk").iterator(chunk_size=500):
        assert certificate.valid_until is not None
        left = certificate.valid_until - now
        days = min(day for day in BEFORE if left <= timedelta(days=day))
        with transaction.atomic():
            sent += notices.tell_expiring(certificate, days)
    return sent


def mind(now: datetime | None = None) -> None:
    """What certificates need by the clock: reminders, and dossiers whose facts have changed."""
    remind(now)
    dossiers.lapse_changed()
