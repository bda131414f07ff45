"""What the clock does to sessions: close those that are over, warn of what is missing, make attendance final (A-6)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from alliance.core import workflow
from alliance.core.errors import MoveRefused

from ..models import Session
from ..notices import sessions as notices
from ..workflows.sessions import CLOSES_AFTER, LOCKS_AFTER, SESSION, TEACHING, WARNS_AFTER
from . import filling

AT_ONCE = 200


def run(now: datetime | None = None) -> dict[str, int]:
    """Everything that is due, each session in a transaction of its own; gives how many of each. Once is enough."""
    now = now or timezone.now()
    sessions = Session.objects.select_related("cohort", "unit")
    return {
        "closed": _move(sessions.filter(state=Session.State.OPEN, ends_at__lte=now - CLOSES_AFTER), "close"),
        "locked": _move(sessions.filter(state=Session.State.CLOSED, closed_at__lte=now - LOCKS_AFTER), "lock"),
        "warned": _warn(sessions.filter(state=Session.State.CLOSED, closed_at__lte=now - WARNS_AFTER)),
        "asked": _ask(
            sessions.filter(state=Session.State.SCHEDULED, ends_at__lte=now - WARNS_AFTER, cohort__state__in=TEACHING)
        ),
    }


def _move(due: QuerySet[Session], verb: str) -> int:
    moved = 0
    for session in due.order_by("ends_at")[:AT_ONCE]:
        try:
            workflow.apply(SESSION, session, verb, by=None)
        except MoveRefused:
            continue  # somebody did it meanwhile
        moved += 1
    return moved


def _warn(due: QuerySet[Session]) -> int:
    warned = 0
    for session in due.order_by("ends_at")[:AT_ONCE]:
        with transaction.atomic():
            warned += filling.unmarked(session).exists() and notices.tell_unfinished(session)
    return warned


def _ask(due: QuerySet[Session]) -> int:
    asked = 0
    for session in due.order_by("ends_at")[:AT_ONCE]:
        with transaction.atomic():
            asked += notices.tell_not_opened(session)
    return asked
