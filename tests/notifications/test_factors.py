"""What the secretariat hears when somebody lost every second factor (6.10)."""

import pytest

from alliance.accounts.services import lost_factor
from alliance.notifications.models import Notice, Task
from tests.factories import make_officer, make_user

pytestmark = pytest.mark.django_db


def told(kind="accounts.factor_lost"):
    return sorted(Notice.objects.filter(event__kind=kind).values_list("recipient", flat=True))


@pytest.fixture
def desks():
    return make_officer("membership_desk"), make_officer("data_desk")


class TestFactorLost:
    def test_every_desk_hears_and_it_waits_until_two_have_approved(self, desks):
        lost = lost_factor.ask(make_user())

        task = Task.objects.get()
        assert (task.kind, task.organisation.kind) == ("accounts.help_with_factor", "secretariat")
        assert told() == sorted(desk.pk for desk in desks)
        lost_factor.approve(lost, by=desks[0])
        task.refresh_from_db()
        assert task.state != "done"
        lost_factor.approve(lost, by=desks[1])

        task.refresh_from_db()
        assert (task.state, task.outcome, task.done_by) == ("done", "approved", desks[1])

    def test_not_the_person_themselves(self, desks):
        lost_factor.ask(desks[0])

        assert told() == [desks[1].pk]

    @pytest.mark.parametrize("end", ["refused", "withdrawn"])
    def test_closed_otherwise(self, desks, end):
        lost = lost_factor.ask(make_user())

        if end == "refused":
            lost_factor.refuse(lost, by=desks[0], note="We could not reach the person.")
        else:
            lost_factor.withdraw(lost)

        assert Task.objects.get().outcome == end

    def test_asking_twice_tells_once(self, desks):
        person = make_user()
        lost_factor.ask(person)
        lost_factor.ask(person)

        assert Task.objects.count() == 1
        assert len(told()) == 2
