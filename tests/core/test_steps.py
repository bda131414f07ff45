"""One step of a lifecycle: the page that asks, what a click does, and what it says when it cannot be."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.forms import ReasonForm
from alliance.core.forms.naming import by_name
from alliance.core.views.steps import offered_steps
from parks.models import Park
from parks.workflows import PARK
from tests.factories import make_officer, make_park, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def park():
    return make_park()


@pytest.fixture
def desk(client):
    client.force_login(make_officer())
    with translation.override("en"):
        yield client


def address(park: Park, verb: str) -> str:
    return reverse("parks:office_move", args=[park.slug, verb])


class TestTakeStep:
    def test_a_step_that_needs_a_reason_asks_for_it_and_keeps_what_was_typed(self, desk, park):
        empty = desk.post(address(park, "suspend"), {"reason": "  "})
        assert empty.status_code == 422
        assert empty.context["form"].errors["reason"]

        long = desk.post(address(park, "suspend"), {"reason": "x" * 2001})
        assert long.status_code == 422
        assert "x" * 2001 in long.content.decode()
        park.refresh_from_db()
        assert park.standing == "catalogued"

    def test_an_empty_post_is_a_post(self, desk, park):
        """Without a value, and without a token, something was sent all the same."""
        assert desk.post(address(park, "suspend")).status_code == 422

    def test_a_step_that_is_not_possible_says_the_state_and_leads_back(self, desk, park):
        desk.post(address(park, "suspend"), {"reason": "Fire safety"})
        again = desk.post(address(park, "suspend"), {"reason": "Twice"})

        assert again.status_code == 409
        assert not again.context["is_possible"]
        assert "Suspended" in again.content.decode()
        assert reverse("parks:office_park", args=[park.slug]) in again.content.decode()

    def test_there_is_no_page_for_a_step_that_does_not_exist(self, desk, park):
        assert desk.get(address(park, "nonsense")).status_code == 404


class TestOfferedSteps:
    def test_says_which_ask_first(self, park):
        offered = offered_steps(PARK, park, make_officer(), lambda verb: f"/{verb}/", asking=("list",))

        assert {one.move.verb: one.asks for one in offered}["suspend"]
        assert all(one.url == f"/{one.move.verb}/" for one in offered)

    def test_offers_nothing_to_others(self, park):
        assert offered_steps(PARK, park, make_user(), lambda verb: "/") == []


class TestReasonForm:
    def test_each_has_a_reader_and_a_length_of_its_own(self):
        first = ReasonForm({"reason": "x" * 301}, reader="Everybody reads it.", longest=300)
        second = ReasonForm({"reason": "x" * 301})

        assert (first.is_valid(), second.is_valid()) == (False, True)
        assert str(first.fields["reason"].help_text) == "Everybody reads it."
        assert first.fields["reason"].help_text != second.fields["reason"].help_text


class TestByName:
    def test_every_word_must_fit_and_a_kind_is_chosen_before_the_list_is_cut(self):
        for number in range(12):
            make_park(name_zh=f"样例织造园{number:02}", name_en=f"Sample Mill {number:02}")
        wanted = make_park(
            name_zh="样例织造园99", name_en="Sample Mill North", standing="listed", listed_at=timezone.now()
        )

        assert by_name(Park.objects.all(), "mill north") == [wanted]
        assert len(by_name(Park.objects.all(), "织造")) == 8
        assert by_name(Park.objects.filter(standing="listed"), "织造") == [wanted]
