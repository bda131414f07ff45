"""Linking an account at a sign-in server and coming back with it, in a browser that holds pages to their policy."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from alliance.accounts import providers
from tests.accounts.foreign_servers import SignInServer, sign_in_server
from tests.accounts.people import PASSWORD, make_person
from tests.journeys.conftest import PATIENCE


@pytest.fixture
def server(settings):
    with sign_in_server() as server:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": providers.oidc(server.address, "portal", "secret", "Sample Sign-in")
        }
        yield server


def agrees_at_once(page: Page, server: SignInServer) -> None:
    """The person is signed in there already, so the server sends them back without a question."""

    def send_back(route: Route) -> None:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(route.request.url).query).items()}
        route.fulfill(status=302, headers={"Location": f"{asked['redirect_uri']}?code=good&state={asked['state']}"})

    page.route(f"{server.address}/authorize?**", send_back)


def test_linked_once_it_signs_in_from_then_on(browser: Browser, page: Page, site: str, server):
    """6.13 and 6.30: the way out and back works under `form-action 'self'`."""
    person = make_person(password=PASSWORD)
    agrees_at_once(page, server)
    page.goto("/en/account/login/?next=/en/account/connections/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/connections/"))

    page.get_by_role("button", name="Link Sample Sign-in").click()

    expect(page.locator("#messages")).to_contain_text("Sample Sign-in is linked")
    with browser.new_context(base_url=site, java_script_enabled=False) as elsewhere:
        elsewhere.set_default_timeout(PATIENCE)
        plain = elsewhere.new_page()
        agrees_at_once(plain, server)
        plain.goto("/en/account/login/?next=/en/account/connections/")
        plain.get_by_role("button", name="Sign in with Sample Sign-in").click()
        plain.wait_for_url(re.compile("/en/account/connections/"))
        expect(plain.get_by_role("heading", level=1)).to_have_text("Linked accounts")
