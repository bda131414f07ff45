"""Back to a moment, with the very settings that docs/operations tell operators to write."""

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from alliance.core.local import processes
from tests.deploy.composed import ROOT
from tests.deploy.servers import Database, wait_until

BACKUP, RESTORE = (ROOT / "docs" / "operations" / f"{name}.md" for name in ("backup", "restore"))


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path that whoever runs PostgreSQL may enter, with an archive of its own."""
    made = Path(tempfile.mkdtemp(prefix="moment-", dir="/tmp"))
    made.chmod(0o755)
    (made / "secrets").mkdir()
    (made / "secrets" / "postgres_password").write_text("only for this test\n")
    yield made
    shutil.rmtree(made, ignore_errors=True)


def archiving(wal: Path) -> list[str]:
    """`name=value` of the settings that backup.md gives the server, for this archive."""
    said = re.findall(r"^ +- ((?:archive_\w+)=.*)$", BACKUP.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.partition("=")[0] for line in said] == ["archive_mode", "archive_timeout", "archive_command"]
    return [line.replace("/wal/", f"{wal}/") for line in said]


def recovery(wal: Path, moment: str) -> str:
    """What restore.md writes into the settings, for this archive and this moment."""
    said = re.findall(r"^ +((?:restore_command|recovery_\w+) = .*)$", RESTORE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split(" ")[0] for line in said] == [
        "restore_command",
        "recovery_target_time",
        "recovery_target_action",
    ]
    text = "\n".join(said).replace("/wal/", f"{wal}/")
    return re.sub(r"(recovery_target_time = )'[^']*'", rf"\1'{moment}'", text) + "\n"


def run(database: Database) -> "subprocess.Popen[bytes]":
    process = database.start()
    wait_until(lambda: database.is_ready() or process.poll() is not None, "PostgreSQL")
    assert process.poll() is None, database.log.read_text(encoding="utf-8", errors="replace")
    return process


def test_what_was_there_at_that_moment_is_there_again(home):
    wal = home / "wal"
    wal.mkdir()
    first = Database(home / "first", home / "secrets")
    first.options = (*first.options, *archiving(wal))
    first._own(wal)
    first.prepare()
    server = run(first)
    base = wal / "base"
    try:
        with first.connect("postgres", "postgres") as found:
            found.execute("CREATE TABLE said (word text)")
            found.execute("INSERT INTO said VALUES ('before the base')")
            address = f"host=127.0.0.1 port={first.port} user=postgres password='only for this test'"
            # As backup.md does it, compressed by whatever the build at hand can.
            first._run("pg_basebackup", "-d", address, "--pgdata", base, "--format", "tar", "--wal-method", "fetch")
            found.execute("INSERT INTO said VALUES ('before the moment')")
            moment = str(found.execute("SELECT clock_timestamp()").fetchone()[0])
            time.sleep(0.05)
            found.execute("INSERT INTO said VALUES ('after it, by mistake')")
            last = found.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
        wait_until((wal / last).exists, "the log in the archive")
        assert not list(wal.glob("*.part"))
    finally:
        processes.kill_group(server.pid)
        server.wait()

    second = Database(home / "second", home / "secrets")
    second._own(second._private(second.data))
    with tarfile.open(base / "base.tar") as packed:
        packed.extractall(second.data, filter="tar")
    with (second.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(recovery(wal, moment))
    (second.data / "recovery.signal").touch()
    # Who unpacked it was root perhaps; the server reads what belongs to its own user.
    owner = second.data.stat()
    for entry in second.data.rglob("*"):
        os.chown(entry, owner.st_uid, owner.st_gid)
    second.prepare()
    server = run(second)
    try:
        wait_until(lambda: not in_recovery(second), "the end of recovery")
        with second.connect("postgres", "postgres") as found:
            words = [row[0] for row in found.execute("SELECT word FROM said ORDER BY 1").fetchall()]
            # It is a server like any other again, and writes a history of its own.
            found.execute("INSERT INTO said VALUES ('and on it goes')")
    finally:
        processes.kill_group(server.pid)
        server.wait()
    assert words == ["before the base", "before the moment"]


def in_recovery(database: Database) -> bool:
    try:
        with database.connect("postgres", "postgres") as found:
            return bool(found.execute("SELECT pg_is_in_recovery()").fetchone()[0])
    except psycopg.Error:
        return True
