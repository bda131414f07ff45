"""Places that end before the course does, and places that go on elsewhere (E-10, V-5)."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import MoveRefused, RuleBroken

from .. import acting, policies, policies_seats, windows
from ..models import Cohort, CurriculumVersion, Enrolment, Unit, UnitMap
from .asking import live, needed
from .door import Book, seat_lock, seat_locks

State = Enrolment.State
GOES_ON = (State.ENROLLED, State.ACTIVE)


def withdraw(enrolment: Enrolment, *, by: User, reason: str = "", now: datetime | None = None) -> Enrolment:
    """Give the place up. After the freeze the seat goes with the person (E-10): it is nobody's any more.

    The home park that takes somebody back says why; the trainee need not.
    """
    with seat_lock(enrolment.cohort, now=now) as book:
        row = book.row(enrolment)
        if not policies_seats.can_withdraw(by, row):
            raise PermissionDenied
        if row.state == State.WITHDRAWN:
            return row
        if row.state not in Enrolment.LIVE:
            raise MoveRefused(_("This place has ended already."))
        own = policies_seats.is_own(by, row)
        behalf = None if own else row.park.organisation
        pool = book.pool_of(row)
        book.step(
            row,
            State.WITHDRAWN,
            cause="withdrawn" if own else "taken_back",
            by=by,
            on_behalf_of=behalf,
            words=reason.strip() if own else needed(reason),
        )
        if pool is not None and book.now >= windows.freezes_at(book.cohort):
            book.seats.set_of(pool, book.seats.of(pool) - 1)
            book.write_seats()
            audit.record(
                "cohort.seat_frozen",
                book.cohort,
                by=by,
                on_behalf_of=behalf,
                number=row.queue_no,
                capacity=book.cohort.capacity,
            )
    return row


def remove(enrolment: Enrolment, *, by: User, reason: str) -> Enrolment:
    """The lead ends a place, with a reason that the trainee reads."""
    with seat_lock(enrolment.cohort) as book:
        row = book.row(enrolment)
        if not policies_seats.can_remove(by, book.programme):
            raise PermissionDenied
        if row.state not in Enrolment.LIVE:
            raise MoveRefused(_("This place has ended already."))
        behalf = acting.acting_for(by, book.programme)
        book.step(row, State.REMOVED, cause="removed", by=by, on_behalf_of=behalf, words=needed(reason))
    return row


def transfer(
    enrolment: Enrolment, to: Cohort, *, by: User, unit_map: Mapping[Unit, Unit | None] | None = None, reason: str = ""
) -> Enrolment:
    """Go on in another cohort of the programme; gives the new row, which holds a seat there (V-5).

    To the same version the lead sends; to another one the awarding partner, with what becomes of every unit. Credits
    stay with the version in which they were earned.
    """
    if to.pk == enrolment.cohort_id:
        raise RuleBroken(_("This is the cohort they are in."))
    with seat_locks(enrolment.cohort, to) as books:
        source, target = books[enrolment.cohort_id], books[to.pk]
        row = source.row(enrolment)
        if source.programme.pk != target.programme.pk:
            raise RuleBroken(_("People are transferred within a programme."))
        _check_sender(source, target, by)
        if row.state not in GOES_ON:
            raise MoveRefused(_("Only who has accepted a seat can be transferred."))
        if target.cohort.state not in (Cohort.State.ENROLLING, Cohort.State.CONFIRMED, Cohort.State.RUNNING):
            raise RuleBroken(_("That cohort takes nobody any more."))
        if live(target, row.person):
            raise RuleBroken(_("They have a place in that cohort already."))
        target.settle()
        seat = target.seats.take(row.park_id) if target.gives_seats else None
        if seat is None:
            raise RuleBroken(_("That cohort has no free seat for somebody of this park."))
        if source.cohort.version_id != target.cohort.version_id:
            _map_units(source.cohort.version, target.cohort.version, unit_map or {}, by)
        behalf = acting.acting_for(by, source.programme)
        new = target.open(
            row.person,
            row.park,
            learner=row.learner,
            by=by,
            on_behalf_of=behalf,
            cause="came_over",
            nominated_by=row.nominated_by,
            came_from=row,
        )
        runs = target.cohort.state == Cohort.State.RUNNING
        target.step(
            new,
            State.ACTIVE if runs else State.ENROLLED,
            cause="transferred_in",
            by=by,
            on_behalf_of=behalf,
            seat=seat,
            enrolled_at=target.now,
            home_approved_at=row.home_approved_at,
            home_approved_by=row.home_approved_by,
            host_approved_at=row.host_approved_at,
            host_approved_by=row.host_approved_by,
        )
        source.step(row, State.TRANSFERRED, cause="transferred_out", by=by, on_behalf_of=behalf, words=reason.strip())
    return new


def _check_sender(source: Book, target: Book, by: User) -> None:
    same = source.cohort.version_id == target.cohort.version_id
    allowed = policies.leads(by, source.programme) if same else policies.can_award(by, source.programme)
    if not allowed:
        raise PermissionDenied


def _map_units(old: CurriculumVersion, new: CurriculumVersion, unit_map: Mapping[Unit, Unit | None], by: User) -> None:
    """What every unit of the old version counts as; decided once for everybody, and never otherwise afterwards."""
    known = {row.old_id: row for row in UnitMap.objects.filter(old__version=old, new_version=new)}
    chosen = {unit.pk: None if other is None else other.pk for unit, other in unit_map.items()}
    theirs = set(new.units.values_list("pk", flat=True))
    units = list(old.units.all())
    if missing := [unit.code for unit in units if unit.pk not in chosen and unit.pk not in known]:
        raise RuleBroken(_("Say what becomes of every unit; missing: %(codes)s.") % {"codes": ", ".join(missing)})
    if any(pk is not None and pk not in theirs for pk in chosen.values()):
        raise RuleBroken(_("A unit of another version stands in the map."))
    if any(unit.pk in known and unit.pk in chosen and known[unit.pk].new_id != chosen[unit.pk] for unit in units):
        raise RuleBroken(_("An earlier transfer between these versions mapped a unit differently; that map stands."))
    UnitMap.objects.bulk_create(
        UnitMap(old=unit, new_version=new, new_id=chosen[unit.pk], approved_by=by)
        for unit in units
        if unit.pk not in known
    )
