"""The nightly check finds each kind of fault, and the database refuses most of them in the first place."""

import pytest
from django.db import IntegrityError, connection, transaction

from alliance.notifications import invariants as nightly
from tests.training.factories import make_enrolment
from training import invariants
from training.models import Cohort, Enrolment, EnrolmentLog, ParkQuota

from .making import hold, make_open_cohort, make_sending_park, wait

pytestmark = pytest.mark.django_db


def found():
    return [finding[:2] for finding in invariants.broken()]


def test_a_sound_cohort_says_nothing():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 1}, shared=1)
    for _ in range(2):
        hold(cohort, park)
    wait(cohort, park)

    assert found() == []


def test_i1_more_people_than_seats():
    cohort = make_open_cohort(shared=1)
    hold(cohort, make_sending_park())
    Cohort.objects.update(shared=0, capacity=0)

    assert found() == ["I1"]


def test_i2_a_sum_that_is_none():
    make_open_cohort(shared=1)
    Cohort.objects.update(capacity=9)

    assert found() == ["I2"]


def test_i2_a_seat_of_another_cohort():
    park = make_sending_park()
    hold(make_open_cohort(quotas={park: 1}), park)
    other = make_open_cohort(quotas={park: 1})
    Enrolment.objects.update(quota=other.quotas.get())

    assert "I2" in found()


def test_i4_somebody_waits_although_a_seat_is_free():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 1})
    hold(cohort, park)
    wait(cohort, park)
    ParkQuota.objects.update(seats=2)
    Cohort.objects.update(capacity=2)

    assert found() == ["I4"]


def test_i7_a_row_that_no_step_led_to():
    make_enrolment()
    row = hold(make_open_cohort(shared=1), make_sending_park())
    assert found() == ["I7"]
    EnrolmentLog.objects.create(enrolment=row, from_state="offered", to_state="completed")

    assert found() == ["I7", "I7"]


def test_i3_i5_i6_are_held_by_the_database():
    cohort = make_open_cohort(shared=3)
    row = hold(cohort, make_sending_park())
    for change in ({"pool": ""}, {"state": "withdrawn"}, {"pool": "park"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.filter(pk=row.pk).update(**change)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE training_enrolment DROP CONSTRAINT training_enrolment_pool_means_seat")

    assert found() == ["I6"]


def test_the_nightly_check_asks_of_seats_too():
    make_open_cohort(shared=1)
    Cohort.objects.update(capacity=9)

    assert [finding for finding in nightly.broken() if finding.startswith("I2")]
