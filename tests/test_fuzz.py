"""Whatever somebody writes into an address or a form is answered, never an error of ours (platform spec, 6.37)."""

import re
from itertools import cycle
from urllib.parse import quote_from_bytes

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from alliance.core.local.addresses import PROJECT
from tests.access_table import TABLE
from tests.test_access import addresses
from tests.world import World, make_world

NASTY: dict[str, bytes] = {
    "nul": b"\x00",
    "forty digits": b"9" * 40,
    "lone surrogate": b"\xed\xa0\x80",
    "not utf-8": b"\xff\xfe",
    "quotes": "'\"`;--“”".encode(),
    "markup": b"<script>alert(1)</script>",
    "template": b"{{ settings.SECRET_KEY }}{% debug %}",
    "percent": b"%s%(x)s%%",
    "direction": "\u202egpj.exe".encode(),
    "long": b"a" * 3000,
    "folders": b"../../etc/passwd",
    "minus": b"-1",
    "other digits": "٣四".encode(),
}
# What no parser stumbles over goes together, a different one into each parameter.
HARMLESS = ("markup", "template", "percent", "direction", "folders", "not utf-8")
# What lists, forms and pages read from an address.
PARAMETERS = ("q", "page", "sort", "view", "park", "province", "next", "kind", "state", "on", "day", "from", "to")
TRACES = (b"Traceback (most recent call last)", str(PROJECT).encode())
VISITORS = ("data_desk", "manager", "anonymous")


@pytest.fixture
def world(db, settings) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    world = make_world()
    world.people()
    return world


def visitor(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if (person := world.person(role)) is not None:
        client.force_login(person)
    return client


def check(response, what: str) -> None:
    # Readiness is what 503 means there.
    assert response.status_code < 500 or what.startswith("readyz"), what
    if not response.streaming:
        assert not any(trace in response.content for trace in TRACES), what


def permitted(method: str) -> list[str]:
    return sorted(name for name, rule in TABLE.items() if getattr(rule, method))


@pytest.mark.parametrize("name", permitted("get"))
def test_parameters(name: str, world: World):
    rule = TABLE[name]
    role = next((role for role in VISITORS if role in rule.get), sorted(rule.get)[0])
    with translation.override("en"):
        address = reverse(name, kwargs=dict(rule.args(world)))
    client = visitor(world, role)

    everywhere = {label: (nasty,) for label, nasty in NASTY.items() if label not in HARMLESS}
    for label, nasties in (everywhere | {"mixed": tuple(NASTY[label] for label in HARMLESS)}).items():
        values = (quote_from_bytes(nasty, safe="") for nasty in cycle(nasties))
        query = "&".join(f"{parameter}={value}" for parameter, value in zip(PARAMETERS, values, strict=False))
        with transaction.atomic():
            check(client.get(f"{address}?{query}"), f"{name} {label}")
            transaction.set_rollback(True)


# What gets past the resolver, by the kind of the argument; one of the others stands for all that end there.
PAST = {
    "int": ("forty digits", "minus", "other digits", "nul"),
    "slug": ("forty digits", "long", "minus", "other digits", "markup"),
    "uuid": ("forty digits", "nul", "markup"),
}
ARGUMENT = re.compile(r"<(\w+):(\w+)>")
WITH_ARGUMENTS = {
    name: dict(map(reversed, ARGUMENT.findall(str(pattern.pattern))))
    for name, pattern in addresses()
    if "<" in str(pattern.pattern)
}


@pytest.mark.parametrize("name", list(WITH_ARGUMENTS))
def test_names_in_the_address(name: str, world: World):
    """What stands in the address for an object, replaced by anything."""
    rule = TABLE[name]
    role = next((role for role in VISITORS if role in (rule.get or rule.post)), "data_desk")
    args = dict(rule.args(world))
    with translation.override("en"):
        address = reverse(name, kwargs=args)
    client = visitor(world, role)

    for argument, value in args.items():
        before, found, after = address.rpartition(str(value))
        if not found:
            continue
        labels = PAST.get(WITH_ARGUMENTS[name].get(argument, ""), tuple(NASTY))
        for label, nasty in ((label, NASTY[label]) for label in labels):
            with transaction.atomic():
                check(client.get(f"{before}{quote_from_bytes(nasty, safe='')}{after}"), f"{name} {label}")
                transaction.set_rollback(True)


@pytest.mark.parametrize("name", permitted("post"))
def test_forms(name: str, world: World):
    """Each field that the table fills, and the usual ones, filled with anything."""
    rule = TABLE[name]
    role = next((role for role in VISITORS if role in rule.post), sorted(rule.post)[0])
    with translation.override("en"):
        address = reverse(name, kwargs=dict(rule.args(world)))
    client = visitor(world, role)
    fields = {*rule.data(world), "name", "email", "reason", "note", "version", "next", "language", "choice", "value"}

    for label in ("nul", "forty digits", "quotes", "markup", "long", "minus", "other digits"):
        text = NASTY[label].decode()
        with transaction.atomic():
            check(client.post(address, dict.fromkeys(fields, text)), f"{name} {label}")
            transaction.set_rollback(True)
