"""E-1 to E-3, and who may approve."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.models import Notice, Task
from tests.factories import make_park, make_user
from tests.training.factories import make_cohort
from training import seats
from training.models import Cohort, Enrolment, Programme

from .making import ask, hold, later, lead_of, make_open_cohort, make_sending_park, manager_of, states, wait

pytestmark = pytest.mark.django_db


def test_e1_the_first_statement_of_every_change_locks_the_cohort():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 5})
    other = make_cohort(cohort.version, quotas={park: 5})
    asked, offered, held = ask(cohort, park), wait(cohort, park), hold(cohort, park)
    by, lead = manager_of(park), lead_of(cohort)
    acts = [
        lambda: ask(cohort, park, asked.person),
        lambda: seats.approve(asked, by=by),
        lambda: seats.accept(offered, by=offered.person),
        lambda: seats.withdraw(held, by=held.person),
        lambda: seats.remove(offered, by=lead, reason="x"),
        lambda: seats.set_seats(cohort, shared=1, quotas={}, by=lead),
        lambda: seats.give_back(cohort, park, 1, by=by),
        lambda: seats.take_back(cohort, park, 1, by=by),
        lambda: seats.release(cohort, by=lead),
        lambda: seats.nominate(cohort, park, [], mode=seats.Mode.ALL, learner="adult", by=by),
    ]
    for act in acts:
        with CaptureQueriesContext(connection) as queries:
            act()
        said = [query["sql"] for query in queries]
        first = said[next(n for n, sql in enumerate(said) if sql.startswith("SAVEPOINT")) + 1]
        assert first.startswith('SELECT "training_cohort"')
        assert first.endswith("FOR UPDATE")
    with CaptureQueriesContext(connection) as queries, pytest.raises(PermissionDenied):
        seats.transfer(hold(cohort, park), other, by=make_user())
    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"] and '"training_cohort"' in query["sql"]]
    assert 'ORDER BY "training_cohort"."id" ASC' in locks[-1]


def test_e2_numbers_are_given_in_turn_and_never_change():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 2})

    first, second = ask(cohort, park), ask(cohort, park)
    seats.withdraw(first, by=first.person)
    again = ask(cohort, park, first.person)
    seats.approve(second, by=manager_of(park))

    assert list(cohort.enrolments.order_by("pk").values_list("queue_no", flat=True)) == [1, 2, 3]
    assert again.queue_no == 3
    cohort.refresh_from_db()
    assert cohort.seq == 3


def test_e3_no_approval_no_seat():
    park = make_sending_park()
    cohort = make_open_cohort(shared=5)

    row = ask(cohort, park)

    assert states(cohort) == "s"
    seats.approve(row, by=manager_of(park))
    assert states(cohort) == "o"


def test_e3_the_lead_approves_second_where_the_programme_asks_for_it():
    park = make_sending_park()
    cohort = make_open_cohort(shared=1, asks_host=True)
    row = ask(cohort, park)

    with pytest.raises(PermissionDenied):
        seats.approve(row, by=lead_of(cohort))
    row = seats.approve(row, by=manager_of(park))
    assert (row.state, row.home_approved_by) == ("submitted", manager_of(park))
    with pytest.raises(PermissionDenied):
        seats.approve(row, by=manager_of(park))
    row = seats.approve(row, by=lead_of(cohort))

    row.refresh_from_db()
    assert (row.state, row.host_approved_by) == ("offered", lead_of(cohort))


def test_e3_only_the_own_park_approves():
    row = ask(make_open_cohort(shared=1), make_sending_park())

    for stranger in (row.person, make_user(), manager_of(make_sending_park()), lead_of(row.cohort)):
        with pytest.raises(PermissionDenied):
            seats.approve(row, by=stranger)


def test_approving_twice_changes_nothing():
    park = make_sending_park()
    row = wait(make_open_cohort(shared=1), park)

    seats.approve(row, by=manager_of(park))

    assert row.log.count() == 3  # submitted, approved, offered


def test_a_rejection_says_why():
    park = make_sending_park()
    row = ask(make_open_cohort(shared=1), park)

    with pytest.raises(RuleBroken, match="reason"):
        seats.reject(row, by=manager_of(park), reason=" ")
    seats.reject(row, by=manager_of(park), reason="Not from our park")

    row.refresh_from_db()
    assert (row.state, row.reason) == ("rejected", "Not from our park")
    with pytest.raises(MoveRefused):
        seats.approve(row, by=manager_of(park))


class TestWhoCanAsk:
    def test_nobody_before_or_after_the_window(self):
        park = make_sending_park()
        early = make_open_cohort(shared=1, enrol_from=later(days=1), enrol_until=later(days=2))
        late = make_open_cohort(shared=1, enrol_from=later(days=-3), enrol_until=later(days=-1))

        with pytest.raises(RuleBroken, match="not opened"):
            ask(early, park)
        with pytest.raises(RuleBroken, match="closed"):
            ask(late, park)

    def test_p2_nobody_while_the_programme_is_suspended(self):
        cohort = make_open_cohort(shared=1)
        Programme.objects.update(state="suspended")

        with pytest.raises(RuleBroken, match="takes nobody"):
            ask(cohort, make_sending_park())

    def test_nobody_for_a_park_that_could_not_answer(self):
        with pytest.raises(RuleBroken, match="Nobody of this park"):
            ask(make_open_cohort(shared=1), make_park())

    @pytest.mark.parametrize("state", sorted(set(Cohort.State.values) - {"enrolling"}))
    def test_nobody_in_another_state(self, state):
        cohort = make_cohort(shared=1, state=state)

        with pytest.raises(RuleBroken):
            ask(cohort, make_sending_park())

    def test_t_e4_asking_twice_is_one_row(self):
        park, person = make_sending_park(), make_user()
        cohort = make_open_cohort(shared=1)

        assert ask(cohort, park, person) == ask(cohort, park, person)
        assert Enrolment.objects.count() == 1


def test_a_task_waits_at_the_park_until_somebody_answers():
    park = make_sending_park()
    cohort = make_open_cohort(shared=1, asks_host=True)
    row = ask(cohort, park)

    task = Task.objects.open().get()
    assert (task.kind, task.organisation) == ("training.approve_trainee", park.organisation)
    seats.approve(row, by=manager_of(park))
    task = Task.objects.open().get()
    assert (task.kind, task.organisation) == ("training.approve_as_lead", lead_of(cohort).duties.get().organisation)
    seats.approve(row, by=lead_of(cohort))
    assert not Task.objects.open().exists()


def test_who_gets_a_seat_at_approval_is_told_once_of_the_seat():
    row = wait(make_open_cohort(shared=1), make_sending_park())
    waits = wait(row.cohort, make_sending_park())

    kinds = {
        person: list(Notice.objects.filter(recipient=person).values_list("event__kind", flat=True))
        for person in (row.person, waits.person)
    }

    assert kinds == {row.person: ["training.offered"], waits.person: ["training.approved"]}
