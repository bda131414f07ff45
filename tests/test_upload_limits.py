"""6.29: whoever sends files too often is asked to wait, on every page that takes one; others are not held up."""

import ast
import importlib
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.cache import cache
from django.core.files.storage import InMemoryStorage
from django.urls import resolve, reverse
from django.utils import translation

from alliance.core import limits, release
from alliance.core.limits import Limit
from alliance.core.models import StoredFile
from tests.access_table import TABLE
from tests.test_access import addresses, visit
from tests.world import World, make_world

ROOT = Path(portal.BASE_DIR)
# Address, whose form it is, and where its limit stands.
UPLOADS = [
    ("parks:pictures", "manager", "parks.views.pictures", "UPLOADS"),
    ("core:import_new", "membership_desk", "alliance.core.views.imports", "UPLOADS"),
    ("training:my_work", "trainee", "training.views.work", "HAND_INS"),
    ("training:park_nominate", "manager", "training.views.nominating", "NOMINATIONS"),
    ("training:verify", "anonymous", "training.views.verify", "VERIFY"),
    ("investment:document_add", "investor", "investment.views.investors", "UPLOADS"),
    ("investment:room_file_add", "manager", "investment.views.room_desk", "UPLOADS"),
    ("investment:room_version_add", "manager", "investment.views.room_desk", "UPLOADS"),
    ("investment:desk_documents", "manager", "investment.views.documents", "UPLOADS"),
    ("investment:desk_document_renew", "manager", "investment.views.documents", "UPLOADS"),
]


@pytest.fixture
def world(db, settings, monkeypatch) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())
    world = make_world()
    world.people()
    return world


@pytest.fixture(autouse=True)
def limits_hold(settings):
    settings.RATE_LIMITS = True
    limits._here.clear()
    cache.clear()
    yield
    limits._here.clear()
    cache.clear()


@pytest.mark.parametrize(("name", "role", "module", "limit"), UPLOADS, ids=[row[0] for row in UPLOADS])
def test_after_so_many_the_next_one_waits(name, role, module, limit, world: World, monkeypatch):
    views = importlib.import_module(module)
    # An hour, so that a busy machine does not reach the next window between the two.
    monkeypatch.setattr(views, limit, Limit(f"test-{name}", each=2, seconds=3600))

    answers = [visit("post", name, TABLE[name], world, role) for _ in range(3)]

    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert int(answers[2]["Retry-After"]) > 0


@pytest.mark.parametrize(("name", "role", "module", "limit"), UPLOADS, ids=[row[0] for row in UPLOADS])
def test_what_is_used_up_by_all_is_used_up_for_one(name, role, module, limit, world: World, monkeypatch):
    views = importlib.import_module(module)
    assert getattr(views, limit).overall > getattr(views, limit).each > 0
    monkeypatch.setattr(views, limit, Limit(f"test-{name}", each=2, overall=1, seconds=3600))
    limits.take(getattr(views, limit), "somebody else")

    assert visit("post", name, TABLE[name], world, role).status_code == 429


def takers(file: Path) -> set[str]:
    """The functions of a module that read files of a request, by themselves or through one another."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    bodies = {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    found = {name for name, body in bodies.items() if "request.FILES" in body}
    while more := {name for name, body in bodies.items() if any(f"{one}(" in body for one in found)} - found:
        found |= more
    return found


def test_every_view_that_takes_a_file_is_among_them(world: World):
    views = set()
    for package in release.packages():
        for file in (ROOT / package).rglob("views/*.py"):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            views |= {(module, name) for name in takers(file)}
    addressed = {(pattern.callback.__module__, pattern.callback.__name__) for _name, pattern in addresses()}
    limited = set()
    for name, *_rest in UPLOADS:
        with translation.override("en"):
            view = resolve(reverse(name, kwargs=dict(TABLE[name].args(world)))).func
        limited.add((view.__module__, view.__name__))

    assert views & addressed == limited
