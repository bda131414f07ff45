"""What every page offers beside its content: palette, theme, language, menus, with scripts and without."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from alliance.core.models import Division
from tests.factories import make_park, make_user
from tests.journeys.conftest import PATIENCE, settled
from tests.journeys.looking import PHONE


@pytest.fixture
def plain_page(browser: Browser, site: str) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    with browser.new_context(
        base_url=site, viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False
    ) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


@pytest.fixture
def hefeng():
    park = make_park(slug="hefeng", name_zh="和丰创意广场", name_en="Hefeng Creative Square", former_use_zh="棉纺厂")
    call_command("reindex", verbosity=0)
    return park


class TestPalette:
    def test_keys_alone_lead_to_a_park(self, page: Page, hefeng):
        page.goto("/en/")
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog")).to_be_visible()

        page.keyboard.type("hefeng")
        expect(page.locator("#palette-found")).to_contain_text("Hefeng Creative Square")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

        page.wait_for_url("**/en/parks/hefeng/")

    def test_escape_leaves_the_page_as_it_was(self, page: Page, hefeng):
        page.goto("/en/glossary/")
        page.get_by_role("link", name="Search").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

        page.keyboard.press("Escape")

        expect(page.get_by_role("dialog")).to_be_hidden()
        assert page.url.endswith("/en/glossary/")

    def test_without_scripts_the_word_leads_to_the_search_page(self, plain_page: Page, hefeng):
        plain_page.goto("/en/")
        plain_page.locator(".menu summary").click()
        plain_page.locator(".menu").get_by_role("link", name="Search").click()

        assert "/en/search/" in plain_page.url


class TestTheme:
    def test_it_changes_at_once_and_stays(self, page: Page, db):
        page.goto("/en/")
        page.locator("details.pop.wide summary").click()
        with page.expect_response("**/theme/"):
            page.get_by_role("button", name="Dark").click()

        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.reload()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 28)"

    def test_it_follows_the_person(self, page: Page, sign_in):
        person = make_user("Reader")
        sign_in(person)
        page.goto("/en/about/")
        page.locator("details.pop.wide summary").click()
        with page.expect_response("**/theme/"):
            page.get_by_role("button", name="Light").click()

        person.refresh_from_db()
        assert person.theme == "light"

    def test_without_scripts_it_leads_back_to_the_page(self, plain_page: Page, db):
        plain_page.goto("/en/parks/?field=design")
        plain_page.locator(".menu summary").click()
        plain_page.locator(".menu").get_by_role("button", name="Dark").click()

        assert plain_page.url.endswith("/en/parks/?field=design")
        assert plain_page.locator("html").get_attribute("data-theme") == "dark"


class TestLanguage:
    def test_the_same_page_in_the_other_language(self, page: Page, hefeng):
        page.goto("/zh-hans/parks/?former_use=yes")
        page.get_by_role("link", name="English").click()

        assert page.url.endswith("/en/parks/?former_use=yes")
        expect(page.locator("html")).to_have_attribute("lang", "en")


class TestMenus:
    def test_one_menu_at_a_time_and_escape_gives_the_focus_back(self, page: Page, db):
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.goto("/en/")
        menu = page.locator("details.menu")
        menu.locator("summary").click()
        expect(menu).to_have_attribute("open", "")

        page.keyboard.press("Escape")

        expect(menu).not_to_have_attribute("open", "")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    def test_the_first_key_skips_to_the_content(self, page: Page, db):
        page.goto("/en/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()

        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "main"


class TestTileMap:
    def test_a_pane_opens_the_parks_of_its_province(self, page: Page, hefeng):
        Division.objects.filter(pk=hefeng.province_id).update(tile_column=5, tile_row=5)
        page.goto("/en/")
        page.locator(".tiles").get_by_role("link", name=str(hefeng.province.short_en)).click()
        settled(page)

        expect(page.locator("main")).to_contain_text("Hefeng Creative Square")
        assert f"province={hefeng.province_id}" in page.url
