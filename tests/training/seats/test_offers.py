"""E-5 to E-8, E-10: offers, and seats that come free."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.models import Notice
from tests.factories import make_user
from tests.training.factories import make_session
from training import seats, windows
from training.models import Cohort, Enrolment
from training.seats import clock

from .making import ask, hold, later, lead_of, make_open_cohort, make_sending_park, manager_of, states, wait

pytestmark = pytest.mark.django_db
NOW = timezone.now()


class TestWindow:
    def test_e6_forty_eight_hours(self):
        cohort = Cohort(starts_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=60))

        assert windows.offer_until(cohort, NOW) == NOW + timedelta(hours=48)

    @settings(deadline=None)
    @given(st.integers(0, 72 * 60), st.integers(2, 336))
    def test_e6_twelve_hours_in_the_last_three_days_and_never_past_the_beginning(self, minutes, hours):
        begins = NOW + timedelta(minutes=minutes)
        cohort = Cohort(starts_at=begins, ends_at=NOW + timedelta(days=60), offer_hours=hours)

        until = windows.offer_until(cohort, NOW)

        assert until - NOW <= timedelta(hours=min(12, hours))
        assert until <= begins or minutes == 0
        assert until > NOW

    @settings(deadline=None)
    @given(st.integers(72 * 60 + 1, 60 * 24 * 60), st.integers(2, 336))
    def test_e6_as_configured_before(self, minutes, hours):
        cohort = Cohort(starts_at=NOW + timedelta(minutes=minutes), ends_at=later(days=99), offer_hours=hours)

        assert windows.offer_until(cohort, NOW) == min(NOW + timedelta(hours=hours), cohort.starts_at)


class TestAnswer:
    def test_accepting_twice_is_one_step(self):
        row = hold(make_open_cohort(shared=1), make_sending_park())

        seats.accept(row, by=row.person)

        assert [step.to_state for step in row.log.all()] == ["submitted", "waitlisted", "offered", "enrolled"]

    def test_nobody_answers_for_somebody_else(self):
        park = make_sending_park()
        row = wait(make_open_cohort(shared=1), park)

        for other in (make_user(), manager_of(park), lead_of(row.cohort)):
            with pytest.raises(PermissionDenied):
                seats.accept(row, by=other)
            with pytest.raises(PermissionDenied):
                seats.decline(row, by=other)

    def test_e6_who_declines_joins_the_end(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        row, behind = wait(cohort, park), wait(cohort, park)

        seats.decline(row, by=row.person)
        again = wait(cohort, park, row.person)

        assert (states(cohort), again.queue_no) == ("dow", 3)
        with pytest.raises(MoveRefused):
            seats.accept(row, by=row.person)
        behind.refresh_from_db()
        assert behind.state == "offered"

    def test_e7_an_overdue_offer_is_refused_although_no_job_ran_and_the_seat_goes_on(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        row, _behind = wait(cohort, park), wait(cohort, park)

        with pytest.raises(seats.OfferLapsed):
            seats.accept(row, by=row.person, now=later(hours=49))

        assert states(cohort) == "lo"

    def test_e7_any_other_step_finds_it_lapsed(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        wait(cohort, park)
        Enrolment.objects.update(offer_until=later(seconds=-1))

        wait(cohort, park)

        assert states(cohort) == "lo"

    def test_e7_the_job_lapses_what_nobody_touches(self):
        cohort = make_open_cohort(shared=1)
        row = wait(cohort, make_sending_park())

        assert clock.mind(later(hours=49)) == 1
        assert clock.mind(later(hours=50)) == 0

        row.refresh_from_db()
        assert row.state == "lapsed"

    def test_an_offer_about_to_lapse_is_reminded_of_once(self):
        row = wait(make_open_cohort(shared=1), make_sending_park())

        for hours in (30, 37, 40):
            clock.mind(later(hours=hours))

        assert Notice.objects.filter(recipient=row.person, event__kind="training.offer_ends").count() == 1


class TestComingFree:
    def test_t_e6_own_seat_frees_holder_moves_home_shared_seat_goes_to_the_first_who_waits(self):
        a, b = make_sending_park(), make_sending_park()
        cohort = make_open_cohort(quotas={a: 1}, shared=1)
        first, second, waiter = hold(cohort, a), hold(cohort, a), wait(cohort, b)
        assert [second.pool, waiter.pool] == ["shared", ""]

        seats.withdraw(first, by=first.person)

        second.refresh_from_db()
        waiter.refresh_from_db()
        assert (second.pool, second.quota.park, waiter.state, waiter.pool) == ("park", a, "offered", "shared")

    @pytest.mark.parametrize(
        "free",
        [
            lambda row: seats.withdraw(row, by=row.person),
            lambda row: seats.withdraw(row, by=manager_of(row.park), reason="Left us"),
            lambda row: seats.remove(row, by=lead_of(row.cohort), reason="No show"),
            lambda row: seats.set_seats(row.cohort, shared=2, quotas={}, by=lead_of(row.cohort)),
        ],
    )
    def test_e5_the_queue_moves_up_in_the_same_transaction(self, free):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        row, waiter = hold(cohort, park), wait(cohort, park)

        free(row)

        waiter.refresh_from_db()
        assert waiter.state == "offered"

    def test_t_e5_raising_leaves_the_unapproved_where_they_are(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        ask(cohort, park)

        seats.set_seats(cohort, shared=9, quotas={}, by=lead_of(cohort))

        assert states(cohort) == "s"

    def test_e8_release_serves_anyone(self):
        a, b = make_sending_park(), make_sending_park()
        cohort = make_open_cohort(quotas={a: 1})
        row = wait(cohort, b)
        assert row.state == "waitlisted"

        seats.release(cohort, by=lead_of(cohort))

        row.refresh_from_db()
        assert (row.state, row.quota.park) == ("offered", a)

    def test_e8_the_day_of_release_needs_no_job(self):
        a, b = make_sending_park(), make_sending_park()
        cohort = make_open_cohort(quotas={a: 2}, release_at=later(seconds=-1))

        row = wait(cohort, b)

        row.refresh_from_db()
        assert row.state == "offered"

    def test_e10_after_the_freeze_the_seat_goes_with_the_person(self):
        park = make_sending_park()
        cohort = make_open_cohort(quotas={park: 1}, shared=1, seat_freeze_at=later(days=40))
        rows = [hold(cohort, park), hold(cohort, park), wait(cohort, park), wait(cohort, park)]

        seats.withdraw(rows[0], by=rows[0].person, now=later(hours=1))
        assert states(cohort) == "xeow"
        # The offer in between is accepted in time.
        seats.accept(rows[2], by=rows[2].person)
        seats.withdraw(rows[1], by=rows[1].person, now=later(days=41))

        assert states(cohort) == "xxew"
        cohort.refresh_from_db()
        assert (cohort.capacity, cohort.shared + cohort.quotas.get().seats) == (1, 1)

    def test_e10_by_default_from_the_end_of_the_second_session(self):
        cohort = make_open_cohort(shared=1)
        assert windows.freezes_at(cohort) == cohort.starts_at
        sessions = [make_session(cohort, starts_at=cohort.starts_at + timedelta(days=day)) for day in (2, 0, 1)]

        assert windows.freezes_at(cohort) == sessions[2].ends_at


class TestGiving:
    def test_e9_no_pool_goes_below_its_holders(self):
        a, b = make_sending_park(), make_sending_park()
        cohort = make_open_cohort(quotas={a: 3}, shared=3)
        for park in (a, a, b):
            hold(cohort, park)

        with pytest.raises(seats.TooFew) as refused:
            seats.set_seats(cohort, shared=1, quotas={a: 1}, by=lead_of(cohort))
        assert refused.value.holders == 2
        with pytest.raises(seats.TooFew, match="1"):
            seats.set_seats(cohort, shared=0, quotas={}, by=lead_of(cohort))
        seats.set_seats(cohort, shared=1, quotas={a: 2, b: 1}, by=lead_of(cohort))

        cohort.refresh_from_db()
        assert (cohort.capacity, cohort.shared) == (4, 1)
        # B's person went home.
        assert cohort.enrolments.get(park=b).quota.park == b

    def test_e8_a_park_gives_back_what_nobody_holds_and_takes_back_what_is_free(self):
        a, b = make_sending_park(), make_sending_park()
        cohort = make_open_cohort(quotas={a: 3})
        hold(cohort, a)
        waiter = wait(cohort, b)

        with pytest.raises(RuleBroken, match="2 seats"):
            seats.give_back(cohort, a, 3, by=manager_of(a))
        seats.give_back(cohort, a, 2, by=manager_of(a))
        waiter.refresh_from_db()
        assert waiter.state == "offered"
        with pytest.raises(RuleBroken, match="1 seat "):
            seats.take_back(cohort, a, 2, by=manager_of(a))
        quota = seats.take_back(cohort, a, 1, by=manager_of(a))

        quota.refresh_from_db()
        cohort.refresh_from_db()
        assert (quota.seats, quota.given_back, cohort.shared, cohort.capacity) == (2, 1, 1, 3)

    def test_nobody_changes_the_seats_of_others(self):
        a, b = make_sending_park(), make_sending_park()
        cohort = make_open_cohort(quotas={a: 3})

        for act in (
            lambda: seats.give_back(cohort, a, 1, by=manager_of(b)),
            lambda: seats.take_back(cohort, a, 1, by=lead_of(cohort)),
            lambda: seats.set_seats(cohort, shared=1, quotas={}, by=manager_of(a)),
            lambda: seats.release(cohort, by=manager_of(a)),
        ):
            with pytest.raises(PermissionDenied):
                act()
