import pytest
from django.db import transaction

from alliance import sample
from alliance.accounts import second_factor
from alliance.accounts.models import Duty, JoinRequest, User
from alliance.accounts.policies import duties_of
from alliance.accounts.roles import ROLES
from alliance.founding import found_alliance
from parks import reference


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    found_alliance()
    reference.load()


@pytest.mark.django_db
class TestMakePeople:
    def test_every_role_has_somebody(self, demo):
        sample.make_people()

        assert {duty.role_code for duty in Duty.objects.active()} == set(ROLES)
        assert duties_of(User.objects.get(email=sample.address("newcomer"))) == []
        assert JoinRequest.objects.filter(state="pending").count() == 1

    def test_whoever_needs_a_second_factor_has_one_whose_code_is_shown(self, demo):
        sample.make_people()

        shown = {user.email for user in User.objects.all() if second_factor.sample_code(user)}
        assert shown == {
            sample.address(person.login)
            for person in sample.PEOPLE
            if person.role and ROLES[person.role].second_factor == "required"
        }

    def test_running_it_again_changes_nothing(self, demo):
        sample.make_people()
        before = list(Duty.objects.values_list("pk", "person__email"))

        sample.make_people()

        assert list(Duty.objects.values_list("pk", "person__email")) == before
        assert User.objects.count() == len(sample.PEOPLE) + 1

    def test_nobody_is_made_outside_the_embedded_run(self, settings):
        settings.DEMO = False

        with pytest.raises(RuntimeError), transaction.atomic():
            sample.make_people()

        assert User.objects.count() == 0
