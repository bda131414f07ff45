from .addresses import AddressTrouble
from .deliveries import MAX_ATTEMPTS, Delivery
from .digests import Digest
from .events import Notice, OutboxEvent, Preference
from .hours import WritingHours, hours_of
from .mailbox import OutboxMail
from .robots import Robot
from .running import Heartbeat, InvariantRun, ScheduleSlot
from .searches import ListWatch, SavedSearch, SearchMatch
from .tasks import Task
from .unsubscriptions import Unsubscription

__all__ = [
    "MAX_ATTEMPTS",
    "AddressTrouble",
    "Delivery",
    "Digest",
    "Heartbeat",
    "InvariantRun",
    "ListWatch",
    "Notice",
    "OutboxEvent",
    "OutboxMail",
    "Preference",
    "Robot",
    "SavedSearch",
    "ScheduleSlot",
    "SearchMatch",
    "Task",
    "Unsubscription",
    "WritingHours",
    "hours_of",
]
