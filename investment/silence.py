"""When a published project has been silent for too long: it expires by itself (spec 3.11)."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from .models import Project

# No news for so long, and a published project expires.
SILENT_DAYS = 180
# Its promoters are reminded so many days before.
REMINDED_DAYS = (30, 7)


def expires_at(project: Project) -> datetime | None:
    """The moment at which it expires unless something is heard of it; only what is published and waits expires."""
    if project.state != Project.State.PUBLISHED or project.news_at is None:
        return None
    return project.news_at + timedelta(days=SILENT_DAYS)


def is_silent(project: Project, now: datetime | None = None) -> bool:
    at = expires_at(project)
    return at is not None and at <= (now or timezone.now())


def silent_for(days: int, now: datetime) -> QuerySet[Project]:
    """Published projects of which nothing was heard for so many days."""
    return Project.objects.filter(state=Project.State.PUBLISHED, news_at__lte=now - timedelta(days=days))
