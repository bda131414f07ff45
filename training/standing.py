"""Where somebody stands in a cohort, in words: the place, the position in the queue and what is waited for (E-11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import allocation, windows
from .allocation import Reason, Seats
from .models import Cohort, Enrolment
from .seats.door import seats_of

State = Enrolment.State
# Tones of the states, as tags have them.
TONES = {
    State.SUBMITTED: "wait",
    State.WAITLISTED: "wait",
    State.OFFERED: "info",
    State.ENROLLED: "ok",
    State.ACTIVE: "ok",
    State.COMPLETED: "ok",
    State.NOT_COMPLETED: "bad",
    State.REJECTED: "bad",
    State.REMOVED: "bad",
    State.LAPSED: "bad",
}


@dataclass(frozen=True)
class Standing:
    """One place. `position` is None where the queue says nothing of it, `reason` what is waited for."""

    row: Enrolment
    position: int | None = None
    reason: str = ""

    @property
    def label(self) -> str:
        return self.row.get_state_display()

    @property
    def tone(self) -> str:
        return TONES.get(State(self.row.state), "")

    @property
    def seat(self) -> str:
        return seat_words(self.row)


class Queue:
    """The queue of one cohort, asked once: three queries, however long it is."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.seats: Seats = seats_of(cohort)
        waits = Enrolment.objects.filter(cohort=cohort, state=State.WAITLISTED)
        self.waiting = [allocation.Waiting(*one) for one in waits.values_list("pk", "queue_no", "park")]
        self.positions = allocation.positions(self.seats, self.waiting)

    def of(self, row: Enrolment) -> Standing:
        if row.state != State.WAITLISTED:
            return Standing(row, None, step_words(row))
        reason = allocation.reason(self.seats, row.park_id, gives_seats=windows.gives_seats(self.cohort))
        return Standing(row, self.positions.get(row.pk), reason_words(reason, self.cohort, row))

    def all(self, rows: Iterable[Enrolment]) -> list[Standing]:
        return [self.of(row) for row in rows]


def reason_words(reason: Reason, cohort: Cohort, row: Enrolment) -> str:
    """What somebody who waits is waiting for."""
    names = {"park": row.park.name, "at": moment(cohort.release_at), "close": moment(cohort.enrol_until)}
    match reason:
        case Reason.BATCH:
            return _("Seats are given all at once when enrolment closes, on %(close)s, by queue number.") % names
        case Reason.OWN_OR_SHARED:
            return _("Waiting for a seat of %(park)s's quota or a shared one.") % names
        case Reason.OWN:
            return _("Waiting for a seat of %(park)s's quota.") % names
        case Reason.SHARED:
            return _("Waiting for a shared seat: %(park)s has no quota here.") % names
        case Reason.ANY:
            return _("Waiting for any seat: unused quotas have been released.")
    if cohort.release_at and cohort.released_at is None:
        return _("No seat serves %(park)s yet. Unused quotas are released on %(at)s.") % names
    return _("No seat serves %(park)s as things stand.") % names


def step_words(row: Enrolment) -> str:
    """What comes next, for those who are not in the queue."""
    match row.state:
        case State.SUBMITTED if row.home_approved_at is None:
            return _("Waiting for %(park)s to approve.") % {"park": row.park.name}
        case State.SUBMITTED:
            return _("Waiting for the lead of the programme to approve.")
        case State.OFFERED:
            return _("An answer is due by %(until)s.") % {"until": moment(row.offer_until)}
        case State.ENROLLED:
            return _("Begins on %(at)s.") % {"at": moment(row.cohort.starts_at)}
    return row.reason


def seat_words(row: Enrolment) -> str:
    if row.pool == Enrolment.Pool.SHARED:
        return _("shared seat")
    if row.quota is not None:
        return _("quota of %(park)s") % {"park": row.quota.park.name}
    return ""


def moment(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


def left_words(until: datetime, now: datetime | None = None) -> str:
    """How long an offer still stands, in its largest units."""
    minutes = max(0, int((until - (now or timezone.now())).total_seconds()) // 60)
    if minutes >= 48 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
    if minutes >= 120:
        hours = minutes // 60
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}


@dataclass(frozen=True)
class Pool:
    """One line of the seats of a cohort; `park` is None for the shared ones."""

    name: str
    seats: int
    held: int
    park_id: int | None = None
    given_back: int = 0

    @property
    def free(self) -> int:
        return max(0, self.seats - self.held)


def pools_of(cohort: Cohort, seats: Seats | None = None) -> list[Pool]:
    """The seats of a cohort by pool, the parks in the order of their names' addresses, the shared ones last."""
    quotas = {quota.park_id: quota for quota in cohort.quotas.select_related("park")}
    seats = seats or seats_of(cohort, quotas)
    lines = [
        Pool(str(quota.park.name), quota.seats, seats.held[park], park, quota.given_back)
        for park, quota in quotas.items()
    ]
    return [*lines, Pool(_("Shared, for everybody"), seats.shared, seats.held[allocation.SHARED])]
