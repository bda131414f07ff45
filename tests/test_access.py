"""Every address as every role: the table in `tests/access_table.py` against the portal."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.storage import InMemoryStorage
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from alliance.accounts.models import User
from alliance.core.models import StoredFile
from tests.access_table import TABLE, Rule
from tests.world import INVESTMENT_ROLES, ROLES, TRAINING_ROLES, World, make_world

# The service worker of no app: what Django itself answers with, outside any view of ours.
SESSION_TABLES = ("django_session",)


def addresses(patterns: list | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address the portal answers, by name, as the resolver knows them."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, inner)
        else:
            yield f"{namespace}{entry.name}", entry


NAMES = sorted(TABLE)
# Addresses of other packages open for people of training and investment only where they open for one of these. Whoever
# holds all these duties at once stands for each of them: what opens for one of them opens for that person.
NO_FURTHER_THAN = {
    ("school", "trainer", "awarding", "investor", "analyst", "second_investor"): ("nobody", "other_manager"),
    ("training_desk", "investment_desk"): ("membership_desk", "council"),
    ("trainee",): ("nobody",),
}
# The packages that have roles of their own beside those of everybody.
ROLES_OF = {"training": (*ROLES, *TRAINING_ROLES), "investment": (*ROLES, *INVESTMENT_ROLES)}


def roles_of(name: str) -> tuple[str, ...]:
    return ROLES_OF.get(name.partition(":")[0], ROLES)


@pytest.fixture
def world(db, settings, monkeypatch) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())
    return make_world()


def visit(method: str, name: str, rule: Rule, world: World, role: str | User) -> HttpResponse:
    """One visit by one role or one person, after which the database is as before."""
    with translation.override("zh-hans"):
        address = reverse(name, kwargs=dict(rule.args(world)))
    person = world.person(role) if isinstance(role, str) else role
    data = rule.data(world) if method == "post" else {}
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response: Any = getattr(client, method)(address + (rule.query if method == "get" else ""), data)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    response.written = [
        query["sql"]
        for query in queries
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"]) and not any(t in query["sql"] for t in SESSION_TABLES)
    ]
    return response


def answer(response: HttpResponse) -> int | str:
    """The status; a redirect to sign in says so, and so does the page that keeps what was typed until then."""
    if response.status_code == 401:
        return "sign in"
    if response.status_code == 302 and "/account/login/" in response["Location"]:
        return "sign in"
    return response.status_code


def _signed_out(response: HttpResponse) -> bool:
    """Following a letter to somebody else's address ends one's own session."""
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and not cookie.value


def refusal(rule: Rule, role: str) -> int | str:
    return "sign in" if role == "anonymous" else 404 if role in rule.hidden else 403


def test_every_address_has_a_name():
    assert [str(pattern.pattern) for name, pattern in addresses() if name.endswith("None")] == []


def test_every_address_is_in_the_table():
    assert sorted({name for name, _pattern in addresses()} - set(TABLE)) == []


def test_the_table_names_no_address_that_is_gone():
    assert sorted(set(TABLE) - {name for name, _pattern in addresses()}) == []


def test_pages_are_closed_unless_the_table_opens_them():
    """`login_not_required` stands on exactly the views that anonymous visitors may use."""
    opened = {name for name, pattern in addresses() if not getattr(pattern.callback, "login_required", True)}
    meant = {name for name, rule in TABLE.items() if "anonymous" in (rule.get or set()) | (rule.post or set())}

    assert opened == meant


@pytest.mark.parametrize("name", NAMES)
def test_get(name: str, world: World):
    rule = TABLE[name]
    world.people()
    expected: dict[str, int | str] = {}
    found: dict[str, int | str] = {}
    written: dict[str, list[str]] = {}

    for role in roles_of(name):
        response = visit("get", name, rule, world, role)
        found[role] = answer(response)
        if rule.get is None:
            may_post = role in (rule.post or set())
            expected[role] = 405 if may_post or found[role] == 405 else refusal(rule, role)
        elif role in rule.get:
            expected[role] = rule.but.get(role, 200)
        else:
            expected[role] = refusal(rule, role)
        if response.written and not rule.writes:
            written[role] = response.written
        assert "default-src 'none'" in response["Content-Security-Policy"], role
        if role != "anonymous" and not rule.is_cacheable and not _signed_out(response):
            assert "no-store" in response["Cache-Control"], role

    assert found == expected
    assert written == {}


@pytest.mark.parametrize(("name", "form"), [(name, form) for name in NAMES for form in TABLE[name].forms], ids=str)
def test_get_in_other_forms(name: str, form: Mapping[str, Any], world: World):
    """Pictures and prints of one thing are as open as the thing."""
    rule = TABLE[name]
    world.people()
    under = replace(rule, args=lambda world: {**rule.args(world), **form})

    found = {role: answer(visit("get", name, under, world, role)) for role in roles_of(name)}

    assert found == {role: 200 if role in (rule.get or set()) else refusal(rule, role) for role in roles_of(name)}


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].post is not None])
def test_post(name: str, world: World):
    rule = TABLE[name]
    world.people()
    expected: dict[str, int | str] = {}
    found: dict[str, int | str] = {}

    for role in roles_of(name):
        response = visit("post", name, rule, world, role)
        found[role] = answer(response)
        if role in (rule.post or set()):
            # A form that lacks its fields is shown again, or says what is missing; it is never refused nor an error.
            permitted = response.status_code < 400 or response.status_code in (400, 409, 422)
            expected[role] = found[role] if permitted else "permitted"
        else:
            expected[role] = refusal(rule, role)

    assert found == expected


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].post is None])
def test_post_where_there_is_nothing_to_post(name: str, world: World):
    response = visit("post", name, TABLE[name], world, "membership_desk")

    assert response.status_code < 500


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].get and "other_manager" in TABLE[name].hidden])
def test_a_foreign_object_answers_like_one_that_is_not_there(name: str, world: World):
    """To the manager of another park."""
    rule = TABLE[name]
    missing = {key: _absent(value) for key, value in rule.args(world).items()}

    foreign = visit("get", name, rule, world, "other_manager")
    absent = visit("get", name, replace(rule, args=lambda world: missing), world, "other_manager")

    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert _same(foreign) == _same(absent)


@pytest.mark.parametrize("name", NAMES)
def test_people_of_a_package_come_no_further_elsewhere(name: str, world: World):
    rule = TABLE[name]
    world.people()
    method = "get" if rule.get is not None else "post"
    permitted = (rule.get if rule.get is not None else rule.post) or frozenset()

    further = {}
    for roles, others in NO_FURTHER_THAN.items():
        guests = [role for role in roles if role not in roles_of(name)]
        if not guests:
            continue
        found = answer(visit(method, name, rule, world, world.holding_all(guests)))
        if found in (200, 302) and not permitted & {*guests, *others}:
            further[", ".join(guests)] = found

    assert further == {}


def _absent(value: Any) -> Any:
    if isinstance(value, UUID):
        return uuid4()
    return value + 90000 if isinstance(value, int) else f"not-{value}"


def _same(response: HttpResponse) -> str:
    """The page without what names the visit: its address, nonce and number."""
    text = re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]*"', "", response.content.decode())
    return re.sub(r'(?:/(?:zh-hans|en)/|%2F)[^"<\s]*|\b[0-9a-f]{12}\b', "", text)
