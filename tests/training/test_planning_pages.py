"""The list of cohorts offers a new one only where somebody could enrol; menus mark where the reader is."""

import pytest
from django.urls import reverse
from django.utils import translation

from tests.factories import make_duty, make_organisation, make_user
from tests.training.factories import make_cohort, make_programme, make_session, make_version
from training.models import Programme

pytestmark = pytest.mark.django_db
State = Programme.State


@pytest.fixture
def school():
    return make_organisation("school")


def manager(school, role: str = "training_manager"):
    return make_duty(make_user(), school, role).person


@pytest.mark.parametrize("state", State)
def test_p2_a_cohort_is_planned_only_in_a_programme_that_is_approved_or_runs(client, school, state):
    programme = make_programme(school, state=state)
    client.force_login(manager(school))

    page = client.get(reverse("training:desk_cohorts")).content.decode()

    add = reverse("training:cohort_add", args=[programme.slug])
    assert (add in page) == (state in (State.APPROVED, State.RUNNING))


def test_a_programme_that_ended_stands_there_for_the_cohorts_it_had(client, school):
    programme = make_programme(school, state=State.ARCHIVED)
    cohort = make_cohort(make_version(programme), state="archived")
    client.force_login(manager(school))

    page = client.get(reverse("training:desk_cohorts")).content.decode()

    assert reverse("training:desk_cohort", args=[cohort.code]) in page


@pytest.mark.parametrize(("role", "marked"), [("training_manager", "desk_cohorts"), ("trainer", "teaching")])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_session_is_marked_in_the_menu_where_its_reader_comes_from(client, school, role, marked, language):
    session = make_session(make_cohort(make_version(make_programme(school)), state="confirmed"))
    client.force_login(manager(school, role))
    with translation.override(language):
        address, entry = reverse("training:desk_session", args=[session.pk]), reverse(f"training:{marked}")

    page = client.get(address).content.decode()

    assert f'<a href="{entry}" aria-current="page"' in page
    assert f'<a href="{reverse("training:desk_programmes")}" aria-current="page"' not in page
