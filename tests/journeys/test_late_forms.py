"""Nothing typed is lost when the page is left at once, or when the session ended meanwhile."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from parks.models import BlockDraft
from tests.journeys.conftest import settled

from .test_two_editors import EDITOR, people, window

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["people", "window"]


def test_what_was_typed_in_the_last_moment_is_saved(window, people):
    page = window(people[0])
    page.goto(EDITOR)

    page.fill("#id_contact_phone", "0574-8888 0000")
    page.locator("a[href*='/history/']").first.click()
    settled(page)
    page.goto(EDITOR)

    expect(page.locator("#id_contact_phone")).to_have_value("0574-8888 0000")


def test_a_session_that_ended_says_so_and_the_text_stays(window, people):
    page = window(people[0])
    page.goto(EDITOR)
    Session.objects.all().delete()

    page.fill("#id_contact_phone", "0574-8888 0000")
    expect(page.locator("#saved")).to_contain_text("signed out")
    page.click("button[name=save]")

    expect(page.locator("h1")).to_have_text("Not sent yet")
    expect(page.locator("textarea[name=contact_phone]")).to_have_value("0574-8888 0000")
    assert not BlockDraft.objects.exists()
