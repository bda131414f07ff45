"""What can be done with a park's profile, and what follows from it."""

from .office import create_park, similar_parks
from .profile import (
    Conflict,
    Saved,
    confirm_all,
    confirm_block,
    confirm_translation,
    is_locked,
    save_block,
    undo_edit,
)
from .publication import correct_block, publish, refresh_public
from .submissions import accept, resubmit, return_to_park, submit_profile, withdraw

__all__ = [
    "Conflict",
    "Saved",
    "accept",
    "confirm_all",
    "confirm_block",
    "confirm_translation",
    "correct_block",
    "create_park",
    "is_locked",
    "publish",
    "refresh_public",
    "resubmit",
    "return_to_park",
    "save_block",
    "similar_parks",
    "submit_profile",
    "undo_edit",
    "withdraw",
]
