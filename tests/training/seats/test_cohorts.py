"""C-1 to C-3 with the seats, V-5 transfers, and what the clock moves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.models import Notice
from tests.factories import make_duty, make_user
from tests.training.factories import make_cohort, make_version
from training import requirements, seats
from training.models import Cohort, Enrolment, UnitMap
from training.requirements import Requirement
from training.seats import clock
from training.services import cohorts

from .making import ask, hold, later, lead_of, make_lead, make_open_cohort, make_sending_park, manager_of, states, wait

pytestmark = pytest.mark.django_db


def plan_of(**more):
    now = timezone.now()
    return {
        "code": "ani-2027a",
        "title_zh": "样例班次",
        "starts_at": now + timedelta(days=30),
        "ends_at": now + timedelta(days=90),
        "enrol_from": now,
        "enrol_until": now + timedelta(days=20),
    } | more


def make_planned(lead=None, **more):
    cohort = make_open_cohort(lead)
    host = cohort.host
    return cohorts.create(cohort.version, by=lead_of(cohort), host=host, **plan_of(**more))


class TestPlan:
    def test_c1_the_capacity_is_the_sum(self):
        a, b = make_sending_park(), make_sending_park()

        cohort = make_planned(shared=3, quotas={a: 4, b: 0})

        assert (cohort.state, cohort.capacity, cohort.quotas.count()) == ("planned", 7, 1)

    def test_c1_no_enrolment_without_seats(self):
        cohort = make_planned()

        with pytest.raises(RuleBroken, match="at least one seat"):
            cohorts.move(cohort, "open", by=lead_of(cohort))
        seats.set_seats(cohort, shared=2, quotas={}, by=lead_of(cohort))
        cohorts.move(cohort, "open", by=lead_of(cohort))

        cohort.refresh_from_db()
        assert cohort.state == "enrolling"

    def test_times_out_of_order_are_refused_in_words(self):
        with pytest.raises(RuleBroken, match="follow each other"):
            make_planned(starts_at=later(days=1))

    def test_after_it_opened_only_words_and_later_dates_change(self):
        cohort = make_planned(shared=2)
        lead = lead_of(cohort)
        cohorts.move(cohort, "open", by=lead)

        cohorts.plan(cohort, by=lead, title_en="New title")
        with pytest.raises(RuleBroken, match="cannot be changed"):
            cohorts.plan(cohort, by=lead, allocation="batch")

    def test_only_partners_that_lead_or_teach_plan(self):
        cohort = make_open_cohort()

        with pytest.raises(PermissionDenied):
            cohorts.create(cohort.version, by=make_lead(), host=cohort.host, **plan_of())


class TestMoves:
    def test_c2_confirmed_when_enough_hold_and_everybody_is_told(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=2, min_size=2)
        first = hold(cohort, park)
        with pytest.raises(RuleBroken, match="needs 2"):
            cohorts.move(cohort, "confirm", by=lead_of(cohort))
        hold(cohort, park)

        cohorts.move(cohort, "confirm", by=lead_of(cohort))

        told = Notice.objects.filter(event__kind="training.cohort_confirmed").values_list("recipient", flat=True)
        assert {first.person_id, manager_of(park).pk} <= set(told)

    def test_c2_too_few_at_the_end_of_the_window_is_cancelled(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=3, min_size=2)
        rows = [hold(cohort, park), ask(cohort, park)]

        clock.mind(cohort.enrol_until + timedelta(minutes=1))

        cohort.refresh_from_db()
        assert (cohort.state, states(cohort)) == ("cancelled", "rr")
        assert "2" in cohort.state_reason
        for row in rows:
            kinds = Notice.objects.filter(recipient=row.person).values_list("event__kind", flat=True)
            assert list(kinds).count("training.cohort_cancelled") == 1
            assert "training.removed" not in kinds

    def test_c3_batch_gives_all_seats_in_one_run_when_the_window_closes(self):
        a, b = make_sending_park(), make_sending_park()
        cohort = make_open_cohort(quotas={a: 1, b: 1}, allocation="batch", min_size=1)
        for park in (a, a, b):
            wait(cohort, park)
        assert states(cohort) == "www"

        clock.mind(cohort.enrol_until + timedelta(minutes=1))

        cohort.refresh_from_db()
        assert (cohort.state, states(cohort)) == ("confirmed", "owo")
        assert cohort.settled_at

    def test_the_clock_leads_a_cohort_through(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        row, waiter = hold(cohort, park), wait(cohort, park)

        clock.mind(cohort.starts_at + timedelta(minutes=1))
        row.refresh_from_db()
        assert (row.state, Cohort.objects.get(pk=cohort.pk).state) == ("active", "running")
        # No session, so the freeze is at the beginning: who waits hears so.
        clock.mind(cohort.starts_at + timedelta(minutes=6))
        waiter.refresh_from_db()
        assert waiter.state == "removed"
        clock.mind(cohort.ends_at + timedelta(minutes=1))

        assert Cohort.objects.get(pk=cohort.pk).state == "grading"

    @pytest.mark.parametrize(("is_met", "state"), [(True, "completed"), (False, "not_completed")])
    def test_completing_follows_the_requirements(self, monkeypatch, is_met, state):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        row = hold(cohort, park)
        clock.mind(cohort.starts_at + timedelta(minutes=1))
        clock.mind(cohort.ends_at + timedelta(minutes=1))
        said = Requirement("sample", "Sample", "1", "1", is_met)
        monkeypatch.setattr(requirements, "of_many", lambda rows: {one.pk: [said] for one in rows})

        cohorts.move(cohort, "complete", by=lead_of(cohort))

        row.refresh_from_db()
        assert (row.state, row.pool) == (state, "shared")

    def test_breaking_off_ends_everything_with_a_reason(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=2)
        hold(cohort, park)
        clock.mind(cohort.starts_at + timedelta(minutes=1))

        with pytest.raises(RuleBroken):
            cohorts.move(cohort, "abort", by=lead_of(cohort))
        cohorts.move(cohort, "abort", by=lead_of(cohort), reason="Flood")

        assert states(cohort) == "n"

    @pytest.mark.parametrize("verb", ["open", "confirm", "cancel", "start", "end_teaching", "complete", "abort"])
    def test_strangers_move_nothing(self, verb):
        from training.workflows.cohorts import COHORT

        cohort = make_open_cohort(shared=1)
        Cohort.objects.filter(pk=cohort.pk).update(state=COHORT.move(verb).sources[0])

        for stranger in (make_user(), make_lead(), manager_of(make_sending_park())):
            with pytest.raises(PermissionDenied):
                cohorts.move(cohort, verb, by=stranger, reason="x")


class TestTransfer:
    def test_v5_within_a_version_the_lead_sends_and_the_seat_goes_on(self):
        park = make_sending_park()
        source = make_open_cohort(shared=1)
        target = make_cohort(source.version, shared=1)
        row, waiter = hold(source, park), wait(source, park)

        new = seats.transfer(row, target, by=lead_of(source))

        row.refresh_from_db()
        waiter.refresh_from_db()
        assert (row.state, new.state, new.came_from, waiter.state) == ("transferred", "enrolled", row, "offered")

    def test_v5_to_another_version_the_awarding_partner_maps_every_unit(self):
        park = make_sending_park()
        source = make_open_cohort(shared=1)
        version = make_version(curriculum=source.version.curriculum, major=2, state="superseded")
        target = make_cohort(version, shared=1)
        row = hold(source, park)
        officer = make_duty(make_user(), source.host, "awarding_officer").person
        old, new = list(source.version.units.all()), list(version.units.all())

        with pytest.raises(PermissionDenied):
            seats.transfer(row, target, by=lead_of(source), unit_map=dict(zip(old, new, strict=True)))
        with pytest.raises(RuleBroken, match="U2"):
            seats.transfer(row, target, by=officer, unit_map={old[0]: new[0]})
        seats.transfer(row, target, by=officer, unit_map={old[0]: new[0], old[1]: None})

        assert list(UnitMap.objects.order_by("old").values_list("old", "new", "approved_by")) == [
            (old[0].pk, new[0].pk, officer.pk),
            (old[1].pk, None, officer.pk),
        ]

    def test_nobody_is_transferred_into_a_full_cohort_or_from_the_queue(self):
        park = make_sending_park()
        source = make_open_cohort(shared=1)
        target = make_cohort(source.version, shared=1)
        row, waiter = hold(source, park), wait(source, park)
        hold(target, park)

        with pytest.raises(RuleBroken, match="no free seat"):
            seats.transfer(row, target, by=lead_of(source))
        with pytest.raises(MoveRefused):
            seats.transfer(waiter, target, by=lead_of(source))
        assert Enrolment.objects.filter(cohort=target).count() == 1


def test_v6_a_withdrawn_version_stops_its_open_cohorts():
    from alliance.core import workflow
    from training.workflows.versions import VERSION

    park = make_sending_park()
    cohort = make_open_cohort(shared=1)
    hold(cohort, park)

    workflow.apply(VERSION, cohort.version, "withdraw", by=lead_of(cohort), reason="An error in U1")

    cohort.refresh_from_db()
    assert (cohort.state, cohort.state_reason, states(cohort)) == ("cancelled", "An error in U1", "r")
