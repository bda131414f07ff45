"""A park follows the attendance and the results of its people, and sends somebody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_user
from tests.training.factories import make_session
from training import seats
from training.models import AttendanceMark, Cohort, Enrolment
from training.seats import Line, Mode

from .making import hold, make_open_cohort, make_sending_park, manager_of, wait

pytestmark = pytest.mark.django_db


def park_page(park, cohort) -> Client:
    client = Client()
    client.force_login(manager_of(park))
    client.address = reverse("training:park_cohort", args=[park.slug, cohort.code])
    return client


def test_rate_and_both_pages_stand_beside_those_who_learn():
    park, other = make_sending_park(), make_sending_park()
    cohort = make_open_cohort(quotas={park: 1}, shared=1)
    learns, waits, theirs = hold(cohort, park), None, hold(cohort, other)
    waits = wait(cohort, park)
    session = make_session(cohort, starts_at=timezone.now() - timedelta(days=1), state="locked")
    AttendanceMark.objects.create(
        session=session,
        enrolment=learns,
        kind="late",
        minutes_present=90,
        source="trainer",
        actor=make_user(),
        nonce="1",
    )
    client = park_page(park, cohort)

    page = client.get(client.address).content.decode()

    links = [reverse(f"training:{name}", args=[learns.pk]) for name in ("learner_attendance", "result_sheet")]
    assert "75.00 %" in page
    assert all(f'href="{link}"' in page for link in links)
    for link in links:
        assert client.get(link).status_code == 200
    assert client.address in client.get(links[1]).content.decode()
    for row in (waits, theirs):
        assert reverse("training:result_sheet", args=[row.pk]) not in page
    assert client.get(reverse("training:result_sheet", args=[theirs.pk])).status_code == 404


def test_following_costs_as_many_queries_for_ten_as_for_one():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 10})
    make_session(cohort)
    client = park_page(park, cohort)

    def ask() -> int:
        client.get(client.address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(client.address).status_code == 200
        return len(seen)

    hold(cohort, park)
    at_one = ask()
    for _n in range(9):
        hold(cohort, park)

    assert ask() == at_one


class TestSwap:
    """Take back, then nominate: the new person has a number of their own, and nobody is passed over (E-2, E-5)."""

    def swap(self, cohort: Cohort, park, row: Enrolment) -> Enrolment:
        person, by = make_user(), manager_of(park)
        seats.withdraw(row, by=by, reason="样例：换人")
        seats.nominate(cohort, park, [Line(1, person.name, person.email)], mode=Mode.ALL, learner="employed", by=by)
        return cohort.enrolments.get(person=person)

    def test_where_nobody_waits_the_new_person_has_the_seat(self):
        park = make_sending_park()
        cohort = make_open_cohort(quotas={park: 1})

        assert self.swap(cohort, park, hold(cohort, park)).state == "offered"

    def test_e5_whoever_waits_for_the_seat_comes_first(self):
        park = make_sending_park()
        cohort = make_open_cohort(quotas={park: 1})
        held, waiter = hold(cohort, park), wait(cohort, park)

        new = self.swap(cohort, park, held)

        waiter.refresh_from_db()
        assert (waiter.state, new.state) == ("offered", "waitlisted")
        assert new.queue_no > waiter.queue_no
