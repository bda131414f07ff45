"""What must always hold of seats (I1 to I7), asked of the database itself; part of the nightly check.

I3, I5 and I6 are constraints, which are checked to be there; so is what keeps the log as it was written.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from .models import Cohort, Enrolment
from .seats.door import seats_of
from .windows import gives_seats

CONSTRAINTS = {
    "training_enrolment_one_live": "I3",
    "training_enrolment_queue_no_once": "I5",
    "training_enrolment_pool_means_seat": "I6",
    "training_enrolment_park_seat_has_quota": "I6",
    "training_quota_one_for_each_park": "I2",
}
TRIGGERS = {"training_enrolmentlog_append_only": "I7"}

# I1, I2: the pools that hold more than they have, and the sums that are none.
OVERFULL = """
    SELECT c.code, COALESCE(p.slug, 'shared'), count(*), COALESCE(q.seats, c.shared)
    FROM training_enrolment e
    JOIN training_cohort c ON c.id = e.cohort_id
    LEFT JOIN training_parkquota q ON q.id = e.quota_id
    LEFT JOIN parks_park p ON p.id = q.park_id
    WHERE e.pool <> '' AND (%(cohort)s::bigint IS NULL OR c.id = %(cohort)s)
    GROUP BY c.id, c.code, c.shared, q.id, q.seats, p.slug
    HAVING count(*) > COALESCE(q.seats, c.shared)
"""
SUMS = """
    SELECT c.code, c.capacity, c.shared + COALESCE(sum(q.seats), 0)
    FROM training_cohort c LEFT JOIN training_parkquota q ON q.cohort_id = c.id
    WHERE %(cohort)s::bigint IS NULL OR c.id = %(cohort)s
    GROUP BY c.id, c.code, c.capacity, c.shared
    HAVING c.capacity <> c.shared + COALESCE(sum(q.seats), 0)
"""
# A seat of another cohort's quota would be counted nowhere.
STRAY = """
    SELECT c.code, count(*) FROM training_enrolment e
    JOIN training_parkquota q ON q.id = e.quota_id JOIN training_cohort c ON c.id = e.cohort_id
    WHERE q.cohort_id <> e.cohort_id AND (%(cohort)s::bigint IS NULL OR c.id = %(cohort)s) GROUP BY c.code
"""
DOUBLE = """
    SELECT c.code, count(*) FROM (
        SELECT cohort_id, person_id FROM training_enrolment
        WHERE state IN ('submitted', 'waitlisted', 'offered', 'enrolled', 'active')
        GROUP BY cohort_id, person_id HAVING count(*) > 1
    ) twice JOIN training_cohort c ON c.id = twice.cohort_id
    WHERE %(cohort)s::bigint IS NULL OR c.id = %(cohort)s GROUP BY c.code
"""
NUMBERS = """
    SELECT c.code, max(e.queue_no), c.seq FROM training_enrolment e JOIN training_cohort c ON c.id = e.cohort_id
    WHERE %(cohort)s::bigint IS NULL OR c.id = %(cohort)s
    GROUP BY c.id, c.code, c.seq HAVING max(e.queue_no) > c.seq OR count(*) <> count(DISTINCT e.queue_no)
"""
POOLS = """
    SELECT c.code, count(*) FROM training_enrolment e JOIN training_cohort c ON c.id = e.cohort_id
    WHERE (e.state IN ('offered', 'enrolled', 'active', 'completed', 'not_completed')) <> (e.pool <> '')
    AND (%(cohort)s::bigint IS NULL OR c.id = %(cohort)s) GROUP BY c.code
"""
# I7: each step goes on from the one before, the first from nothing, and the last is the row.
REPLAY = """
    SELECT c.code, e.queue_no FROM training_enrolment e
    JOIN training_cohort c ON c.id = e.cohort_id
    LEFT JOIN LATERAL (
        SELECT bool_and(
                   steps.from_state = COALESCE(steps.was_state, '')
                   AND steps.from_pool = COALESCE(steps.was_pool, '')
                   AND steps.from_quota_id IS NOT DISTINCT FROM steps.was_quota
               ) AS follows,
               (array_agg(ROW(steps.to_state, steps.to_pool, steps.to_quota_id) ORDER BY steps.id DESC))[1]
                   = ROW(e.state, e.pool, e.quota_id) AS ends
        FROM (
            SELECT l.*, lag(l.to_state) OVER w AS was_state, lag(l.to_pool) OVER w AS was_pool,
                   lag(l.to_quota_id) OVER w AS was_quota
            FROM training_enrolmentlog l WHERE l.enrolment_id = e.id WINDOW w AS (ORDER BY l.id)
        ) steps
    ) log ON true
    WHERE (%(cohort)s::bigint IS NULL OR c.id = %(cohort)s) AND NOT COALESCE(log.follows AND log.ends, false)
    ORDER BY 1, 2 LIMIT 20
"""


def broken(now: datetime | None = None) -> Iterator[str]:
    """All that does not hold, of every cohort, at one moment: seats may change meanwhile."""
    begun = connection.in_atomic_block
    with transaction.atomic():
        if not begun:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield from list(_guards())
        yield from list(_rows(None))
        waits = Enrolment.objects.filter(state=Enrolment.State.WAITLISTED).values("cohort")
        for cohort in Cohort.objects.filter(pk__in=waits).order_by("pk"):
            yield from list(_stuck(cohort))


def of_cohort(cohort: Cohort) -> list[str]:
    """The same of one cohort, for whoever holds it."""
    return [*_rows(cohort.pk), *_stuck(cohort)]


def _rows(cohort: int | None) -> Iterator[str]:
    for code, pool, held, seats in _ask(OVERFULL, cohort):
        yield f"I1: {code}, {pool}: {held} people on {seats} seats"
    for code, capacity, planned in _ask(SUMS, cohort):
        yield f"I2: {code}: {capacity} seats in all, {planned} in the pools"
    for code, count in _ask(STRAY, cohort):
        yield f"I2: {code}: {count} people sit in another cohort's quota"
    for code, count in _ask(DOUBLE, cohort):
        yield f"I3: {code}: {count} people are in it twice"
    for code, last, given in _ask(NUMBERS, cohort):
        yield f"I5: {code}: the last number is {last}, {given} were given, or one was given twice"
    for code, count in _ask(POOLS, cohort):
        yield f"I6: {code}: {count} people hold a seat without a pool, or the other way round"
    for code, number in _ask(REPLAY, cohort):
        yield f"I7: {code}: the steps of number {number} do not lead to where it stands"


def _stuck(cohort: Cohort) -> Iterator[str]:
    """I4: nobody waits whom a pool would serve."""
    if not gives_seats(cohort):
        return
    seats = seats_of(cohort)
    waiting = Enrolment.objects.filter(cohort=cohort).waiting()
    for number, park in waiting.values_list("queue_no", "park"):
        if seats.take(park) is not None:
            yield f"I4: {cohort.code}: number {number} waits although a seat is free"


def _guards() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname = ANY(%s)", [list(CONSTRAINTS)])
        there = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)", [list(CONSTRAINTS)])
        there |= {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled IN ('O', 'A')", [list(TRIGGERS)]
        )
        there |= {name for (name,) in cursor.fetchall()}
    for name, rule in (CONSTRAINTS | TRIGGERS).items():
        if name not in there:
            yield f"{rule}: what holds it in the database ({name}) is gone or off"


def _ask(statement: str, cohort: int | None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"cohort": cohort})
        return cursor.fetchall()
