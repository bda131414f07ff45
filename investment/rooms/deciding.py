"""Who may do what in a data room: D-1 to D-7 in one pure function. It reads nothing but what it is given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..models import Interest, Project


class Action(StrEnum):
    """What is asked. Printing and exporting are downloads (D-7)."""

    VIEW = "view"
    DOWNLOAD = "download"
    ORIGINAL = "original"
    BULK = "bulk"


@dataclass(frozen=True)
class Access:
    """One explicit line of a group on a node."""

    view: bool = False
    download: bool = False
    original: bool = False
    denied: bool = False


@dataclass(frozen=True)
class Side:
    """An investor the person acts for: the state of its interest, and until when its agreement holds.

    `interest` is empty where it has none, where it is not verified, or while the interest is at rest. `agreed_until`
    is that of the newest acceptance of the version in force, None where there is none.
    """

    investor: int
    interest: str = ""
    agreed_until: datetime | None = None


@dataclass(frozen=True)
class Membership:
    """The person's place in one group, for one investor, with the group's window."""

    group: int
    investor: int
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Facts:
    """All that bears on a person in a room. `parents` and `accesses` speak of what is there now."""

    project_state: str
    parents: Mapping[int, int | None]
    accesses: Mapping[tuple[int, int], Access] = field(default_factory=dict)  # by (group, node)
    sides: tuple[Side, ...] = ()
    memberships: tuple[Membership, ...] = ()
    allows_bulk: bool = False
    needs_factor: bool = False
    has_factor: bool = False
    is_promoter: bool = False
    is_auditor: bool = False


@dataclass(frozen=True)
class Decision:
    """Yes, or the rule that says no. `investor` is the one for which the person was let in or was refused."""

    is_allowed: bool
    rule: str = ""
    investor: int | None = None

    def __bool__(self) -> bool:
        return self.is_allowed


def can(facts: Facts, node: int, action: Action, now: datetime) -> bool:
    """Whether the person may do this with the node at this moment."""
    return bool(decide(facts, node, action, now))


def decide(facts: Facts, node: int, action: Action, now: datetime) -> Decision:
    """The same with the first rule that stands in the way, for the log (D-10)."""
    if node not in facts.parents:
        return Decision(False, "D-8", _first(facts))
    if facts.is_promoter:
        return Decision(True)
    if facts.is_auditor:
        return Decision(True) if action == Action.VIEW else Decision(False, "D-7")
    door = entry(facts, now)
    if not door:
        return door
    entered = _entered(facts, now)
    # A group whose window is over allows nothing any more; what it denies stays denied.
    if any(line.denied for line in _lines(facts, node, {one.group for one in facts.memberships})):
        return Decision(False, "D-6", door.investor)
    allows = list(_lines(facts, node, {one.group for one in entered}))
    if not _permits(action, allows, facts.allows_bulk):
        return Decision(False, "D-7" if any(line.view for line in allows) else "D-6", door.investor)
    return Decision(True, "", door.investor)


def entry(facts: Facts, now: datetime) -> Decision:
    """D-1 to D-5: whether an investor's person stands in the room at all, and which rule keeps them out.

    With several investors the nearest to an open door speaks. The last to be asked for is a second factor, in rooms
    that need one (6.5 of the platform spec).
    """
    if facts.project_state not in Project.ROOM_STATES:
        return Decision(False, "D-1", _first(facts))
    if entered := _entered(facts, now):
        if facts.needs_factor and not facts.has_factor:
            return Decision(False, "6.5", entered[0].investor)
        return Decision(True, "", entered[0].investor)
    talking = [side for side in facts.sides if _talks(side)]
    if not talking:
        return Decision(False, "D-2", _first(facts))
    agreed = [side for side in talking if _agreed(side, now)]
    if not agreed:
        return Decision(False, "D-3", talking[0].investor)
    investors = {side.investor for side in agreed}
    if any(one.investor in investors for one in facts.memberships):
        return Decision(False, "D-4", agreed[0].investor)
    return Decision(False, "D-5", agreed[0].investor)


def _entered(facts: Facts, now: datetime) -> list[Membership]:
    """The memberships that are open now, for investors in dialogue under an agreement that holds (D-2 to D-5)."""
    investors = {side.investor for side in facts.sides if _talks(side) and _agreed(side, now)}
    return [one for one in facts.memberships if one.investor in investors and one.opens_at <= now < one.closes_at]


def _talks(side: Side) -> bool:
    return side.interest in Interest.ROOM_STATES


def _agreed(side: Side, now: datetime) -> bool:
    return side.agreed_until is not None and now < side.agreed_until


def _first(facts: Facts) -> int | None:
    return facts.sides[0].investor if facts.sides else None


def _lines(facts: Facts, node: int, groups: set[int]) -> Iterator[Access]:
    """D-6: for each group the nearest explicit line on the node or above it; where there is none, nothing."""
    for group in groups:
        here: int | None = node
        while here is not None:
            if (line := facts.accesses.get((group, here))) is not None:
                yield line
                break
            here = facts.parents.get(here)


def _permits(action: Action, lines: list[Access], allows_bulk: bool) -> bool:
    """D-7, over what all groups together allow."""
    view = any(line.view for line in lines)
    download = view and any(line.download for line in lines)
    match action:
        case Action.VIEW:
            return view
        case Action.DOWNLOAD:
            return download
        case Action.BULK:
            return download and allows_bulk
        case Action.ORIGINAL:
            return any(line.original for line in lines)
