"""Asking for a place, and the approvals that come before any seat (E-2, E-3)."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.services.people import people_with
from parks.models import Park

from .. import policies_seats, windows
from ..models import Cohort, Enrolment, Programme
from .door import Book, seat_lock

State = Enrolment.State


def apply(cohort: Cohort, park: Park, *, learner: str, by: User, now: datetime | None = None) -> Enrolment:
    """Ask for a place, sent by this park. Asking twice changes nothing (T-E4)."""
    with seat_lock(cohort, now=now) as book:
        if there := live(book, by):
            return there
        check_enrolling(book)
        if not can_send(park):
            raise RuleBroken(_("Nobody of this park could approve you here. Please choose another home park."))
        return book.open(by, park, learner=learner, by=by)


def live(book: Book, person: User) -> Enrolment | None:
    """The row of somebody who is under way here already (I3)."""
    return book.rows().live().filter(person=person).first()


def check_enrolling(book: Book) -> None:
    if book.programme.state != Programme.State.RUNNING:
        raise RuleBroken(_("The programme takes nobody at the moment."))
    if windows.is_enrolling(book.cohort, book.now):
        return
    if book.cohort.state == Cohort.State.ENROLLING and book.now < book.cohort.enrol_from:
        raise RuleBroken(_("Enrolment has not opened yet."))
    raise RuleBroken(_("Enrolment has closed."))


def can_send(park: Park) -> bool:
    """Whether somebody there answers for trainees: without them nobody would ever approve."""
    return people_with(Permission.NOMINATE, park.organisation).exists()


def approve(enrolment: Enrolment, *, by: User, now: datetime | None = None) -> Enrolment:
    """The approval that comes next: of the home park, then of the lead where the programme asks for it (E-3)."""
    with seat_lock(enrolment.cohort, now=now) as book:
        row = book.row(enrolment)
        approve_row(book, row, by=by)
    return row


def approve_many(cohort: Cohort, enrolments: Iterable[Enrolment], *, by: User) -> list[Enrolment]:
    """Those of these that wait for an approval of this person, by queue number; gives them as they are afterwards."""
    with seat_lock(cohort) as book:
        keys = [enrolment.pk for enrolment in enrolments]
        rows = list(book.rows().filter(pk__in=keys, state=State.SUBMITTED).select_related("park").order_by("queue_no"))
        rows = [row for row in rows if policies_seats.can_approve(by, row, book.programme)]
        for row in rows:
            approve_row(book, row, by=by)
    return rows


def approve_row(book: Book, row: Enrolment, *, by: User, cause: str = "approved") -> None:
    if row.state in (State.WAITLISTED, *Enrolment.HOLD):
        return  # approved already: a second click
    if row.state != State.SUBMITTED:
        raise MoveRefused(_("This place has ended meanwhile."))
    if not policies_seats.can_approve(by, row, book.programme):
        raise PermissionDenied
    if row.home_approved_at is None:
        mine: dict = {"home_approved_at": book.now, "home_approved_by": by}
        if book.programme.asks_host_approval:
            book.step(row, State.SUBMITTED, cause="home_approved", by=by, on_behalf_of=row.park.organisation, **mine)
            return
        book.step(row, State.WAITLISTED, cause=cause, by=by, on_behalf_of=row.park.organisation, **mine)
        return
    book.step(
        row,
        State.WAITLISTED,
        cause=cause,
        by=by,
        on_behalf_of=lead_of(book.programme),
        host_approved_at=book.now,
        host_approved_by=by,
    )


def reject(enrolment: Enrolment, *, by: User, reason: str) -> Enrolment:
    """Whoever would approve next says no, and why."""
    with seat_lock(enrolment.cohort) as book:
        row = book.row(enrolment)
        if row.state != State.SUBMITTED:
            raise MoveRefused(_("This place no longer waits for an approval."))
        if not policies_seats.can_approve(by, row, book.programme):
            raise PermissionDenied
        reason = needed(reason)
        behalf = row.park.organisation if row.home_approved_at is None else lead_of(book.programme)
        book.step(row, State.REJECTED, cause="rejected", by=by, on_behalf_of=behalf, words=reason)
    return row


def needed(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Please give a reason. The trainee will read it."))
    return reason


def lead_of(programme: Programme) -> Organisation:
    return programme.partners.current().get(role="lead").organisation
