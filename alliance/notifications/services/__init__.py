"""What other packages call: tell people, open and close tasks, and find who may do something."""

from .health import health
from .notices import letter, mark_read, notify
from .people import people_with
from .preferences import set_hours, set_preferences
from .tasks import assign_task, claim_task, close_tasks, free_tasks, open_task, release_task

__all__ = [
    "assign_task",
    "claim_task",
    "close_tasks",
    "free_tasks",
    "health",
    "letter",
    "mark_read",
    "notify",
    "open_task",
    "people_with",
    "release_task",
    "set_hours",
    "set_preferences",
]
