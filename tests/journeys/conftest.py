"""A real browser on a live portal. Without Chromium the journeys are skipped with a reason; in CI they fail."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from alliance.accounts.models import User
from alliance.core import broker
from alliance.notifications import tasks
from tests.journeys.looking import PHONE, WIDE, look, watching

SHOTS = Path(portal.VAR) / "shots"
PATIENCE = 10_000  # milliseconds for anything on a page

# Playwright's synchronous interface runs an event loop in this thread; the ORM calls of a test stay plain ones.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


def settled(page: Page) -> None:
    """Wait until the page and the parts it asks for by itself are there."""
    page.wait_for_load_state("load")
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")


def _chromium() -> str | None:
    named = os.environ.get("CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        except Error as error:
            reason = f"No Chromium to look with: install it, or name it in CHROMIUM. {str(error).splitlines()[0]}"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        yield running
        running.close()


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of the portal under test; links in mails lead there too."""
    settings.PUBLIC_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return live_server.url


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """One person's browser: cookies of their own, Chinese unless the test says otherwise."""
    with browser.new_context(
        base_url=site,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": WIDE[0], "height": WIDE[1]},
        reduced_motion="reduce",
    ) as made:
        made.set_default_timeout(PATIENCE)
        yield made


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def sign_in(context: BrowserContext, site: str) -> Callable[[User | None], None]:
    """`sign_in(user)`: that person uses this browser from now on; `sign_in(None)` signs out."""

    def use(person: User | None) -> None:
        context.clear_cookies()
        if person is None:
            return
        client = Client()
        client.force_login(person)
        context.add_cookies(
            [
                {
                    "name": portal.SESSION_COOKIE_NAME,
                    "value": client.cookies[portal.SESSION_COOKIE_NAME].value,
                    "url": site,
                }
            ]
        )

    return use


@pytest.fixture
def visit(page: Page, site: str) -> Callable[..., Page]:
    """`visit("/en/parks/")`: open the page and hold it to everything a page must be; gives the page, wide and light."""

    def go(address: str = "", *, status: int = 200, stay: bool = False) -> Page:
        with watching(page, site, status) as watch:
            if not stay:
                response = page.goto(address)
                assert response is not None
                assert response.status == status, f"{address} answers {response.status}"
            settled(page)
            language = "en" if "/en/" in page.url else "zh-hans"
            troubles = watch.troubles + look(page, language)
        assert troubles == [], f"{page.url}\n" + "\n".join(troubles)
        return page

    return go


@pytest.fixture
def shot(page: Page) -> Callable[..., Path]:
    """`shot("home")`: a picture of the page as it is now, in var/shots; `phone=True` for a phone's."""

    def take(name: str, *, phone: bool = False, dark: bool = False) -> Path:
        SHOTS.mkdir(parents=True, exist_ok=True)
        width, height = PHONE if phone else WIDE
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        target = SHOTS / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return take


class Mailbox:
    """What the portal has sent. `deliver` does at once what dispatcher and worker would do in a moment."""

    def __init__(self, handed_over: list[tuple[str, tuple]]) -> None:
        self._handed_over = handed_over

    def deliver(self) -> list[EmailMessage]:
        """Send all that is due, through the tasks the workers run; gives what arrived."""
        before = len(mail.outbox)
        while True:
            self._handed_over.clear()
            tasks.dispatch()
            due = [arguments for task, arguments in self._handed_over if task == "notifications.deliver"]
            if not due:
                return list(mail.outbox[before:])
            for ids in due:
                tasks.deliver(*ids)

    def to(self, address: str) -> list[EmailMessage]:
        """Everything sent to this address, oldest first."""
        self.deliver()
        return [message for message in mail.outbox if address in message.to]

    def link_to(self, address: str, containing: str) -> str:
        """The address in the newest letter to somebody that leads to such a page."""
        for message in reversed(self.to(address)):
            for link in re.findall(r"https?://[^\s<>\"]+", str(message.body)):
                if containing in link:
                    return link
        raise AssertionError(f"No letter to {address} leads to {containing}.")


@pytest.fixture
def mailbox(site: str, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The mails of this test; nothing goes to a broker."""
    handed_over: list[tuple[str, tuple]] = []

    def send(task: str, *arguments: object, **options: object) -> bool:
        handed_over.append((task, arguments))
        return True

    monkeypatch.setattr(broker, "send", send)
    mail.outbox.clear()
    return Mailbox(handed_over)
