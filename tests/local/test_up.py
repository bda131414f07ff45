import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

import psycopg
import pytest
import redis

from alliance.core.local import addresses, identity, processes, up

from .checkout import Checkout, wait_until

pytestmark = pytest.mark.faults


def answers(checkout: Checkout) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{checkout.port}/", timeout=2) as response:
            return response.read() == b"the portal"
    except OSError:
        return False


def starts(checkout: Checkout) -> int | None:
    """How often the portal was prepared, as its database says; nothing while that does not let us in."""
    try:
        with checkout.connect() as connection:
            return connection.execute("SELECT count(*) FROM start").fetchone()[0]
    except psycopg.OperationalError:
        return None


def stop(supervisor: subprocess.Popen, number: int = signal.SIGTERM) -> int:
    supervisor.send_signal(number)
    # Worker and scheduler have 20 seconds each to end by themselves (supervisor.PATIENCE).
    return supervisor.wait(timeout=60)


def test_one_day_of_the_portal(checkout):
    """Start, a second start beside it, work by hand, deaths of servers and processes, Ctrl-C, and the next day."""
    supervisor = checkout.up()
    assert "starts: 1" in checkout.said()
    assert checkout.said().splitlines()[-1] == (
        f"The portal answers at http://127.0.0.1:{checkout.port}/   Logs: var/log/   Stop with Ctrl-C."
    )
    assert answers(checkout)

    second = checkout.run("-m", "alliance.core.local.up")
    refusal = f"The portal already runs from this folder (process {supervisor.pid}). Stop that one first.\n"
    assert (second.returncode, second.stderr) == (1, refusal)

    assert checkout.run("manage.py").stdout == "starts: 2\n"

    # A queue survives the death of its broker: everything older than the second between two writes to disk.
    url = addresses.redis_url(checkout.var)
    redis.from_url(url).set("queued", "1")
    time.sleep(1.1)
    victims = {
        "PostgreSQL": checkout.process("bin/postgres"),
        "Valkey": checkout.process("valkey-server"),
        "worker": checkout.process("celery", "worker"),
        "scheduler": checkout.process("celery", "beat"),
        "web": checkout.process("gunicorn"),
    }
    for victim in victims.values():
        os.kill(victim, signal.SIGKILL)
    wait_until(lambda: all(f"{name} ended (SIGKILL)" in checkout.said() for name in victims))
    wait_until(lambda: len(json.loads((checkout.var / "run/pids.json").read_text())) == len(victims))
    wait_until(lambda: answers(checkout))
    wait_until(lambda: starts(checkout) == 2)
    assert redis.from_url(url).get("queued") == b"1"
    assert not set(victims.values()) & set(checkout.running())

    assert stop(supervisor, signal.SIGINT) == 0
    order = ["web", "scheduler", "worker", "Valkey", "PostgreSQL"]
    assert checkout.said().splitlines()[-6:] == [*(f"Stopping {name} …" for name in order), "Stopped."]
    wait_until(lambda: not checkout.running(), patience=10)

    began = time.monotonic()
    supervisor = checkout.up()
    assert time.monotonic() - began < 15
    assert "starts: 3" in checkout.said()
    assert stop(supervisor) == 0


@pytest.mark.parametrize("forbid_namespaces", ["", "1"], ids=["as usual", "without namespaces"])
def test_a_killed_supervisor_leaves_nothing_and_the_next_one_starts_at_once(checkout, forbid_namespaces):
    environment = {identity.FORBID_NAMESPACES: forbid_namespaces}
    supervisor = checkout.up(**environment)
    assert len(checkout.running()) > 10

    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: not checkout.running(), patience=10)

    supervisor = checkout.up(**environment)
    assert "starts: 2" in checkout.said()
    assert stop(supervisor) == 0


def test_it_ends_with_make_when_make_started_it(checkout):
    starter = "import subprocess, sys; subprocess.run([sys.executable, '-m', 'alliance.core.local.up', *sys.argv[1:]])"
    make = checkout.start("-c", starter, "--servers", "--with-parent")
    wait_until(lambda: "Stop with Ctrl-C." in checkout.said())

    make.kill()
    make.wait()

    wait_until(lambda: not checkout.running(), patience=10)


class TestBeforeAnythingStarts:
    def test_a_taken_port_is_told_with_another_to_try(self, checkout):
        with socket.socket() as other:
            other.bind(("127.0.0.1", checkout.port))
            other.listen()
            refused = checkout.start("-m", "alliance.core.local.up")
            assert refused.wait(timeout=30) == 1

        port = checkout.port
        assert checkout.said() == (
            f"Port {port} is not free (Address already in use). Try another: make run PORT={port + 1}\n"
        )
        assert not checkout.running()

    def test_a_port_that_is_none_is_told(self, checkout):
        refused = checkout.start("-m", "alliance.core.local.up", PORT="eighty")

        assert refused.wait(timeout=30) == 1
        assert checkout.said() == "PORT must be a number from 1 to 65535, but is 'eighty'.\n"

    def test_a_failed_preparation_stops_the_servers(self, checkout):
        (checkout.folder / "manage.py").write_text("raise SystemExit('no such table')\n")

        failed = checkout.start("-m", "alliance.core.local.up")

        assert failed.wait(timeout=30) == 1
        assert "no such table" in checkout.said()
        assert checkout.said().endswith("The database could not be prepared; the reason stands above.\n")
        assert not checkout.running()

    def test_named_servers_are_used_instead_of_ours(self, checkout, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
        monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
        said: list[str] = []
        monkeypatch.setattr(up, "say", said.append)
        monkeypatch.setattr(addresses, "VAR", checkout.var)

        up.launch_servers(up.Supervisor(pid_file=checkout.var / "pids.json"))

        assert said == ["PostgreSQL: the one that DATABASE_URL names.", "Valkey: the one that REDIS_URL names."]
        assert addresses.recorded(checkout.var) == {}


class TestLogs:
    def test_a_long_one_is_put_aside_and_belongs_to_its_owner(self, tmp_path, monkeypatch):
        monkeypatch.setattr(addresses, "VAR", tmp_path)
        monkeypatch.setattr(up, "LOG_LIMIT", 10)
        (tmp_path / "log").mkdir()
        (tmp_path / "log/web.log").write_text("x" * 11)
        (tmp_path / "log/worker.log").write_text("short")

        up._cut_logs()

        assert sorted(file.name for file in (tmp_path / "log").iterdir()) == ["web.log.old", "worker.log"]


def test_processes_are_recognised_by_number_and_start(tmp_path):
    child = subprocess.Popen(["sleep", "66"])
    mark = processes.started_at(child.pid)
    assert mark == processes.started_at(child.pid)

    child.kill()
    wait_until(lambda: processes.started_at(child.pid) is None)  # a zombie is gone, too
    child.wait()
    assert processes.started_at(child.pid) is None
