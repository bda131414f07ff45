"""What holds for every page and form of the portal, whoever wrote it (platform spec, section 6)."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from alliance.core import release
from tests.access_table import TABLE
from tests.factories import make_user
from tests.test_access import visit
from tests.world import World, make_world

ROOT = Path(settings.BASE_DIR)
# What a browser fetches by itself, or sends a form to; a plain link is the reader's own step.
FETCHED = re.compile(
    r'<(?:script|img|iframe|source|video|audio|embed|object|form|input|link(?![^>]*rel="(?:canonical|alternate)"))\b'
    r'[^>]*?\s(?:src|href|srcset|data|action|formaction|poster)="((?:https?:)?//[^"]*)"'
)
VISITORS = ("data_desk", "manager", "council", "nobody", "anonymous")


@pytest.fixture
def world(db, settings) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    world = make_world()
    world.people()
    return world


def test_no_form_takes_whatever_a_model_has():
    """6.25: forms and serialisers list their fields, so that a new column is not writable by accident."""
    wrong = []
    for file in (file for package in release.packages() for file in ROOT.glob(f"{package}/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                for line in node.body:
                    names = [target.id for target in getattr(line, "targets", []) if isinstance(target, ast.Name)]
                    value: Any = getattr(line, "value", None)
                    is_all = isinstance(value, ast.Constant) and value.value == "__all__"
                    if ("fields" in names and is_all) or "exclude" in names:
                        wrong.append(f"{file.relative_to(ROOT)}:{line.lineno}")
    assert wrong == []


@pytest.mark.django_db
def test_an_extra_field_changes_nothing(client):
    """6.25: a field that the form does not show is not read from the request."""
    person = make_user("Plain Person")
    client.force_login(person)
    before = {name: value for name, value in vars(person).items() if name.startswith("is_") or name == "email"}

    client.post(
        reverse("accounts:profile"),
        {
            "name": "New Name",
            "language": "en",
            "theme": "system",
            "is_superuser": "1",
            "is_sample": "1",
            "is_active": "",
            "email": "other@example.org",
            "id": "1",
        },
    )

    person.refresh_from_db()
    assert {name: value for name, value in vars(person).items() if name in before} == before


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_HOST"])
def test_a_forged_host_reaches_no_page(client, header):
    """6.33: addresses come from the settings, whatever a request says."""
    page = client.get("/en/parks/", **{header: "evil.example"}).content.decode()

    assert "evil.example" not in page
    assert f'<link rel="canonical" href="{settings.PUBLIC_BASE_URL}/en/parks/">' in page


@pytest.mark.parametrize("name", sorted(name for name, rule in TABLE.items() if rule.get and rule.is_page))
def test_no_page_fetches_from_another_host(name: str, world: World):
    """6.36: nobody else learns who reads what."""
    rule = TABLE[name]
    role = next((role for role in VISITORS if role in rule.get and role not in rule.but), sorted(rule.get)[0])
    response = visit("get", name, rule, world, role)
    page = "" if response.streaming else response.content.decode()

    foreign = [address for address in FETCHED.findall(page) if not address.startswith(settings.PUBLIC_BASE_URL)]

    assert foreign == []
