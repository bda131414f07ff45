"""The rotating code on the trainer's screen (A-3). Only the server's clock counts; the key never leaves the server."""

import hashlib
import hmac
from datetime import datetime

from .models import Session

WINDOW = 15  # seconds
# The present window and the one before: nobody loses because the picture turned over while they scanned.
ACCEPTED = 2


def window_of(now: datetime) -> int:
    return int(now.timestamp()) // WINDOW


def code_of(session: Session, window: int) -> str:
    """128 bits of the HMAC over session and window: long enough that nobody guesses one within its half minute."""
    message = f"{session.pk}:{window}".encode()
    return hmac.new(session.code_key.encode(), message, hashlib.sha256).hexdigest()[:32]


def is_valid(session: Session, code: str, now: datetime) -> bool:
    here = window_of(now)
    valid = [code_of(session, here - back) for back in range(ACCEPTED)]
    return any(hmac.compare_digest(known.encode(), code.encode()) for known in valid)


def seconds_left(now: datetime) -> int:
    return WINDOW - int(now.timestamp()) % WINDOW


def device_digest(session: Session, device: str) -> str:
    """Tells devices apart within one session; between two sessions nothing links them."""
    return hmac.new(session.code_key.encode(), f"device:{device}".encode(), hashlib.sha256).hexdigest()
