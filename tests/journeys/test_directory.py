"""A visitor narrows the directory, compares two parks and takes the list along; with scripts, and without."""

import re

import pytest
from playwright.sync_api import Browser, expect

from parks import reference
from tests.journeys.conftest import PATIENCE, settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def parks(db):
    reference.load()


def test_narrowing_comparing_and_going_back(page, site):
    page.goto(f"{site}/zh-hans/parks/")
    page.click("#facet-site_form > summary")

    # A tick narrows the list in place: focus, open groups and the address follow.
    page.check("#f-formation-regeneration")
    page.wait_for_url(re.compile(r"\?formation=regeneration$"))
    settled(page)
    expect(page.locator(".toolbar p").first).to_contain_text("100")
    assert page.evaluate("document.activeElement.id") == "f-formation-regeneration"
    assert page.evaluate("document.getElementById('facet-site_form').open")
    expect(page.locator("#list-status")).to_contain_text("100")

    page.fill("#list-q", "和丰纱厂")
    page.press("#list-q", "Enter")
    page.wait_for_url(re.compile(r"\?q=.*&formation=regeneration$"))
    settled(page)
    expect(page.locator(".pcard").first).to_contain_text("和丰创意广场")

    # Taking the words away also empties the box.
    page.click(".chips a.chip >> nth=0")
    page.wait_for_url(re.compile(r"\?formation=regeneration$"))
    settled(page)
    assert page.input_value("#list-q") == ""

    page.go_back()
    page.wait_for_url(re.compile(r"\?q="))
    expect(page.locator(".pcard").first).to_contain_text("和丰创意广场")
    assert page.locator("h1").count() == 1

    # Ticks for the comparison travel with the list.
    page.check("#pick-hefeng")
    settled(page)
    page.click(".toolbar .seg >> nth=0 >> a >> nth=0")
    settled(page)
    page.click(".chips a.chip >> nth=0")
    settled(page)
    page.check("[name=park]:not([type=hidden]):not(:checked) >> nth=0")
    settled(page)
    page.click(".tray .btn.primary")
    page.wait_for_url(re.compile(r"/compare/\?park=hefeng&park="))
    assert page.locator("table.cmp thead th").count() == 3


def test_the_same_without_scripts(browser: Browser, site):
    with browser.new_context(
        base_url=site, java_script_enabled=False, viewport={"width": 375, "height": 812}
    ) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto("/en/parks/?province=330000")
        page.click("#list-fold > summary")
        page.check("#f-formation-cultivated")
        page.click("#list-filter .btn.primary")
        expect(page.locator(".toolbar p").first).to_contain_text("12 parks")

        page.check(".pick input >> nth=0")
        page.check(".pick input >> nth=1")
        page.click("button[formaction]")

        assert "/en/parks/compare/" in page.url
        assert page.locator("table.cmp thead th").count() == 3
        page.click("text=Back to the directory")
        assert page.locator(".tray .chip").count() == 2
