"""A backup restored into a fresh database and folder, by the commands, is the same portal (platform spec, 6.61)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from alliance.core.backup import BackupFailed, archive, making, restoring, sealed
from alliance.core.local import addresses
from training.credentials import keys

KEY = "a key for these tests alone, of some length"


def database(name: str) -> str:
    """The address of another database on the server of all tests."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Place:
    """A database of its own on a server, and a folder for files."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.url = name, folder, database(name)
        with psycopg.connect(database("postgres"), autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name}")

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=addresses.PROJECT,
            env={
                **os.environ,
                "DATABASE_URL": self.url,
                "VAR_DIR": str(self.folder / "var"),
                "BACKUP_KEY": KEY,
                "BACKUP_DIR": str(self.folder / "backups"),
                "AUDIT_SALT": "a salt of these tests",
                "PYTHONPATH": str(addresses.PROJECT),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.url) as link:
            return link.execute(statement).fetchall()

    def counts(self) -> dict[str, int]:
        tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        return {name: self.ask(f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in self.ask(tables)}

    def backup(self) -> Path:
        done = self.manage("backup")
        assert done.returncode == 0, done.stderr
        (file,) = (self.folder / "backups").glob("*.ccipra-backup")
        return file

    def files(self) -> dict[str, bytes]:
        media = self.folder / "var/media"
        return {str(f.relative_to(media)): f.read_bytes() for f in sorted(media.rglob("*")) if f.is_file()}


FILL = """
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone
from alliance.core import audit
from alliance.founding import found_alliance
from alliance.notifications.models import Delivery, OutboxEvent
from alliance.core.models import StoredFile
from tests.factories import make_park, make_user

found_alliance()
person = make_user("李伟", email="li.wei@example.org")
park = make_park([person], name_zh="和丰创意广场")
with transaction.atomic():
    for number in range(5):
        audit.record("profile.edit", park, by=person, block="story", number=number)
stored = StoredFile(original_name="大厅.png", media_type="image/png", size=300000, sha256="0" * 64)
stored.content.save("hall", ContentFile(bytes(range(256)) * 1200))
stored.save()
storages["default"].save("ab/" + "0" * 32 + "-320.webp", ContentFile(b"a copy"))
session = SessionStore(); session["x"] = 1; session.save()
event = OutboxEvent.objects.create(kind="accounts.duty_ended", dedupe_key="1", about_type="x", about_id="1")
lease = timezone.now() + timezone.timedelta(minutes=5)
import uuid
STATES = {
    "sent": dict(attempts=1, sent_at=timezone.now()),
    "queued": dict(lease_until=lease),
    "sending": dict(attempts=1, lease_until=lease, lease_token=uuid.uuid4()),
    "pending": {},
}
for state, more in STATES.items():
    Delivery.objects.create(event=event, recipient=make_user(), channel="mail", state=state, **more)
tomorrow = timezone.now() + timezone.timedelta(days=1)
Delivery.objects.create(event=event, recipient=make_user(), channel="mail", state="pending", next_at=tomorrow)
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Names for databases that go away again."""
    made: list[Place] = []

    def place(what: str) -> Place:
        name = f"{what}_{os.getpid()}_{len(made)}"
        made.append(Place(name, tmp_path_factory.mktemp(what)))
        return made[-1]

    yield place
    with psycopg.connect(database("postgres"), autocommit=True) as link:
        for one in made:
            link.execute(f"DROP DATABASE {one.name} WITH (FORCE)")


@pytest.fixture(scope="module")
def portal(places):
    """A portal with people, a park, files, an audit chain and mails in every state; and its backup."""
    first = places("first")
    for arguments in (("migrate", "-v0"), ("shell", "-v0", "-c", FILL)):
        done = first.manage(*arguments)
        assert done.returncode == 0, done.stderr
    return first, first.backup()


# What making and restoring a backup themselves write.
ITS_OWN = {"core_backuprun", "core_auditevent", "django_session"}


@pytest.fixture(scope="module")
def again(portal, places):
    """The portal restored elsewhere, by people who lost one secret; and what the command said."""
    _first, file = portal
    second = places("second")
    done = second.manage("restore", str(file), SECRET_KEY="another one, of these tests")
    assert done.returncode == 0, done.stderr
    return second, done


def test_it_is_the_same_portal_again(portal, again):
    first, _file = portal
    second, _done = again

    before, after = first.counts(), second.counts()
    assert {name: n for name, n in after.items() if name not in ITS_OWN} == {
        name: n for name, n in before.items() if name not in ITS_OWN
    }
    assert second.files() == first.files()
    assert len(second.files()) == 2
    chain = "SELECT seq, hash FROM core_auditevent WHERE verb = 'profile.edit' ORDER BY seq"
    assert second.ask(chain) == first.ask(chain)
    assert len(second.ask(chain)) == 5
    assert second.manage("verify_audit").returncode == 0
    assert second.ask("SELECT verb FROM core_auditevent ORDER BY seq DESC LIMIT 1") == [("backup.restored",)]
    assert second.ask("SELECT name_zh FROM parks_park") == [("和丰创意广场",)]


def test_nothing_is_sent_again_and_everybody_signs_in_anew(portal, again):
    first, _file = portal
    second, done = again

    assert "1 sessions ended; 3 mails" in done.stdout
    assert second.ask("SELECT count(*) FROM django_session") == [(0,)]
    now = {row[0]: row[1:] for row in second.ask("SELECT id, state, last_error FROM notifications_delivery")}
    before = first.ask("SELECT id, state FROM notifications_delivery")
    assert sorted((state, *now[key]) for key, state in before) == [
        # Of the two that waited, the one for tomorrow still does.
        ("pending", "pending", ""),
        ("pending", "unknown", "restored"),
        ("queued", "unknown", "restored"),
        ("sending", "unknown", "restored"),
        ("sent", "sent", ""),
    ]


def test_other_secrets_are_told(again):
    _second, done = again

    assert "SECRET_KEY is not the one of the backup" in done.stderr
    assert "AUDIT_SALT" not in done.stderr


def test_a_database_that_is_not_empty_is_left_alone(portal):
    first, file = portal
    before = first.counts()

    done = first.manage("restore", str(file))

    assert done.returncode != 0
    assert "never overwritten" in done.stderr
    assert first.counts() == before


def test_files_that_are_there_are_left_alone(portal, places):
    _first, file = portal
    second = places("files")
    here = second.folder / "var/media/private/aa/own"
    here.parent.mkdir(parents=True)
    here.write_text("mine")

    done = second.manage("restore", str(file))

    assert "store of private files is not empty" in done.stderr
    assert (here.read_text(), second.counts()) == ("mine", {})


def test_a_damaged_backup_is_refused_before_anything_is_touched(portal, places, tmp_path):
    _first, file = portal
    second = places("harmed")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed").write_bytes(data)

    done = second.manage("restore", str(tmp_path / "changed"))

    assert done.returncode != 0
    assert done.stderr.startswith("CommandError: ")
    assert "the backup was changed" in done.stderr
    assert (second.counts(), second.files()) == ({}, {})


@pytest.mark.parametrize("harm", ["cut", "another key", "something else"])
def test_checking_finds_what_is_wrong(portal, tmp_path, harm):
    _first, file = portal
    data = file.read_bytes()
    bad = tmp_path / "bad"
    bad.write_bytes({"cut": data[:-50], "another key": data, "something else": b"PGDMP" * 100}[harm])

    with pytest.raises(BackupFailed):
        restoring.check(bad, "another key that is long enough" if harm == "another key" else KEY)


def test_a_list_that_says_something_else_is_refused(portal, tmp_path):
    """As of a program that lost a file on the way: the seal is whole, the content is not."""
    bad = tmp_path / "bad"
    with bad.open("wb") as out, sealed.Writer(out, KEY) as stream:
        archive.write_entry(stream, "database", [b"rows"])
        said = {"format": 1, "tables": {}, "database": {"size": 5, "sha256": "0" * 64}}
        archive.write_entry(stream, "manifest", [json.dumps(said | {"files": {"default": {}, "private": {}}}).encode()])
        archive.write_end(stream)

    with pytest.raises(sealed.Unreadable, match="what its list says"):
        restoring.check(bad, KEY)


def test_a_backup_holds_no_word_in_the_open_and_nobody_else_reads_it(portal):
    _first, file = portal
    data = file.read_bytes()

    assert not any(word in data for word in (b"example.org", "和丰".encode(), b"PGDMP", b"a salt of these tests"))
    assert file.stat().st_mode & 0o077 == 0


def test_without_a_key_or_tools_it_says_what_is_missing(portal, tmp_path):
    first, _file = portal

    assert "BACKUP_KEY must hold" in first.manage("backup", BACKUP_KEY="").stderr
    missing = first.manage("backup", POSTGRES_BIN=str(tmp_path), BACKUP_DIR=str(tmp_path / "b"))
    assert "Install postgresql-client-" in missing.stderr
    assert list((tmp_path / "b").iterdir()) == []


def test_every_secret_has_a_sentence_about_its_loss():
    from alliance.management.commands.restore import WITHOUT

    assert list(WITHOUT) == list(making.secrets())


class TestKeys:
    """6.61: backed up are database, files and keys; the keys apart from the rest."""

    PASSWORD = "what opens the keys of these tests"

    @pytest.fixture
    def file(self, tmp_path, settings) -> Path:
        """A sealed file of keys, of a portal with one key that signs."""
        settings.AUDIT_SALT = "a salt of these tests"
        settings.ISSUER_KEY_PASSWORD = self.PASSWORD
        settings.ISSUER_KEY_DIR = tmp_path / "issuer-keys"
        keys.write(keys.generate(), settings.ISSUER_KEY_DIR / "key-2026-01.pem", self.PASSWORD)
        return tmp_path / "portal.ccipra-keys"

    def test_keys_are_kept_apart_and_come_back(self, file, settings):
        home = settings.ISSUER_KEY_DIR
        before = keys.multibase(keys.read(home / "key-2026-01.pem", self.PASSWORD))

        names = making.write_keys(file, KEY)
        (home / "key-2026-01.pem").unlink()
        home.rmdir()
        back = restoring.put_signing_keys_back(file, KEY)

        kept = making.read_keys(file, KEY)
        assert kept["AUDIT_SALT"] == "a salt of these tests"
        assert kept["ISSUER_KEY_PASSWORD"] == self.PASSWORD
        assert {*making.secrets(), "key-2026-01.pem"} - set(names) - {
            name for name, value in making.secrets().items() if not value
        } == set()
        assert back == ["key-2026-01.pem"]
        assert keys.multibase(keys.read(home / "key-2026-01.pem", kept["ISSUER_KEY_PASSWORD"])) == before
        assert (home.stat().st_mode & 0o777, (home / back[0]).stat().st_mode & 0o777) == (0o700, 0o600)
        assert not any(word in file.read_bytes() for word in (b"salt", b"PRIVATE KEY", self.PASSWORD.encode()))

    def test_another_key_of_that_name_is_left_alone_and_the_same_one_does_not_hinder(self, file, settings):
        making.write_keys(file, KEY)
        assert restoring.put_signing_keys_back(file, KEY) == ["key-2026-01.pem"]

        other = settings.ISSUER_KEY_DIR / "key-2026-01.pem"
        other.write_bytes(b"another")
        with pytest.raises(restoring.NotEmpty, match="never overwritten"):
            restoring.put_signing_keys_back(file, KEY)
        assert other.read_bytes() == b"another"

    def test_a_name_that_leads_elsewhere_is_refused(self, file, tmp_path):
        with file.open("wb") as out, sealed.Writer(out, KEY) as stream:
            archive.write_entry(stream, making.SIGNING_KEY, [b"key"], name="../elsewhere.pem")
            archive.write_end(stream)

        with pytest.raises(sealed.Unreadable):
            restoring.put_signing_keys_back(file, KEY)
        assert not (tmp_path / "elsewhere.pem").exists()

    def test_the_commands_of_the_pages(self, portal, file, settings, tmp_path):
        first, _file = portal
        here = {"ISSUER_KEY_DIR": str(settings.ISSUER_KEY_DIR), "ISSUER_KEY_PASSWORD": self.PASSWORD}
        made = first.manage("backup", "--keys", str(file), **here)
        there = here | {"ISSUER_KEY_DIR": str(tmp_path / "new")}
        back = first.manage("restore", "--keys", str(file), **there)

        assert made.returncode == back.returncode == 0, made.stderr + back.stderr
        assert "ISSUER_KEY_PASSWORD" in made.stdout
        assert back.stdout == "Keys that sign certificates: key-2026-01.pem.\n"
        assert [file.name for file in (tmp_path / "new").iterdir()] == ["key-2026-01.pem"]
