"""Passkeys in a real browser, with the authenticator that Chromium lends to tests (6.7, 6.15, 6.19)."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from alliance.accounts.models import User
from tests.accounts.factors import LONG_PASSWORD, make_desk_person
from tests.journeys.conftest import settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(site: str) -> User:
    return make_desk_person("membership_desk", language="en")


@pytest.fixture
def device(page: Page) -> CDPSession:
    """A telephone that keeps passkeys and recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    session.number = made["authenticatorId"]  # type: ignore[attr-defined]
    return session


def sign_in_with_password(page: Page, person: User) -> None:
    page.goto("/en/account/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", LONG_PASSWORD)
    page.press("input[name=password]", "Enter")


def add_passkey(page: Page, person: User, *, alone: bool = True) -> None:
    """From the first sign-in to the recovery codes, as the portal leads."""
    sign_in_with_password(page, person)
    expect(page.locator("h1")).to_have_text("Before you begin")
    page.get_by_role("link", name="Add a passkey").click()
    page.fill("input[name=name]", "My telephone")
    page.get_by_label("Also sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")


def sign_out(page: Page) -> None:
    page.goto("/en/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    settled(page)


def test_from_the_first_sign_in_to_signing_in_without_a_password(
    page: Page, device: CDPSession, officer: User, shot: Callable
):
    add_passkey(page, officer)
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have saved them").click()
    expect(page.locator("h1")).to_have_text("My desk")
    sign_out(page)

    page.goto("/en/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("h1")).to_have_text("My desk")
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_beside_the_password_as_second_factor(page: Page, device: CDPSession, officer: User):
    add_passkey(page, officer, alone=False)
    sign_out(page)
    sign_in_with_password(page, officer)
    expect(page.locator("h1")).to_have_text("Second factor")

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("h1")).to_have_text("My desk")


def test_it_is_asked_for_again_before_another_factor(page: Page, device: CDPSession, officer: User, monkeypatch):
    add_passkey(page, officer)
    before = page.context.cookies()
    monkeypatch.setattr("alliance.accounts.reauthentication.is_recent", lambda request: False)

    page.goto("/en/account/2fa/totp/activate/")
    expect(page.locator("h1")).to_have_text("Is it you?")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("h1")).to_have_text("Set up an authenticator app")
    session = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}["session"]
    assert session not in {cookie["value"] for cookie in before}


def test_a_device_that_does_not_recognise_its_owner(page: Page, device: CDPSession, officer: User):
    add_passkey(page, officer)
    sign_out(page)
    device.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": device.number, "isUserVerified": False},  # type: ignore[attr-defined]
    )

    page.goto("/en/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("[data-passkey-trouble]")).to_contain_text("You can try again")
    page.goto("/en/desk/")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_an_answer_for_another_website_is_refused(page: Page, device: CDPSession, officer: User, settings):
    """As a page beside ours would pass it on: same host, another origin."""
    add_passkey(page, officer)
    sign_out(page)
    settings.PUBLIC_BASE_URL = "http://localhost:1"

    page.goto("/en/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("#messages")).to_contain_text("another website")
    page.goto("/en/desk/")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_the_same_passkey_twice_is_explained(page: Page, device: CDPSession, officer: User):
    add_passkey(page, officer)

    page.goto("/en/account/2fa/webauthn/add/")
    page.get_by_role("button", name="Add a passkey").click()

    expect(page.locator("[data-passkey-trouble]")).to_contain_text("already")
