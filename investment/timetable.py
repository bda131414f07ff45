"""Who meets whom when at a promotion event: arithmetic, no database.

People are named by their keys, times by numbers from 0. The same wishes give the same timetable, in whatever order they
come.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Wish:
    """One who receives and one who comes. What both wish for goes first, then what was asked earlier; `asked` is the
    number of the request."""

    is_mutual: bool
    asked: int
    host: int
    guest: int

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        return (not self.is_mutual, self.asked, self.host, self.guest)


@dataclass(frozen=True)
class Place:
    """A wish that is fulfilled: in which time, at which table (both from 0)."""

    wish: Wish
    time: int
    table: int


@dataclass
class _Plan:
    times: int
    tables: int
    away: Mapping[int, Set[int]]
    # By time: the wishes that meet then. By person: the times taken.
    meets: dict[int, list[Wish]] = field(default_factory=dict)
    taken: dict[int, dict[int, Wish]] = field(default_factory=dict)

    def is_free(self, person: int, time: int) -> bool:
        return time not in self.taken.get(person, {}) and time not in self.away.get(person, ())

    def has_table(self, time: int) -> bool:
        return len(self.meets.get(time, ())) < self.tables

    def fits(self, wish: Wish, time: int) -> bool:
        return (
            wish.host != wish.guest
            and self.has_table(time)
            and self.is_free(wish.host, time)
            and self.is_free(wish.guest, time)
        )

    def put(self, wish: Wish, time: int) -> None:
        self.meets.setdefault(time, []).append(wish)
        for person in (wish.host, wish.guest):
            self.taken.setdefault(person, {})[time] = wish

    def take_out(self, wish: Wish, time: int) -> None:
        self.meets[time].remove(wish)
        for person in (wish.host, wish.guest):
            del self.taken[person][time]

    def place(self, wish: Wish) -> bool:
        """In the first time that suits; else where one other meeting can step aside for it."""
        for time in range(self.times):
            if self.fits(wish, time):
                self.put(wish, time)
                return True
        return any(self._after_moving_one(wish, time) for time in range(self.times))

    def _after_moving_one(self, wish: Wish, time: int) -> bool:
        if wish.host == wish.guest or any(time in self.away.get(one, ()) for one in (wish.host, wish.guest)):
            return False
        in_the_way = {self.taken.get(one, {}).get(time) for one in (wish.host, wish.guest)} - {None}
        if not in_the_way and not self.has_table(time):
            in_the_way = set(self.meets[time])
            movable = sorted(in_the_way, key=lambda one: one.rank)
        elif len(in_the_way) == 1:
            movable = list(in_the_way)
        else:
            return False
        for other in movable:
            if other is not None and self._move(other, time) and self.fits(wish, time):
                self.put(wish, time)
                return True
        return False

    def _move(self, wish: Wish, time: int) -> bool:
        self.take_out(wish, time)
        for other in range(self.times):
            if other != time and self.fits(wish, other):
                self.put(wish, other)
                return True
        self.put(wish, time)
        return False


def make(wishes: Iterable[Wish], *, times: int, tables: int, away: Mapping[int, Set[int]]) -> list[Place]:
    """The timetable: nobody twice at one time nor while away, no more meetings at once than tables.

    What is left out could not be added without moving more than one other meeting. In order of time and rank.
    """
    plan = _Plan(times, tables, away)
    for wish in sorted(set(wishes), key=lambda one: one.rank):
        plan.place(wish)
    return [
        Place(wish, time, table)
        for time in range(times)
        for table, wish in enumerate(sorted(plan.meets.get(time, ()), key=lambda one: one.rank))
    ]
