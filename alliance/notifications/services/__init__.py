"""What other packages call: tell people, open and close tasks, and find who may do something."""

from .health import health
from .notices import Telling, letter, mark_read, notify, notify_each
from .people import people_with, people_with_each
from .preferences import set_hours, set_preferences
from .tasks import assign_task, claim_task, close_tasks, free_tasks, open_task, release_task

__all__ = [
    "Telling",
    "assign_task",
    "claim_task",
    "close_tasks",
    "free_tasks",
    "health",
    "letter",
    "mark_read",
    "notify",
    "notify_each",
    "open_task",
    "people_with",
    "people_with_each",
    "release_task",
    "set_hours",
    "set_preferences",
]
