"""How many working days an agency has taken, by the days on which things happened (J-4). Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

# Between the agency's acceptance and its decision the clock runs; while it waits for documents the clock stands still.
RUNS = "accepted"
STOPS = ("supplement", "granted", "refused", "lapsed", "not_needed")


@dataclass(frozen=True)
class Clock:
    """`used` working days of `allowed` (None where the law names none); it may stand still, or be over."""

    used: int
    allowed: int | None
    is_running: bool

    @property
    def left(self) -> int | None:
        return None if self.allowed is None else self.allowed - self.used

    @property
    def is_late(self) -> bool:
        return self.left is not None and self.left < 0


def clock(
    steps: Sequence[tuple[str, date]],
    *,
    allowed: int | None,
    today: date,
    working_days: Callable[[date, date], int],
) -> Clock | None:
    """The clock of an approval whose steps are given in their order; None before the agency accepted it.

    `working_days(a, b)` counts those after `a` up to and including `b`.
    """
    used, since = 0, None
    has_begun = False
    for state, on in steps:
        if state == RUNS:
            has_begun = True
            since = since or on
        elif state in STOPS and since is not None:
            used += working_days(since, on)
            since = None
    if not has_begun:
        return None
    if since is not None:
        used += working_days(since, today)
    return Clock(used, allowed, since is not None)
