"""How places end with the course: completed or not."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core.errors import MoveRefused

from .. import acting, policies_seats, requirements
from ..models import Enrolment
from .asking import needed
from .door import Book, seat_lock

State = Enrolment.State


def finish(enrolment: Enrolment, *, completed: bool, by: User, reason: str = "") -> Enrolment:
    """Decide about one who learns, before the cohort ends: not completed needs its reason."""
    with seat_lock(enrolment.cohort) as book:
        row = book.row(enrolment)
        if not policies_seats.can_finish(by, book.programme):
            raise PermissionDenied
        if row.state != State.ACTIVE:
            raise MoveRefused(_("Only who learns can finish."))
        state = State.COMPLETED if completed else State.NOT_COMPLETED
        words = reason.strip() if completed else needed(reason)
        behalf = acting.acting_for(by, book.programme)
        book.step(row, state, cause="finished", by=by, on_behalf_of=behalf, words=words)
    return row


def certify(book: Book, enrolment: Enrolment, *, by: User) -> None:
    """Who had not completed when the cohort ended and reached what was missing since: completes with the certificate.

    The reason that was given then no longer holds; its digest stays in the log.
    """
    row = book.row(enrolment)
    if row.state == State.NOT_COMPLETED:
        behalf = acting.acting_for(by, book.programme)
        book.step(row, State.COMPLETED, cause="certified", by=by, on_behalf_of=behalf, reason="")


def finish_all(book: Book, *, by: User | None) -> None:
    """Everybody who still learns: completed where every requirement is met (X-1), not completed otherwise."""
    rows = list(book.rows().filter(state=State.ACTIVE).select_related("cohort__version", "park", "person"))
    found = requirements.of_many(rows)
    for row in sorted(rows, key=lambda row: row.queue_no):
        state = State.COMPLETED if requirements.is_eligible(found[row.pk]) else State.NOT_COMPLETED
        book.step(row, state, cause="finished", by=by)


def end_all(book: Book, *states: str, cause: str, by: User | None) -> int:
    """Everybody in these states goes: the cohort will not give them a place. Gives how many."""
    rows = list(book.rows().filter(state__in=states).order_by("queue_no"))
    for row in rows:
        target = State.NOT_COMPLETED if row.state == State.ACTIVE else State.REMOVED
        book.step(row, target, cause=cause, by=by)
    return len(rows)
