"""Every change of a place in a cohort (rules E-1 to E-12), behind one door: `seat_lock`.

What follows from what is worked out by `training.allocation`; the cohort's lifecycle is made by
`training.services.cohorts`.
"""

from .asking import apply, approve, approve_many, can_send, reject
from .door import Book, seat_lock, seat_locks, seats_of
from .finishing import finish
from .giving import TooFew, give_back, release, set_seats, take_back
from .leaving import remove, transfer, withdraw
from .nominating import (
    Answer,
    Line,
    Mode,
    Verdict,
    claim,
    nominate,
    rehearse,
    take_letter_back,
)
from .offers import OfferLapsed, accept, decline

__all__ = [
    "Answer",
    "Book",
    "Line",
    "Mode",
    "OfferLapsed",
    "TooFew",
    "Verdict",
    "accept",
    "apply",
    "approve",
    "approve_many",
    "can_send",
    "claim",
    "decline",
    "finish",
    "give_back",
    "nominate",
    "rehearse",
    "reject",
    "release",
    "remove",
    "seat_lock",
    "seat_locks",
    "seats_of",
    "set_seats",
    "take_back",
    "take_letter_back",
    "transfer",
    "withdraw",
]
