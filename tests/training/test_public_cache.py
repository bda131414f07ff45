"""The public pages of training are made once for all visitors, and anew as soon as one of their words changes."""

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from alliance.core import pagecache, search
from alliance.core.pagecache import PageCache
from alliance.wsgi import django_application
from tests.core.test_pagecache import ask
from tests.factories import make_duty, make_officer, make_organisation, make_user
from tests.training.factories import make_partner, make_version
from tests.training.seats.making import lead_of, make_open_cohort
from training import seats
from training.models import CurriculumVersion, Programme
from training.services import cohorts, curricula, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal():
    cache.clear()
    # The test's connection is to outlive the request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield PageCache(django_application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    cache.clear()


@pytest.fixture
def cohort(db):
    return make_open_cohort(shared=5)


@pytest.fixture
def is_published(django_capture_on_commit_callbacks):
    """Whether pages made before are served no more after this."""

    def tell(act) -> bool:
        before = cache.get(pagecache.VERSION_KEY, 0)
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return cache.get(pagecache.VERSION_KEY, 0) != before

    return tell


def is_found(programme) -> bool:
    """By the name of the school that the test brings in."""
    return search.matching(Programme, "Academy of Marks").filter(object_id=programme.pk).exists()


def addresses(cohort) -> dict[str, str]:
    programme = cohort.version.curriculum.programme
    with translation.override("en"):
        return {
            "programme_list": reverse("training:programme_list"),
            "university_list": reverse("training:university_list"),
            "programme_detail": programme.get_absolute_url(),
            "version_detail": cohort.version.get_absolute_url(),
        }


@pytest.mark.parametrize("name", ["programme_list", "university_list", "programme_detail", "version_detail"])
class TestPages:
    def test_the_second_visitor_costs_no_query(self, portal, cohort, name):
        address = addresses(cohort)[name]
        first = ask(portal, address)
        with CaptureQueriesContext(connection) as queries:
            second = ask(portal, address)

        assert first.status == second.status == "200 OK"
        assert second.body == first.body
        assert len(queries) == 0

    def test_somebody_signed_in_gets_their_own(self, portal, client, cohort, name):
        address = addresses(cohort)[name]
        client.force_login(lead_of(cohort))
        ask(portal, address)
        own = ask(portal, address, cookies=f"session={client.cookies['session'].value}")

        assert "no-store" in own.headers["cache-control"]
        assert own.body != ask(portal, address).body


class TestChanges:
    def test_of_words_and_states_of_a_programme(self, cohort, is_published):
        programme, lead = cohort.version.curriculum.programme, lead_of(cohort)

        assert is_published(lambda: programmes.change_programme(programme, by=lead, title_en="Another title"))
        assert is_published(lambda: programmes.move_programme(programme, "suspend", by=lead, reason="Sample"))

    def test_of_partners(self, cohort, is_published):
        programme, lead = cohort.version.curriculum.programme, lead_of(cohort)
        school = make_organisation("school", name_zh="样例艺术学院", name_en="Sample Academy of Marks")
        answers = make_duty(make_user(), school, "training_manager").person
        partner = programmes.ask_partner(programme, school, "teaching", by=lead)

        assert is_published(lambda: programmes.accept_partnership(partner, by=answers))
        assert is_found(programme)
        assert is_published(lambda: programmes.end_partnership(partner, by=lead))
        assert not is_found(programme)

    def test_of_a_registration(self, cohort, is_published):
        partner = make_partner(cohort.version.curriculum.programme, make_organisation("school"), "awarding")
        desk = make_officer("training_desk")

        assert is_published(lambda: programmes.record_registration(partner, "样例第1号", by=desk))

    def test_of_versions(self, cohort, is_published):
        curriculum, lead = cohort.version.curriculum, lead_of(cohort)
        newer = make_version(curriculum.programme, curriculum=curriculum, state="approved", major=2, minor=0)

        assert is_published(lambda: curricula.move_version(newer, "publish", by=lead))
        assert CurriculumVersion.objects.get(pk=cohort.version_id).state == "superseded"

    def test_of_cohorts(self, cohort, is_published):
        lead = lead_of(cohort)

        assert is_published(lambda: cohorts.plan(cohort, by=lead, title_en="Another cohort"))
        assert is_published(lambda: seats.set_seats(cohort, shared=9, quotas={}, by=lead))
        assert is_published(lambda: cohorts.move(cohort, "cancel", by=lead, reason="Sample"))

    def test_of_nothing_that_the_public_reads(self, cohort, is_published):
        programme = cohort.version.curriculum.programme

        assert not is_published(lambda: programmes.change_programme(programme, by=lead_of(cohort)))
