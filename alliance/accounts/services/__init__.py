"""What can be done with people, duties, invitations and requests to join, and what follows from it."""

from .duties import appoint, change_term, end_duty, is_last_holder, set_absence
from .invitations import (
    TooManyInvitations,
    accept_invitation,
    ask_for_new_link,
    find_invitation,
    invite,
    resend_invitation,
    revoke_invitation,
)
from .joining import approve_join, ask_to_join, refuse_join, withdraw_join
from .people import has_confirmed, welcome

__all__ = [
    "TooManyInvitations",
    "accept_invitation",
    "appoint",
    "approve_join",
    "ask_for_new_link",
    "ask_to_join",
    "change_term",
    "end_duty",
    "find_invitation",
    "has_confirmed",
    "invite",
    "is_last_holder",
    "refuse_join",
    "resend_invitation",
    "revoke_invitation",
    "set_absence",
    "welcome",
    "withdraw_join",
]
