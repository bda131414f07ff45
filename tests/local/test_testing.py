import os
import signal
import time

import psycopg
import pytest

from alliance.core.local import addresses, testing

from .checkout import Checkout, wait_until

pytestmark = pytest.mark.faults

# A test run: it asks for the servers, writes its own addresses down and goes on until it is killed.
RUN = """
import os, sys, time
from pathlib import Path
from alliance.core.local import testing
testing.start()
Path(sys.argv[1]).write_text(os.environ["DATABASE_URL"] + "\\n" + os.environ["REDIS_URL"])
time.sleep(600)
"""


def begin_run(checkout: Checkout, name: str):
    run = checkout.start("-c", RUN, name)
    return run, lambda: (checkout.folder / name).read_text().splitlines()


def kill(run) -> None:
    run.kill()
    run.wait()


def test_runs_share_the_servers_but_nothing_in_them_and_the_last_one_ends_them(checkout):
    first, first_urls = begin_run(checkout, "first")
    second, second_urls = begin_run(checkout, "second")
    wait_until(lambda: (checkout.folder / "first").exists() and (checkout.folder / "second").exists())

    keepers = [pid for pid, command in checkout.running().items() if "--keep" in command]
    assert len(keepers) == 1
    assert len({*first_urls(), *second_urls()}) == 4
    home = checkout.var / "test"
    assert first_urls()[0] == f"{addresses.database_url(home)}_{first.pid}"
    with psycopg.connect(addresses.database_url(home)) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)

    kill(first)
    time.sleep(testing.MOMENT + 1)
    with psycopg.connect(addresses.database_url(home)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    kill(second)
    wait_until(lambda: not checkout.running(), patience=testing.MOMENT + 15)


def test_a_killed_keeper_takes_its_servers_along_and_the_next_run_has_new_ones(checkout):
    first, _ = begin_run(checkout, "first")
    wait_until((checkout.folder / "first").exists)

    os.kill(checkout.process("--keep"), signal.SIGKILL)
    wait_until(lambda: list(checkout.running()) == [first.pid], patience=10)

    second, urls = begin_run(checkout, "second")
    wait_until((checkout.folder / "second").exists)
    with psycopg.connect(urls()[0].rpartition("_")[0]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    kill(first)
    kill(second)
    wait_until(lambda: not checkout.running(), patience=testing.MOMENT + 15)


class TestWorkers:
    """pytest-xdist hands the environment of the controller to its workers."""

    def test_each_has_a_valkey_database_of_its_own(self, monkeypatch):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw3")
        monkeypatch.setenv("REDIS_URL", "unix:///somewhere/valkey.sock?db=64")

        testing.start()

        assert os.environ["REDIS_URL"] == "unix:///somewhere/valkey.sock?db=68"

    def test_a_server_named_by_the_developer_stays_as_named(self, monkeypatch):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw3")
        monkeypatch.setenv("REDIS_URL", "redis://localhost:6379/0")

        testing.start()

        assert os.environ["REDIS_URL"] == "redis://localhost:6379/0"
