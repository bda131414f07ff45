from .deliveries import MAX_ATTEMPTS, Delivery
from .events import Notice, OutboxEvent, Preference
from .mailbox import OutboxMail
from .running import Heartbeat, InvariantRun, ScheduleSlot
from .tasks import Task

__all__ = [
    "MAX_ATTEMPTS",
    "Delivery",
    "Heartbeat",
    "InvariantRun",
    "Notice",
    "OutboxEvent",
    "OutboxMail",
    "Preference",
    "ScheduleSlot",
    "Task",
]
