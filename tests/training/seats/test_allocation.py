"""The arithmetic of seats: E-4, E-5, E-8, E-11 by example, and I1 to I4 as properties."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.allocation import (
    SHARED,
    Holder,
    Reason,
    Seats,
    Waiting,
    position,
    positions,
    reason,
    rebalance,
    settle,
)

A, B, C = 1, 2, 3
CODES = {A: "alpha", B: "beta", C: "gamma"}


def make_seats(shared=0, released=False, held=None, **quotas):
    ids = {"a": A, "b": B, "c": C}
    return Seats(shared, {ids[name]: n for name, n in quotas.items()}, CODES, released, Counter(held or {}))


class TestTake:
    def test_e4_the_own_quota_comes_first(self):
        assert make_seats(shared=5, a=1).take(A) == A

    def test_e4_then_the_shared_seats(self):
        assert make_seats(shared=1, a=1, held={A: 1}).take(A) == SHARED

    def test_e4_a_foreign_quota_serves_nobody_before_the_release(self):
        assert make_seats(a=1, b=3, held={A: 1}).take(A) is None

    def test_e8_after_the_release_the_emptiest_pool_serves(self):
        assert make_seats(released=True, a=1, b=3, c=5, held={A: 1, C: 3}).take(A) == B

    def test_e4_two_alike_are_taken_by_their_code(self):
        seats = make_seats(released=True, a=0, b=2, c=2)
        seats.codes = {A: "alpha", B: "zeta", C: "gamma"}

        assert seats.take(A) == C

    def test_a_park_without_quota_takes_what_is_shared(self):
        assert make_seats(shared=1, b=2).take(A) == SHARED


class TestSettle:
    def test_t_e6_a_holder_goes_home_and_the_shared_seat_to_the_first_who_waits(self):
        """T-E6: A's own seat frees; the holder of a shared seat moves home, the shared seat is offered to B's."""
        seats = make_seats(shared=1, a=1, held={SHARED: 1})

        done = settle(seats, [Holder(10, 1, A, SHARED)], [Waiting(11, 2, B), Waiting(12, 3, B)])

        assert [(one.key, one.pool, one.was) for one in done] == [(10, A, SHARED), (11, SHARED, None)]

    def test_e5_who_cannot_be_served_is_passed_over(self):
        seats = make_seats(a=1)

        done = settle(seats, [], [Waiting(1, 1, B), Waiting(2, 2, A)])

        assert [(one.key, one.pool) for one in done] == [(2, A)]

    def test_e5_seats_go_home_by_queue_number(self):
        seats = make_seats(shared=2, a=1, held={SHARED: 2})

        done = list(rebalance(seats, [Holder(1, 9, A, SHARED), Holder(2, 4, A, SHARED)]))

        assert [one.key for one in done] == [2]

    def test_e5_a_move_home_makes_room_for_another(self):
        """B's person sits in A's quota, A's in the shared pool: B frees up, then both go home."""
        seats = make_seats(shared=1, a=1, b=1, released=True, held={A: 1, SHARED: 1})

        done = list(rebalance(seats, [Holder(1, 1, A, SHARED), Holder(2, 2, B, A)]))

        assert {one.key: one.pool for one in done} == {1: A, 2: B}


class TestPosition:
    def test_e11_only_those_who_could_take_the_same_pool_stand_ahead(self):
        seats = make_seats(a=2, b=2, held={A: 2, B: 2})

        assert position(seats, A, [B, A, B]) == 2

    def test_e11_a_shared_seat_is_everybodys(self):
        seats = make_seats(shared=1, a=2, b=2, held={A: 2, B: 2, SHARED: 1})

        assert position(seats, A, [B, A, B]) == 4

    def test_e11_no_pool_no_position(self):
        seats = make_seats(b=2)

        assert position(seats, A, [B]) is None
        assert reason(seats, A) == Reason.NONE

    def test_e11_the_reason_says_what_is_waited_for(self):
        assert reason(make_seats(shared=1, a=1), A) == Reason.OWN_OR_SHARED
        assert reason(make_seats(a=1), A) == Reason.OWN
        assert reason(make_seats(shared=1), A) == Reason.SHARED
        assert reason(make_seats(b=1, released=True), A) == Reason.ANY
        assert reason(make_seats(shared=1, a=1), A, gives_seats=False) == Reason.BATCH


# On a busy machine drawing a cohort takes its time.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def cohorts(draw):
    """A cohort as it could be: every pool holds at most what it has, the queue has numbers of its own."""
    quotas = {park: draw(st.integers(0, 4)) for park in draw(st.sets(st.sampled_from([A, B, C])))}
    is_released = draw(st.booleans())
    seats = Seats(draw(st.integers(0, 4)), quotas, CODES, is_released)
    holders, number = [], 0
    for _ in range(draw(st.integers(0, 10))):
        park = draw(st.sampled_from([A, B, C]))
        open_to = [pool for pool in {park, SHARED, *(quotas if is_released else ())} if seats.free(pool) > 0]
        if open_to:
            number += draw(st.integers(1, 3))
            pool = draw(st.sampled_from(sorted(open_to)))
            seats.held[pool] += 1
            holders.append(Holder(number, number, park, pool))
    waiting = []
    for _ in range(draw(st.integers(0, 10))):
        number += draw(st.integers(1, 3))
        waiting.append(Waiting(number, number, draw(st.sampled_from([A, B, C]))))
    return seats, holders, draw(st.permutations(waiting))


@patiently
@given(cohorts())
def test_after_settling_the_invariants_hold(cohort):
    seats, holders, waiting = cohort
    before = seats.capacity

    done = settle(seats, holders, waiting)

    sits = {holder.key: (holder.park, holder.pool) for holder in holders}
    parks = {one.key: one.park for one in waiting} | {holder.key: holder.park for holder in holders}
    for one in done:
        sits[one.key] = (parks[one.key], one.pool)
    # I1, and the counts say what the rows say.
    assert Counter(pool for _park, pool in sits.values()) == +seats.held
    assert all(seats.free(pool) >= 0 for pool in (SHARED, *seats.quotas))
    # I2
    assert seats.capacity == before
    # I4
    assert [one for one in waiting if one.key not in sits and seats.take(one.park) is not None] == []
    # Nobody sits away from home while there is room.
    assert [key for key, (park, pool) in sits.items() if pool != park and seats.free(park) > 0] == []


@patiently
@given(cohorts())
def test_settling_twice_changes_nothing(cohort):
    seats, holders, waiting = cohort
    done = {one.key: one.pool for one in settle(seats, holders, waiting)}

    holders = [Holder(h.key, h.queue_no, h.park, done.get(h.key, h.pool)) for h in holders]
    holders += [Holder(w.key, w.queue_no, w.park, done[w.key]) for w in waiting if w.key in done]

    assert settle(seats, holders, [one for one in waiting if one.key not in done]) == []


@patiently
@given(cohorts())
def test_nobody_overtakes_somebody_of_the_same_park(cohort):
    """Within one park the queue number alone decides."""
    seats, holders, waiting = cohort
    promoted = {one.key for one in settle(seats, holders, waiting)}

    for one in waiting:
        behind = [other for other in waiting if other.park == one.park and other.queue_no > one.queue_no]
        assert one.key in promoted or not any(other.key in promoted for other in behind)


@patiently
@given(cohorts())
def test_e11_all_positions_at_once_are_those_of_each(cohort):
    seats, _holders, waiting = cohort
    found = positions(seats, waiting)

    for one in waiting:
        ahead = [other.park for other in waiting if other.queue_no < one.queue_no]
        assert found[one.key] == position(seats, one.park, ahead)
