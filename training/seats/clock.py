"""What time does to cohorts: lapses, releases, reminders, and the moves that the calendar makes. Every five minutes.

Nothing here is needed for a seat to be right (E-7): whoever opens the door first does the same.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone

from alliance.accounts.services.retention import forget
from alliance.core.errors import RuleBroken

from .. import windows
from ..models import Cohort, Enrolment, Nomination
from ..notices import seats as notices
from ..services import cohorts
from .door import seat_lock
from .finishing import end_all

State = Cohort.State
Place = Enrolment.State
logger = logging.getLogger(__name__)

# An address that nobody confirmed is forgotten so long after the window closed.
KEEP_LETTERS = timedelta(days=30)


def mind(now: datetime | None = None) -> int:
    """Look at every cohort that may be concerned, each in transactions of its own; gives how many were."""
    now = now or timezone.now()
    due = list(concerned(now))
    for cohort in due:
        try:
            mind_one(cohort, now)
        except RuleBroken as broken:
            # Somebody was faster, or it is tried again in five minutes.
            logger.warning("cohort %s: %s", cohort.code, broken)
    remind(now)
    forget_letters(now)
    return len(due)


def concerned(now: datetime) -> list[Cohort]:
    lapsed = Enrolment.objects.filter(cohort=OuterRef("pk"), state=Place.OFFERED, offer_until__lte=now)
    waits = Enrolment.objects.filter(cohort=OuterRef("pk"), state__in=[Place.SUBMITTED, Place.WAITLISTED])
    return list(
        Cohort.objects.filter(
            Q(Exists(lapsed))
            | Q(state__in=[State.ENROLLING, State.CONFIRMED, State.RUNNING], release_at__lte=now, released_at=None)
            | Q(state=State.ENROLLING, enrol_until__lte=now)
            | Q(state=State.CONFIRMED, starts_at__lte=now)
            | Q(state=State.RUNNING, ends_at__lte=now)
            | Q(Exists(waits), state=State.RUNNING)
        ).order_by("pk")
    )


def mind_one(cohort: Cohort, now: datetime) -> None:
    with seat_lock(cohort, now=now) as book:
        # Opening the door did what was overdue.
        state = book.cohort.state
        if state == State.ENROLLING and book.cohort.enrol_until <= now:
            book.give_batch()
        if state == State.RUNNING and windows.freezes_at(book.cohort) <= now:
            # No withdrawal frees a seat any more: who waits is told so instead of waiting on.
            end_all(book, Place.SUBMITTED, Place.WAITLISTED, cause="queue_closed", by=None)
    cohort.refresh_from_db()
    if cohort.state == State.ENROLLING and cohort.enrol_until <= now:
        if cohort.enrolments.holding().count() >= cohort.min_size:
            cohorts.move(cohort, "confirm", by=None, now=now)
        else:
            cohorts.move(cohort, "cancel", by=None, now=now, reason=too_few(cohort))
        cohort.refresh_from_db()
    if cohort.state == State.CONFIRMED and cohort.starts_at <= now:
        cohorts.move(cohort, "start", by=None, now=now)
        cohort.refresh_from_db()
    if cohort.state == State.RUNNING and cohort.ends_at <= now:
        cohorts.move(cohort, "end_teaching", by=None, now=now)


def too_few(cohort: Cohort) -> str:
    """In both languages: it is kept and read by everybody."""
    return (
        f"报名截止时获得席位的人数不足 {cohort.min_size} 人。"
        f" When enrolment closed, fewer than {cohort.min_size} people had a seat."
    )


def remind(now: datetime) -> int:
    """Tell of offers of which a quarter of the time is left, each once; gives how many were told."""
    quarter = ExpressionWrapper((F("offer_until") - F("offered_at")) / 4, output_field=DurationField())
    standing = Enrolment.objects.filter(state=Place.OFFERED, offer_until__gt=now).annotate(quarter=quarter)
    told = 0
    for row in standing.filter(offer_until__lte=now + F("quarter")).select_related("cohort", "person"):
        with transaction.atomic():
            told += notices.remind(row)
    return told


def forget_letters(now: datetime) -> int:
    """Nominations of addresses that nobody confirmed go with their address, some weeks after the window closed."""
    stale = Nomination.objects.open().exclude(cohort__state__in=[State.PLANNED, State.ENROLLING])
    return forget("nominations", stale.filter(cohort__enrol_until__lt=now - KEEP_LETTERS))
