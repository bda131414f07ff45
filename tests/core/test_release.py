"""While an upgrade runs, old and new processes share a cache and not what they keep in it."""

import re

import pytest

from alliance.core import pagecache, release
from alliance.core.sharedparts import shared


def test_the_packages_are_those_of_the_portal_itself():
    assert release.packages() == ("alliance", "parks", "training", "investment")


@pytest.mark.parametrize("file", [*(f"{package}/models.py" for package in release.packages()), "templates/base.html"])
def test_the_mark_is_one_of_the_code(monkeypatch, tmp_path, file):
    mark = release.mark()
    for folder in (*release.packages(), "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / file).write_text("one")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    first = release.mark.__wrapped__()
    (tmp_path / file).write_text("two")

    assert re.fullmatch(r"[0-9a-f]{12}", mark)
    assert first != release.mark.__wrapped__()


def test_another_version_makes_its_own_parts(monkeypatch, settings):
    settings.SHARED_PART_SECONDS = 5
    made = []

    def make() -> str:
        made.append(1)
        return "part"

    for version in ("old", "new", "old", "new"):
        monkeypatch.setattr(release, "mark", lambda version=version: version)
        shared("test", "?of=releases", make)

    assert len(made) == 2


def test_another_version_keeps_its_own_pages(monkeypatch):
    names = set()
    for version in ("old", "new"):
        monkeypatch.setattr(release, "mark", lambda version=version: version)
        names.add(pagecache._shared("1 light https portal.example.org/en/"))

    assert len(names) == 2
