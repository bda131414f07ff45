"""What this package itself tells people. Importing it makes its kinds known."""

from .addresses import ADDRESS_BOUNCED, REACH_PERSON
from .digests import DIGEST
from .jobs import JOB_OVER, JOB_OVER_SOON
from .people import (
    DECIDE_JOIN,
    DUTY_CHANGED,
    DUTY_ENDED,
    DUTY_ENDING,
    DUTY_RAN_OUT,
    INVITATION,
    INVITATION_ACCEPTED,
    INVITATION_EXPIRED,
    JOIN_DECIDED,
    JOIN_REQUESTED,
    NEW_HOLDER,
    NO_HOLDER,
    RENEW_INVITATION,
    STANDS_IN,
    is_in_charge,
)
from .robots import ROBOT_OFF
from .running import CHAIN_BROKEN, CHAIN_HEAD, INVARIANT_BROKEN
from .searches import SEARCH_MATCHED
from .tasks import TASK_ASSIGNED, TASK_RAN_OUT, TASK_RUNS_OUT, TASK_STAYS_UNDONE

__all__ = [
    "ADDRESS_BOUNCED",
    "CHAIN_BROKEN",
    "CHAIN_HEAD",
    "DECIDE_JOIN",
    "DIGEST",
    "DUTY_CHANGED",
    "DUTY_ENDED",
    "DUTY_ENDING",
    "DUTY_RAN_OUT",
    "INVARIANT_BROKEN",
    "INVITATION",
    "INVITATION_ACCEPTED",
    "INVITATION_EXPIRED",
    "JOB_OVER",
    "JOB_OVER_SOON",
    "JOIN_DECIDED",
    "JOIN_REQUESTED",
    "NEW_HOLDER",
    "NO_HOLDER",
    "REACH_PERSON",
    "RENEW_INVITATION",
    "ROBOT_OFF",
    "SEARCH_MATCHED",
    "STANDS_IN",
    "TASK_ASSIGNED",
    "TASK_RAN_OUT",
    "TASK_RUNS_OUT",
    "TASK_STAYS_UNDONE",
    "is_in_charge",
]
