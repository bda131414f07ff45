"""A seat is offered for a time: taken, declined or lapsed (E-6, E-7)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core.errors import MoveRefused

from .. import policies_seats
from ..models import Cohort, Enrolment
from .door import seat_lock

State = Enrolment.State


class OfferLapsed(MoveRefused):
    """The time to answer is over, whether or not the clock has said so already."""


def accept(enrolment: Enrolment, *, by: User, now: datetime | None = None) -> Enrolment:
    """Take the seat. An offer that is over is refused (E-7), and what lapsed thereby stays lapsed."""
    with seat_lock(enrolment.cohort, now=now) as book:
        row = book.row(enrolment)
        if not policies_seats.is_own(by, row):
            raise PermissionDenied
        if row.state in (State.ENROLLED, State.ACTIVE):
            return row  # a second click
        if row.state == State.OFFERED:
            runs = book.cohort.state == Cohort.State.RUNNING
            state = State.ACTIVE if runs else State.ENROLLED
            book.step(row, state, cause="accepted", by=by, enrolled_at=book.now)
            return row
    # Outside the lock: the seat that lapsed goes on to the next although this is refused.
    raise refusal(row)


def decline(enrolment: Enrolment, *, by: User, now: datetime | None = None) -> Enrolment:
    """Final for this row; whoever wants in after all asks anew and joins the end (E-6)."""
    with seat_lock(enrolment.cohort, now=now) as book:
        row = book.row(enrolment)
        if not policies_seats.is_own(by, row):
            raise PermissionDenied
        if row.state == State.DECLINED:
            return row
        if row.state == State.OFFERED:
            book.step(row, State.DECLINED, cause="declined", by=by)
            return row
    raise refusal(row)


def refusal(row: Enrolment) -> MoveRefused:
    if row.state == State.LAPSED:
        return OfferLapsed(_("The offer has lapsed: the time to answer is over. You can ask for a place again."))
    return MoveRefused(_("There is no offer to answer: the place is “%(state)s”.") % {"state": row.get_state_display()})
