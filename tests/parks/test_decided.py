"""What the secretariat decided is kept to, from the day on which it holds; what has begun keeps its clock."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from alliance.accounts.decided import INVITATION_DAYS, JOIN_REQUESTS
from alliance.accounts.models import JoinRequest
from alliance.accounts.services import ask_to_join
from alliance.accounts.services.invitations import invite
from alliance.core.alliance_settings import decide
from alliance.core.calendar import working_days_left
from alliance.core.errors import RuleBroken
from alliance.notifications.decided import JOIN_DAYS
from alliance.notifications.models import Task
from parks import freshness, services
from parks.decided import AGEING_MONTHS, ANSWER_DAYS, FRESH_MONTHS
from parks.services import reminders
from tests.factories import make_council_member, make_officer, make_organisation, make_park, make_user
from tests.parks.profiles import make_ready_park

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


def test_a_profile_gets_the_clock_of_the_day_it_is_submitted():
    first, second = make_user(), make_user()
    early = services.submit_profile(make_ready_park(first), by=first)
    decide(ANSWER_DAYS, 9, by=None, reason="More to read")

    late = services.submit_profile(make_ready_park(second), by=second)

    early.refresh_from_db()
    assert [working_days_left(early.due_at), working_days_left(late.due_at)] == [5, 9]


def test_a_request_to_join_waits_as_long_as_was_decided():
    decide(JOIN_DAYS, 3, by=None, reason="Quicker")
    person = make_user()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)

    ask_to_join(person, make_park().organisation, "park_editor", message="我管网站")

    assert {working_days_left(task.due_at) for task in Task.objects.filter(kind="accounts.decide_join")} == {3}


def test_the_limit_of_requests_is_the_decided_one():
    decide(JOIN_REQUESTS, 1, by=None, reason="One at a time")
    person = make_user()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    ask_to_join(person, make_park().organisation, "park_editor", message="我管网站")

    with pytest.raises(RuleBroken, match="waiting for 1"):
        ask_to_join(person, make_park().organisation, "park_editor", message="我管网站")

    assert JoinRequest.objects.count() == 1


def test_a_link_is_valid_as_long_as_was_decided():
    decide(INVITATION_DAYS, 30, by=None, reason="Holidays")
    manager = make_user()
    park = make_park([manager])

    letter = invite(park.organisation, "new@example.org", "park_editor", by=manager)

    assert letter.expires_at - letter.created_at > timedelta(days=29)


class TestFreshness:
    def test_the_colours_follow_the_decision(self):
        now = timezone.now()
        ages = [timedelta(days=days) for days in (80, 200, 400, 800)]
        before = [freshness.state_of(now - age, now) for age in ages]

        decide(FRESH_MONTHS, 3, by=None, reason="Stricter")
        decide(AGEING_MONTHS, 12, by=None, reason="Stricter")

        assert before == ["fresh", "fresh", "ageing", "stale"]
        assert [freshness.state_of(now - age, now) for age in ages] == ["fresh", "ageing", "stale", "stale"]

    def test_ageing_never_ends_before_fresh_does(self):
        decide(FRESH_MONTHS, 36, by=None, reason="Longer")

        assert freshness.ageing_for() == freshness.fresh_for()

    def test_the_list_of_the_office_and_the_reminders_use_the_same_span(self, client):
        park = make_park(standing="listed", listed_at=timezone.now(), confirmed_at=timezone.now() - timedelta(days=200))
        park.confirmations.create(block="story", by=make_user(), at=park.confirmed_at)
        client.force_login(make_officer())
        url = reverse("parks:office_parks") + "?age=ageing"
        before = (park.slug in client.get(url).content.decode(), reminders.unconfirmed(timezone.now()).count())

        decide(FRESH_MONTHS, 3, by=None, reason="Stricter")

        after = (park.slug in client.get(url).content.decode(), reminders.unconfirmed(timezone.now()).count())
        assert (before, after) == ((False, 0), (True, 1))


def test_everything_that_is_decided_stands_on_the_page(client):
    client.force_login(make_council_member())

    page = client.get(reverse("accounts:settings")).content.decode()

    assert "Check a submitted profile within" in page
    assert "An invitation is valid for" in page
