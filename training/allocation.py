"""Who gets which seat: quotas of parks, shared seats, the queue (rules E-4, E-5, E-8, E-11). Arithmetic, no database.

A cohort's seats lie in pools: one for each park that has a quota, and the shared one. Parks are named by their ids.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

# The pool that serves everybody; every other pool has the id of its park.
SHARED = 0


@dataclass(frozen=True)
class Holder:
    """Somebody with a seat: `key` is theirs, `pool` where they sit."""

    key: int
    queue_no: int
    park: int
    pool: int


@dataclass(frozen=True)
class Waiting:
    key: int
    queue_no: int
    park: int


@dataclass(frozen=True)
class Seating:
    """Somebody sits in `pool` from now on; `was` is where they sat, None for one who waited."""

    key: int
    pool: int
    was: int | None = None


@dataclass
class Seats:
    """The seats of one cohort and how many of each pool are taken. `codes` orders parks where two are alike (E-4)."""

    shared: int
    quotas: dict[int, int]
    codes: dict[int, str] = field(default_factory=dict)
    is_released: bool = False
    held: Counter[int] = field(default_factory=Counter)

    @property
    def capacity(self) -> int:
        return self.shared + sum(self.quotas.values())

    def of(self, pool: int) -> int:
        return self.shared if pool == SHARED else self.quotas.get(pool, 0)

    def free(self, pool: int) -> int:
        return self.of(pool) - self.held[pool]

    @property
    def free_in_all(self) -> int:
        return sum(max(0, self.free(pool)) for pool in (SHARED, *self.quotas))

    def take(self, park: int) -> int | None:
        """The pool that would serve somebody of this park now (E-4): the own quota, the shared seats, then others'."""
        if self.free(park) > 0:
            return park
        if self.free(SHARED) > 0:
            return SHARED
        if not self.is_released:
            return None
        others = [other for other in self.quotas if other != park and self.free(other) > 0]
        return min(others, key=lambda other: (-self.free(other), self.codes.get(other, ""), other), default=None)

    def pools_for(self, park: int) -> set[int]:
        """The pools with any seats that can ever serve this park, as things stand."""
        pools = {park, SHARED} | (set(self.quotas) if self.is_released else set())
        return {pool for pool in pools if self.of(pool) > 0}

    def copy(self) -> "Seats":
        """For asking what would be."""
        return Seats(self.shared, dict(self.quotas), dict(self.codes), self.is_released, Counter(self.held))

    def set_of(self, pool: int, seats: int) -> None:
        if pool == SHARED:
            self.shared = seats
        else:
            self.quotas[pool] = seats


def rebalance(seats: Seats, holders: Iterable[Holder]) -> Iterator[Seating]:
    """By queue number, whoever sits in a foreign or the shared pool moves home where the own quota has room (E-5).

    A move can make room for somebody with a smaller number, so it goes round until nobody moves.
    """
    away = sorted((holder for holder in holders if holder.pool != holder.park), key=lambda holder: holder.queue_no)
    while True:
        stay: list[Holder] = []
        for holder in away:
            if seats.free(holder.park) > 0:
                seats.held[holder.pool] -= 1
                seats.held[holder.park] += 1
                yield Seating(holder.key, holder.park, holder.pool)
            else:
                stay.append(holder)
        if len(stay) == len(away):
            return
        away = stay


def promote(seats: Seats, waiting: Iterable[Waiting]) -> Iterator[Seating]:
    """By queue number, whoever a pool serves gets a seat; who cannot be served is passed over (E-5)."""
    for one in sorted(waiting, key=lambda one: one.queue_no):
        pool = seats.take(one.park)
        if pool is not None:
            seats.held[pool] += 1
            yield Seating(one.key, pool)


def settle(seats: Seats, holders: Iterable[Holder], waiting: Iterable[Waiting]) -> list[Seating]:
    """What follows from the seats that are free now; `seats` is brought up to it."""
    return [*rebalance(seats, holders), *promote(seats, waiting)]


# Where somebody stands in the queue (E-11) ----------------------------------------------------------------------------


class Reason(StrEnum):
    """What somebody who waits is waiting for."""

    OWN_OR_SHARED = "own_or_shared"
    OWN = "own"
    SHARED = "shared"
    ANY = "any"
    # No pool serves the park: only a release, or more seats, could.
    NONE = "none"
    # Nobody has a seat yet: the seats are given when the window closes (C-3).
    BATCH = "batch"


def position(seats: Seats, park: int, ahead: Iterable[int]) -> int | None:
    """1 + those ahead in the queue who could take the same pool; None where no pool serves this park at all.

    `ahead` are the parks of those who wait with a smaller number.
    """
    mine = seats.pools_for(park)
    if not mine:
        return None
    competes: dict[int, bool] = {}
    count = 1
    for other in ahead:
        if other not in competes:
            competes[other] = bool(mine & seats.pools_for(other))
        count += competes[other]
    return count


def positions(seats: Seats, waiting: Iterable[Waiting]) -> dict[int, int | None]:
    """`position` of everybody who waits, in one go."""
    ahead: Counter[int] = Counter()
    pools: dict[int, set[int]] = {}
    found: dict[int, int | None] = {}
    for one in sorted(waiting, key=lambda one: one.queue_no):
        mine = pools.setdefault(one.park, seats.pools_for(one.park))
        found[one.key] = 1 + sum(n for park, n in ahead.items() if mine & pools[park]) if mine else None
        ahead[one.park] += 1
    return found


def reason(seats: Seats, park: int, *, gives_seats: bool = True) -> Reason:
    """What somebody of this park waits for."""
    if not gives_seats:
        return Reason.BATCH
    if seats.is_released and seats.pools_for(park):
        return Reason.ANY
    match seats.of(park) > 0, seats.shared > 0:
        case True, True:
            return Reason.OWN_OR_SHARED
        case True, False:
            return Reason.OWN
        case False, True:
            return Reason.SHARED
    return Reason.NONE
