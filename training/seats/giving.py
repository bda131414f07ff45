"""Quotas and seats change while people hold and wait for them (C-1, E-8, E-9)."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from parks.models import Park

from .. import acting, policies, policies_seats
from ..allocation import SHARED
from ..models import Cohort, ParkQuota
from .door import Book, seat_lock

CHANGEABLE = (Cohort.State.PLANNED, Cohort.State.ENROLLING, Cohort.State.CONFIRMED, Cohort.State.RUNNING)


class TooFew(RuleBroken):
    """More people hold seats of a pool than would be left; `holders` of them stand in the way (E-9)."""

    def __init__(self, message: str, pool: int, holders: int) -> None:
        super().__init__(message)
        self.pool, self.holders = pool, holders


def set_seats(cohort: Cohort, *, shared: int, quotas: Mapping[Park, int], by: User) -> Cohort:
    """The plan of seats as a whole; parks left out keep theirs. Below its holders no pool goes (E-9)."""
    with seat_lock(cohort) as book:
        if not policies_seats.can_change_seats(by, book.programme):
            raise PermissionDenied
        _check_changeable(book)
        for park, seats in quotas.items():
            if park.pk not in book.quotas and seats:
                book.add_quota(park)
        wanted = {SHARED: shared} | {park.pk: seats for park, seats in quotas.items() if park.pk in book.quotas}
        names = {park.pk: str(park.name) for park in quotas}
        for pool, seats in wanted.items():
            if seats < 0:
                raise RuleBroken(_("Seats are counted from 0."))
            if seats < book.seats.held[pool]:
                raise _too_few(pool, book.seats.held[pool], names)
        before = book.seats.capacity
        for pool, seats in wanted.items():
            book.seats.set_of(pool, seats)
        book.write_seats()
        audit.record(
            "cohort.seats",
            book.cohort,
            by=by,
            on_behalf_of=acting.acting_for(by, book.programme),
            shared=shared,
            quotas={str(park): seats for park, seats in sorted(book.seats.quotas.items())},
            before=before,
            capacity=book.cohort.capacity,
        )
    return book.cohort


def release(cohort: Cohort, *, by: User) -> Cohort:
    """The lead opens unused quotas to everybody before the day that was set; that is not taken back (E-8)."""
    with seat_lock(cohort) as book:
        if not policies_seats.can_release(by, book.programme):
            raise PermissionDenied
        _check_changeable(book)
        if book.cohort.released_at is None:
            book.release(by=by, on_behalf_of=acting.acting_for(by, book.programme))
    return book.cohort


def give_back(cohort: Cohort, park: Park, seats: int, *, by: User) -> ParkQuota:
    """A park gives seats of its quota, which nobody holds, to everybody."""
    with seat_lock(cohort) as book:
        quota = _own(book, park, by)
        if seats < 1:
            raise RuleBroken(_("Give back one seat or more."))
        free = book.seats.free(park.pk)
        if seats > free:
            raise RuleBroken(
                ngettext(
                    "Only %(free)d seat of your quota is free.", "Only %(free)d seats of your quota are free.", free
                )
                % {"free": free}
            )
        _shift(book, quota, -seats, by=by, verb="cohort.given_back")
    return quota


def take_back(cohort: Cohort, park: Park, seats: int, *, by: User) -> ParkQuota:
    """Of what a park gave back, it takes what nobody holds by now."""
    with seat_lock(cohort) as book:
        quota = _own(book, park, by)
        if seats < 1:
            raise RuleBroken(_("Take back one seat or more."))
        most = min(quota.given_back, max(0, book.seats.free(SHARED)))
        if seats > most:
            raise RuleBroken(
                ngettext(
                    "Only %(most)d seat can be taken back: the others are held by now.",
                    "Only %(most)d seats can be taken back: the others are held by now.",
                    most,
                )
                % {"most": most}
            )
        _shift(book, quota, seats, by=by, verb="cohort.taken_back")
    return quota


def _own(book: Book, park: Park, by: User) -> ParkQuota:
    if not policies.can_nominate(by, park):
        raise PermissionDenied
    _check_changeable(book)
    if park.pk not in book.quotas:
        raise RuleBroken(_("This park has no quota in this cohort."))
    return book.quotas[park.pk]


def _shift(book: Book, quota: ParkQuota, seats: int, *, by: User, verb: str) -> None:
    """Move seats between a quota and the shared pool; the sum stays (I2)."""
    book.seats.set_of(quota.park_id, book.seats.of(quota.park_id) + seats)
    book.seats.set_of(SHARED, book.seats.of(SHARED) - seats)
    quota.given_back -= seats
    quota.seats = book.seats.of(quota.park_id)
    quota.save(update_fields=["seats", "given_back"])
    book.write_seats()
    audit.record(verb, book.cohort, by=by, on_behalf_of=quota.park.organisation, park=quota.park_id, seats=abs(seats))


def _check_changeable(book: Book) -> None:
    if book.cohort.state not in CHANGEABLE:
        raise RuleBroken(_("Seats of this cohort do not change any more."))


def _too_few(pool: int, holders: int, names: Mapping[int, str]) -> TooFew:
    words = {"n": holders, "park": names.get(pool, "")}
    if pool == SHARED:
        text = ngettext(
            "%(n)d person holds a shared seat: not fewer than that.",
            "%(n)d people hold shared seats: not fewer than that.",
            holders,
        )
    else:
        text = ngettext(
            "%(n)d person holds a seat of %(park)s's quota: not fewer than that.",
            "%(n)d people hold seats of %(park)s's quota: not fewer than that.",
            holders,
        )
    return TooFew(text % words, pool, holders)
