import csv
import shutil
from pathlib import Path

import pytest
from django.db import transaction

from alliance import sample, sample_cluster
from alliance.accounts import second_factor
from alliance.accounts.models import Duty, JoinRequest, User
from alliance.accounts.policies import duties_of
from alliance.accounts.roles import ROLES
from alliance.founding import found_alliance
from parks import reference
from parks.models import Cluster, ClusterMember

PARKS = {"taoxichuan", "798-art-zone", "751-d-park"}


@pytest.fixture(scope="module")
def few_parks(tmp_path_factory) -> Path:
    """The reference data with the parks that sample people act for; all of them take seconds each time."""
    folder = tmp_path_factory.mktemp("reference") / "data"
    shutil.copytree(reference.DATA, folder)
    with (folder / "parks.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        rows = [row for row in table if row["slug"] in PARKS]
    with (folder / "parks.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.fieldnames)
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture
def demo(settings, few_parks):
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    found_alliance()
    reference.load(few_parks)


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


PEOPLE = {person.login: sample.address(person.login) for person in sample.PEOPLE}


@pytest.mark.django_db
class TestMakeCluster:
    def test_it_is_named_a_sample_and_its_page_says_so(self, demo, client):
        sample.make_people()

        sample_cluster.make_cluster(PEOPLE)
        sample_cluster.make_cluster(PEOPLE)

        cluster = Cluster.objects.get()
        assert (cluster.name_zh, cluster.is_sample, cluster.state) == ("样例集群", True, "approved")
        assert ClusterMember.objects.filter(state="invited").count() == 1
        for language, words in (("zh-hans", "这是样例"), ("en", "This is a sample")):
            assert words in client.get(f"/{language}/clusters/{cluster.slug}/").content.decode()

    def test_whoever_lost_their_duty_keeps_it_from_being_made(self, demo):
        sample.make_people()
        Duty.objects.filter(person__email=sample.address("manager2")).delete()

        sample_cluster.make_cluster(PEOPLE)

        assert not Cluster.objects.exists()

    def test_none_is_made_outside_the_embedded_run(self, settings):
        settings.DEMO = False

        with pytest.raises(RuntimeError), transaction.atomic():
            sample_cluster.make_cluster(PEOPLE)
