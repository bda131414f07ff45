"""Attendance as arithmetic: which mark counts, what a session credits, the rate with each of its terms (A-1 to A-7).

Whole minutes and whole basis points throughout; nothing is rounded up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

WHOLE = 10_000
# As long as this late, a learner is credited with the whole session.
GRACE = 10
# Excused minutes leave the denominator up to this share of the scheduled ones: one in ten.
EXCUSED_SHARE = 10
# A learner is warned when the rate comes this near to the minimum.
NEAR = 500

PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT = "present", "late", "left_early", "excused", "absent"
KINDS = (PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT)
# Marks that say for how long somebody was there.
PARTIAL = (LATE, LEFT_EARLY)

QR, DEVICE, TRAINER, CORRECTION, SYSTEM = "qr", "device", "trainer", "correction", "system"
IMPORT = "import"
# Whose word counts. What the portal fills in after 48 hours gives way to everybody's. An imported table is
# the word of the trainer who sent it.
RANKS = {SYSTEM: 0, QR: 1, DEVICE: 2, TRAINER: 3, IMPORT: 3, CORRECTION: 4}

# States in which a session counts, as they stand in the rows.
HELD, FINAL, GONE = ("closed", "locked"), "locked", "cancelled"


@dataclass(frozen=True)
class Mark:
    """One event of A-1, as far as it is counted."""

    kind: str
    source: str
    received_at: datetime
    number: int
    minutes_present: int | None = None

    @property
    def weight(self) -> tuple[int, datetime, int]:
        return (RANKS[self.source], self.received_at, self.number)


def effective(marks: Iterable[Mark]) -> Mark | None:
    """The mark that counts: by rank, then the one received last (A-2)."""
    return max(marks, key=lambda mark: mark.weight, default=None)


def credited(kind: str | None, minutes: int, present: int | None) -> int:
    """Minutes that a session of `minutes` credits (A-5); `present` are those the mark speaks of."""
    there = max(0, min(minutes, present or 0))
    if kind == PRESENT or (kind == LATE and minutes - there <= GRACE):
        return minutes
    return there if kind in PARTIAL else 0


@dataclass(frozen=True)
class Meeting:
    """A session, as far as it is counted."""

    pk: int
    starts_at: datetime
    minutes: int
    state: str
    is_required: bool = True


@dataclass(frozen=True)
class Line:
    """One required session of one learner, with what it adds to each sum."""

    meeting: Meeting
    kind: str | None
    present: int | None
    # Held and marked, or locked: it stands in the sums. Else it is still to come, or still to be marked.
    is_settled: bool

    @property
    def credited(self) -> int:
        return credited(self.kind, self.meeting.minutes, self.present) if self.is_settled else 0

    @property
    def excused(self) -> int:
        return self.meeting.minutes if self.is_settled and self.kind == EXCUSED else 0


def lines_of(
    meetings: Iterable[Meeting], marks: Mapping[int, Mark], *, counts_from: datetime | None = None
) -> list[Line]:
    """The sessions that count for one learner: required ones that were not cancelled (A-6).

    With `counts_from` (the moment of enrolment, where the version allows it) those that had begun before are left out.
    """
    found = []
    for meeting in meetings:
        if not meeting.is_required or meeting.state == GONE:
            continue
        if counts_from is not None and meeting.starts_at < counts_from:
            continue
        mark = marks.get(meeting.pk)
        settled = meeting.state == FINAL or (meeting.state in HELD and mark is not None)
        found.append(
            Line(meeting, mark.kind if mark else None, mark.minutes_present if mark else None, is_settled=settled)
        )
    return found


def rate_of(credited_minutes: int, scheduled: int, excused: int) -> int | None:
    """Basis points, floored to 0.01 %; None where nothing is left to divide by, which is never a full rate (A-5)."""
    denominator = scheduled - min(excused, scheduled // EXCUSED_SHARE)
    return credited_minutes * WHOLE // denominator if denominator > 0 else None


@dataclass(frozen=True)
class Terms:
    """The formula of A-5 with every term, so far and at best."""

    scheduled: int
    excused: int
    credited: int
    # Minutes of required sessions still to come or still to be marked.
    remaining: int

    @property
    def deducted(self) -> int:
        """The part of the excused minutes that leaves the denominator."""
        return min(self.excused, self.scheduled // EXCUSED_SHARE)

    @property
    def denominator(self) -> int:
        return self.scheduled - self.deducted

    @property
    def rate(self) -> int | None:
        """So far."""
        return rate_of(self.credited, self.scheduled, self.excused)

    @property
    def highest(self) -> int | None:
        """What can still be reached: everything that remains is attended from beginning to end."""
        return rate_of(self.credited + self.remaining, self.scheduled + self.remaining, self.excused)

    def is_near(self, minimum: int) -> bool:
        """Less than five points above the minimum, or below it (A-7)."""
        return self.rate is not None and self.rate < min(WHOLE, minimum + NEAR)

    def is_out_of_reach(self, minimum: int) -> bool:
        return self.highest is not None and self.highest < minimum

    def is_met(self, minimum: int) -> bool:
        """All sessions are settled and the rate is there."""
        return self.remaining == 0 and self.rate is not None and self.rate >= minimum


def terms_of(lines: Sequence[Line]) -> Terms:
    return Terms(
        scheduled=sum(line.meeting.minutes for line in lines if line.is_settled),
        excused=sum(line.excused for line in lines),
        credited=sum(line.credited for line in lines),
        remaining=sum(line.meeting.minutes for line in lines if not line.is_settled),
    )


def percent(rate: int | None) -> str:
    """8625 as "86.25 %"; nothing for a rate that is not defined."""
    return "" if rate is None else f"{rate // 100}.{rate % 100:02d} %"
