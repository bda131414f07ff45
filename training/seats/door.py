"""The one door to the seats of a cohort (E-1): lock the cohort's row, then count, change, settle, write."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from alliance.accounts.models import Organisation, User
from alliance.core import audit
from alliance.core.pagecache import public_data_changed
from parks.models import Park

from .. import acting, allocation, windows
from ..allocation import SHARED
from ..models import Cohort, Enrolment, EnrolmentLog, ParkQuota, Programme
from ..notices import seats as notices

State, Pool = Enrolment.State, Enrolment.Pool
# Who moves home when there is room; a seat that somebody finished on stays the one they had.
MOVABLE = (State.OFFERED, State.ENROLLED, State.ACTIVE)
# States in which the place has come to an end.
OVER = (
    State.COMPLETED,
    State.NOT_COMPLETED,
    State.REJECTED,
    State.WITHDRAWN,
    State.DECLINED,
    State.LAPSED,
    State.REMOVED,
    State.TRANSFERRED,
)


@contextlib.contextmanager
def seat_lock(cohort: Cohort, *, now: datetime | None = None) -> Iterator["Book"]:
    """Every change of a seat happens within this: what is overdue is done before, what became free goes on after.

    Two cohorts: `seat_locks`.
    """
    with seat_locks(cohort, now=now) as books:
        yield books[cohort.pk]


@contextlib.contextmanager
def seat_locks(*cohorts: Cohort, now: datetime | None = None) -> Iterator[dict[int, "Book"]]:
    """Several doors, opened by ascending primary key, so that no two wait for each other."""
    keys = sorted({cohort.pk for cohort in cohorts})
    with transaction.atomic():
        # The first statement: what is counted afterwards is what holds.
        locked = list(Cohort.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        if len(locked) != len(keys):
            raise Cohort.DoesNotExist
        # Others wait for the audit chain only while the events of all of this are added, at the end.
        with audit.gathered():
            books = {one.pk: Book(one, now) for one in locked}
            for book in books.values():
                book.catch_up()
            yield books
            for book in books.values():
                book.close()


class Book:
    """The seats of a locked cohort, as they are within this transaction. Rows are written at once, steps at the end."""

    def __init__(self, cohort: Cohort, now: datetime | None = None) -> None:
        self.cohort = cohort
        self.now = now or timezone.now()
        self._first_number = cohort.seq
        self._steps: list[EnrolmentLog] = []
        # By row: the last step that somebody is told of.
        self._to_tell: dict[int, tuple[Enrolment, str, User | None]] = {}
        self._acting: dict[int, Organisation | None] = {}

    @cached_property
    def quotas(self) -> dict[int, ParkQuota]:
        """By park."""
        rows = ParkQuota.objects.filter(cohort=self.cohort).select_related("park").order_by("pk")
        return {quota.park_id: quota for quota in rows}

    @cached_property
    def seats(self) -> allocation.Seats:
        return seats_of(self.cohort, self.quotas)

    @cached_property
    def programme(self) -> Programme:
        return Programme.objects.get(curricula__versions=self.cohort.version_id)

    def acting_for(self, by: User | None, row: Enrolment) -> Organisation | None:
        """The partner for which somebody acts at this row; asked once, however many rows follow from one decision."""
        if by is None or row.person_id == by.pk:
            return None
        if by.pk not in self._acting:
            self._acting[by.pk] = acting.acting_for(by, self.programme)
        return self._acting[by.pk]

    @property
    def gives_seats(self) -> bool:
        return windows.gives_seats(self.cohort)

    # Before and after ---------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """What the clock has done already, whether or not the job ran (E-7, E-8)."""
        if self.cohort.release_at and self.cohort.released_at is None and self.cohort.release_at <= self.now:
            self.release(by=None)
        for row in self.rows().filter(state=State.OFFERED, offer_until__lte=self.now).order_by("queue_no"):
            self.step(row, State.LAPSED, cause="lapsed")

    def settle(self) -> None:
        """Seats go home, then the queue moves up (E-5)."""
        if not self.gives_seats or self.seats.free_in_all <= 0:
            return
        home = [park for park in self.quotas if self.seats.free(park) > 0]
        holders = self._away_from(home)
        waits = self.rows().filter(state=State.WAITLISTED)
        if not (holders or self.seats.free(SHARED) > 0 or self.seats.is_released):
            waits = waits.filter(park__in=home)
        waiting = [allocation.Waiting(*one) for one in waits.values_list("pk", "queue_no", "park")]
        seated = allocation.settle(self.seats, holders, waiting)
        rows = Enrolment.objects.in_bulk([one.key for one in seated])
        for one in seated:
            if one.was is None:
                self.offer(rows[one.key], one.pool)
            else:
                row = rows[one.key]
                self.step(row, row.state, cause="moved_home", seat=one.pool, counted=True)

    def _away_from(self, home: list[int]) -> list[allocation.Holder]:
        """Who could move to a quota with room. Only where seats were released do others follow them."""
        if not home:
            return []
        parks = list(self.quotas) if self.seats.is_released else home
        away = self.rows().filter(state__in=MOVABLE, park__in=parks).exclude(quota__park=F("park"))
        return [
            allocation.Holder(key, number, park, self._pool(pool, quota))
            for key, number, park, pool, quota in away.values_list("pk", "queue_no", "park", "pool", "quota")
        ]

    def write(self) -> None:
        """The last number given, the steps so far, and what people are told of them."""
        if self.cohort.seq != self._first_number:
            Cohort.objects.filter(pk=self.cohort.pk).update(seq=self.cohort.seq)
            self._first_number = self.cohort.seq
        EnrolmentLog.objects.bulk_create(self._steps)
        self._steps.clear()
        for row, cause, by in self._to_tell.values():
            notices.tell(row, cause, by=by, book=self)
        self._to_tell.clear()

    def close(self) -> None:
        self.settle()
        self.write()

    # Rows -----------------------------------------------------------------------------------------------------------

    def rows(self) -> Any:
        return Enrolment.objects.filter(cohort=self.cohort)

    def row(self, enrolment: Enrolment) -> Enrolment:
        """The row as it is under the lock."""
        return self.rows().get(pk=enrolment.pk)

    def open(
        self,
        person: User,
        park: Park,
        *,
        learner: str,
        by: User | None,
        on_behalf_of: Organisation | None = None,
        cause: str = "submitted",
        nominated_by: User | None = None,
        came_from: Enrolment | None = None,
    ) -> Enrolment:
        """A new row at the end of the queue; its number never changes (E-2)."""
        self.cohort.seq += 1
        row = Enrolment.objects.create(
            cohort=self.cohort,
            person=person,
            park=park,
            learner=learner,
            queue_no=self.cohort.seq,
            submitted_at=self.now,
            nominated_by=nominated_by,
            came_from=came_from,
        )
        self._log(row, "", Pool.NONE, None, cause=cause, by=by, on_behalf_of=on_behalf_of)
        return row

    def step(
        self,
        row: Enrolment,
        state: str,
        *,
        cause: str,
        by: User | None = None,
        on_behalf_of: Organisation | None = None,
        words: str = "",
        seat: int | None = None,
        counted: bool = False,
        **fields: Any,
    ) -> None:
        """Write one step of a row, with its log and its audit event; notices follow at the end, from the last step.

        `seat` is the pool where the row sits from now on; without it a holder stays, and who no longer holds leaves.
        `counted`: the arithmetic has moved the seat already.
        """
        before = (row.state, row.pool, row.quota_id)
        sat = self.pool_of(row)
        sits = seat if seat is not None else sat if state in Enrolment.HOLD else None
        if not counted and sits != sat:
            self.seats.held.subtract([sat] if sat is not None else [])
            self.seats.held.update([sits] if sits is not None else [])
        row.state = state
        row.pool = Pool.NONE if sits is None else Pool.SHARED if sits == SHARED else Pool.PARK
        row.quota = self.quotas[sits] if sits else None
        if state in OVER:
            row.ended_at = self.now
        if words:
            row.reason = words
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=sorted({"state", "pool", "quota", "ended_at", "reason", *fields}))
        self._log(row, *before, cause=cause, by=by, on_behalf_of=on_behalf_of, words=words)

    def offer(self, row: Enrolment, pool: int) -> None:
        """A seat that is counted already is offered for a time (E-6)."""
        until = windows.offer_until(self.cohort, self.now)
        self.step(row, State.OFFERED, cause="offered", seat=pool, counted=True, offered_at=self.now, offer_until=until)

    def pool_of(self, row: Enrolment) -> int | None:
        return self._pool(row.pool, row.quota_id) if row.pool else None

    def _pool(self, pool: str, quota: int | None) -> int:
        return SHARED if pool == Pool.SHARED else self._parks[quota]

    @cached_property
    def _parks(self) -> dict[int | None, int]:
        """The park of each quota."""
        return {quota.pk: park for park, quota in self.quotas.items()}

    def _log(
        self,
        row: Enrolment,
        from_state: str,
        from_pool: str,
        from_quota: int | None,
        *,
        cause: str,
        by: User | None,
        on_behalf_of: Organisation | None,
        words: str = "",
    ) -> None:
        digest = audit.text_digest(words) if words else ""
        on_behalf_of = on_behalf_of or self.acting_for(by, row)
        self._steps.append(
            EnrolmentLog(
                enrolment=row,
                at=self.now,
                actor=by,
                organisation=on_behalf_of,
                from_state=from_state,
                to_state=row.state,
                from_pool=from_pool,
                to_pool=row.pool,
                from_quota_id=from_quota,
                to_quota_id=row.quota_id,
                cause=cause,
                words_digest=digest,
            )
        )
        said = {"words": digest} if digest else {}
        audit.record(
            f"enrolment.{cause}",
            row,
            by=by,
            on_behalf_of=on_behalf_of,
            cohort=self.cohort.pk,
            number=row.queue_no,
            **{"from": from_state, "to": row.state},
            **said,
        )
        if cause in notices.TOLD:
            self._to_tell[row.pk] = (row, cause, by)

    # Seats ----------------------------------------------------------------------------------------------------------

    def release(self, *, by: User | None, on_behalf_of: Organisation | None = None) -> None:
        """Unused quotas serve anyone from now on (E-8)."""
        self.cohort.released_at = self.now
        self.cohort.save(update_fields=["released_at"])
        self.__dict__.pop("seats", None)
        audit.record("cohort.released", self.cohort, by=by, on_behalf_of=on_behalf_of)

    def add_quota(self, park: Park) -> None:
        """Another park has a quota here, of no seats yet."""
        quota = ParkQuota.objects.create(cohort=self.cohort, park=park, seats=0)
        self.quotas[park.pk] = quota
        self.seats.quotas[park.pk] = 0
        self.seats.codes[park.pk] = park.slug
        self.__dict__.pop("_parks", None)

    def give_batch(self, *, by: User | None = None, on_behalf_of: Organisation | None = None) -> None:
        """The one run of a batch cohort, when its window has closed (C-3)."""
        if self.cohort.allocation != Cohort.Allocation.BATCH or self.cohort.settled_at is not None:
            return
        self.cohort.settled_at = self.now
        self.cohort.save(update_fields=["settled_at"])
        audit.record("cohort.settled", self.cohort, by=by, on_behalf_of=on_behalf_of)
        self.settle()

    def write_seats(self) -> None:
        """The plan as `seats` has it now: quotas, shared seats, and their sum (C-1, I2)."""
        for park, quota in self.quotas.items():
            if quota.seats != self.seats.quotas[park]:
                quota.seats = self.seats.quotas[park]
                quota.save(update_fields=["seats"])
        self.cohort.shared, self.cohort.capacity = self.seats.shared, self.seats.capacity
        self.cohort.save(update_fields=["shared", "capacity"])
        public_data_changed()


def seats_of(cohort: Cohort, quotas: dict[int, ParkQuota] | None = None) -> allocation.Seats:
    """The seats of a cohort as numbers, in two queries however many people are in it."""
    if quotas is None:
        rows = ParkQuota.objects.filter(cohort=cohort).select_related("park").order_by("pk")
        quotas = {quota.park_id: quota for quota in rows}
    seats = allocation.Seats(
        shared=cohort.shared,
        quotas={park: quota.seats for park, quota in quotas.items()},
        codes={park: quota.park.slug for park, quota in quotas.items()},
        is_released=cohort.released_at is not None,
    )
    holding = Enrolment.objects.filter(cohort=cohort).holding().order_by()
    for park, count in holding.values_list("quota__park").annotate(Count("pk")):
        seats.held[park or SHARED] += count
    return seats
