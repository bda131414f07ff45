"""Marked values go through the portal, and stand in no log line, no error and no task (platform spec, 6.57)."""

import logging
import re
from urllib.parse import urlsplit

import pytest
from celery.signals import before_task_publish
from django.core import mail
from django.test import Client
from django.urls import reverse

from alliance.core import broker, logs, weblog
from tests.accounts.factors import code_of, give_app, make_desk_person
from tests.accounts.people import invite, make_person
from tests.factories import make_organisation

PASSWORD = "marked otters swim at dawn"  # pragma: allowlist secret
WRONG = "marked herons fish at dusk"
EMAIL = "marked.person@example.org"
NAME = "Marked Li Wei"
ID_NUMBER, BANK = "11010519491231002X", "6222020200112233445"
PHONE = "13800138000"

pytestmark = pytest.mark.django_db


class Everything(logging.Handler):
    """All that is logged, as production and as development would write it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.formatters = [logs.JsonLines(), logs.LineFormatter()]
        self.addFilter(logs.RequestIdFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [formatter.format(record) for formatter in self.formatters]


@pytest.fixture
def written():
    handler = Everything()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def published():
    """Every task that is handed to the broker, with its arguments."""
    bodies: list[str] = []

    def remember(body=None, headers=None, **kwargs):
        bodies.append(repr((body, headers)))

    before_task_publish.connect(remember, weak=False)
    yield bodies
    before_task_publish.disconnect(remember)


def access(path: str) -> None:
    """The line of the access log for this path."""
    logging.getLogger("portal.access").warning("request", extra={"path": weblog.shown(path), "method": "GET"})


def links() -> list[str]:
    """Paths of the links in all letters."""
    text = "\n".join(str(letter.body) for letter in mail.outbox)
    return [urlsplit(link).path for link in re.findall(r"https?://[^\s<>\"]+", text)]


def test_signing_in_and_resetting(client, written, published, django_capture_on_commit_callbacks):
    make_person(email=EMAIL, name=NAME, password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_login"), {"login": EMAIL, "password": WRONG})
        client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
        client.post(reverse("account_logout"))
        client.post(reverse("account_reset_password"), {"email": EMAIL})
        for path in links():
            access(path)
            client.get(path, follow=True)
        client.post(reverse("account_signup"), {"email": f"new.{EMAIL}", "name": NAME, "password1": PASSWORD})

    keys = [part for path in links() for part in path.split("/") if len(part) > 30]
    assert keys
    _nowhere([PASSWORD, WRONG, EMAIL, NAME, *keys], written, published)


def test_second_factors(client, written, published):
    person = make_desk_person(email=EMAIL, name=NAME, password=PASSWORD)
    seed = give_app(person)
    code = code_of(seed)
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code})
    logging.getLogger("portal").warning("form was %s", {"code": code, "password": PASSWORD, "seed": seed})

    _nowhere([PASSWORD, EMAIL, NAME, code], written, published)


def test_invitations(client, written, published, django_capture_on_commit_callbacks):
    officer = make_desk_person()
    with django_capture_on_commit_callbacks(execute=True):
        _invitation, token = invite(make_organisation(), EMAIL, "park_editor", by=officer, name=NAME)
        path = reverse("accounts:invitation", args=[token])
        access(path)
        client.get(path)

    _nowhere([token, EMAIL, NAME], written, published)


def test_what_breaks(monkeypatch, written, published):
    """An error quotes what it was given; the page says nothing, and the log no more than it may."""
    marked = f"{NAME} {EMAIL} {PHONE} {ID_NUMBER} {BANK} password={PASSWORD.replace(' ', '-')}"

    def breaks(*args, **kwargs):
        raise ValueError(marked)

    monkeypatch.setattr("alliance.views.render", breaks)
    answer = Client(raise_request_exception=False).post("/en/about/", {"card": BANK, "id": ID_NUMBER})
    answer = Client(raise_request_exception=False).get("/en/about/", {"card": BANK, "id": ID_NUMBER})

    assert answer.status_code == 500
    assert "ValueError" in "".join(written)
    found = [value for value in (EMAIL, PHONE, ID_NUMBER, BANK, PASSWORD.replace(" ", "-")) if value in answer.text]
    assert found == []
    _nowhere([EMAIL, PHONE, ID_NUMBER, BANK, PASSWORD.replace(" ", "-")], written, published)


def test_the_watch_on_tasks_sees_their_arguments(published):
    """So that the tests above could fail."""
    broker.send("portal.tests", "an argument", expires=1)

    assert "an argument" in "".join(published)


def _nowhere(marked: list[str], written: list[str], published: list[str]) -> None:
    everything = "\n".join([*written, *published])
    assert [value for value in marked if value in everything] == []
