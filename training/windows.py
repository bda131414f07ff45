"""When things of a cohort happen: how long an offer stands (E-6), from when a withdrawal frees no seat (E-10)."""

from datetime import datetime, timedelta

from .models import Cohort, Session

SHORT = timedelta(hours=12)
LAST_DAYS = timedelta(days=3)
FREEZES_AFTER = 2  # sessions, where the cohort names no moment


def offer_until(cohort: Cohort, now: datetime) -> datetime:
    """Until when an offer made now stands: cut in the last days before the beginning, and never past it.

    Whoever is promoted after the beginning, while seats can still be taken, has the short time.
    """
    time = timedelta(hours=cohort.offer_hours)
    if now >= cohort.starts_at - LAST_DAYS:
        time = min(time, SHORT)
    return min(now + time, cohort.starts_at if now < cohort.starts_at else cohort.ends_at)


def freezes_at(cohort: Cohort) -> datetime:
    """From when on a withdrawal frees no seat: as the cohort says, else the end of its second session."""
    if cohort.seat_freeze_at is not None:
        return cohort.seat_freeze_at
    meetings = Session.objects.filter(cohort=cohort).exclude(state=Session.State.CANCELLED).order_by("starts_at", "pk")
    ends = list(meetings.values_list("ends_at", flat=True)[:FREEZES_AFTER])
    return ends[-1] if len(ends) == FREEZES_AFTER else cohort.starts_at


def is_enrolling(cohort: Cohort, now: datetime) -> bool:
    """Whether somebody can ask for a place now; whether the programme takes anybody is its own question (P-2)."""
    return cohort.state == Cohort.State.ENROLLING and cohort.enrol_from <= now < cohort.enrol_until


def gives_seats(cohort: Cohort) -> bool:
    """Whether whoever waits is offered a seat as soon as one is free (C-3)."""
    if cohort.state not in (Cohort.State.ENROLLING, Cohort.State.CONFIRMED, Cohort.State.RUNNING):
        return False
    return cohort.allocation == Cohort.Allocation.ROLLING or cohort.settled_at is not None
