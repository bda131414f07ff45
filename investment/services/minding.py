"""What the clock does for projects each night: remind of silence, then expire (spec 3.11)."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from alliance.core.errors import RuleBroken

from ..models import Project
from ..notices import silence as notices
from ..silence import REMINDED_DAYS, SILENT_DAYS, expires_at, silent_for
from .approvals import lapse_overdue
from .projects import move_project

logger = logging.getLogger(__name__)
# A night's work; the rest follows the next time.
AT_ONCE = 2000


def mind(now: datetime | None = None) -> dict[str, int]:
    """Expire what was silent for 180 days, remind 30 and 7 days before, let approvals lapse whose day is past; gives
    how many of each. Running again does nothing twice."""
    now = now or timezone.now()
    lapsed = lapse_overdue(timezone.localdate(now))
    return {"expired": _expire(now), "reminded": _remind(now), "lapsed": lapsed}


def _expire(now: datetime) -> int:
    expired = 0
    for project in silent_for(SILENT_DAYS, now).order_by("news_at", "pk")[:AT_ONCE]:
        try:
            move_project(project, "expire", by=None)
        except RuleBroken:
            # News of it came between the look and the lock.
            logger.info("project %s was heard of meanwhile", project.pk)
        else:
            expired += 1
    return expired


def _remind(now: datetime) -> int:
    reminded = 0
    for project in silent_for(SILENT_DAYS - max(REMINDED_DAYS), now).order_by("news_at", "pk")[:AT_ONCE]:
        reminded += _remind_one(project, now)
    return reminded


@transaction.atomic
def _remind_one(project: Project, now: datetime) -> int:
    """The nearer reminder that is due; a portal that stood still does not send both at once."""
    at = expires_at(project)
    if at is None or at <= now:
        return 0
    due = [days for days in REMINDED_DAYS if at - timedelta(days=days) <= now]
    return notices.tell_silent(project, days=min(due), at=at) if due else 0
