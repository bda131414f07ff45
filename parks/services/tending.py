"""What the register does for itself at night."""

from datetime import timedelta

from django.utils import timezone

from alliance.core import jobs, merging
from alliance.core.models import Merge

from ..finding import FIND
from . import clusters, nudging

# Whoever wrote while two entries were merged is done within minutes; a day is ample.
LATE = timedelta(days=2)


def tend() -> None:
    """Does no harm twice."""
    for merge in Merge.objects.filter(state=Merge.State.DONE, done_at__gt=timezone.now() - LATE):
        merging.sweep(merge)
    nudging.note_the_day()
    clusters.begin_due_reviews()
    jobs.request(FIND, by=None)
