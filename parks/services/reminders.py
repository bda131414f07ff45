"""Ask a park, at most twice a year, whether what visitors read is still true."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from .. import freshness, notices
from ..models import BlockConfirmation, Park


def unconfirmed(now: datetime) -> QuerySet[Park]:
    """Listed parks with a block that nobody has confirmed for too long."""
    stale = BlockConfirmation.objects.filter(park=OuterRef("pk"), at__lt=now - freshness.fresh_for())
    return Park.objects.listed().filter(Exists(stale)).select_related("organisation")


def half_year(day: date) -> str:
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def remind(now: datetime | None = None) -> int:
    """Write the reminders that are due; gives how many. Running again in the same half-year writes none."""
    now = now or timezone.now()
    key = half_year(timezone.localdate(now))
    written = 0
    for park in unconfirmed(now).order_by("pk"):
        with transaction.atomic():
            written += notices.tell_stale(park, key=key)
    return written
