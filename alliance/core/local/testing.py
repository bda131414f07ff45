"""One throw-away PostgreSQL and Valkey for every test run in this checkout, shared by runs at the same time.

A keeper process of its own runs the servers. Each test run holds a shared lock on `users`; the kernel lets go of it
however the run ends. When nobody has held it for a moment, the keeper stops the servers and ends. Runs do not meet in
the servers: each has a database name and a range of Valkey databases of its own.

    python -m alliance.core.local.testing     prints the exports and keeps the servers until Ctrl-C
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO

from . import addresses
from .postgres import CARELESS, Postgres
from .supervisor import Supervisor
from .valkey import Valkey

HOME = addresses.VAR / "test"
RUNS = 64  # that may go on at the same time
VALKEY_DATABASES_PER_RUN = 32  # the run itself and its xdist workers
MOMENT = 3.0  # seconds without users before the servers stop
STARTING = 60.0  # seconds the servers may take

_held: list[IO[str]] = []  # locks of this process, held until it ends


class NoServers(SystemExit):
    """The test servers did not start; the message says where to read why."""


def start() -> None:
    """Make sure the servers run, and put this run's own addresses into the environment.

    Call it before Django settings load. An xdist worker takes over the addresses of its controller.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _take_valkey_database(worker)
        return
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    number = _join()
    os.environ["DATABASE_URL"] = f"{addresses.database_url(HOME)}_{os.getpid()}"
    os.environ["REDIS_URL"] = f"{addresses.redis_url(HOME)}?db={number * VALKEY_DATABASES_PER_RUN}"


def _join() -> int:
    """Become a user of the running servers, started if need be; gives this run's number."""
    HOME.mkdir(parents=True, exist_ok=True)
    _held.append(_locked("users", fcntl.LOCK_SH))
    with _locked("start", fcntl.LOCK_EX):
        if not _keeper_is_alive():
            _start_keeper()
        return _next_number()


def _take_valkey_database(worker: str) -> None:
    url, ours, first = os.environ["REDIS_URL"].partition("?db=")
    if ours:  # not where the developer named a server
        os.environ["REDIS_URL"] = f"{url}?db={int(first) + int(worker.removeprefix('gw')) + 1}"


def _next_number() -> int:
    """Runs are numbered in a circle, so that two at the same time never have the same Valkey databases."""
    file = HOME / "number"
    last = int(file.read_text(encoding="ascii")) if file.exists() else 0
    number = (last + 1) % RUNS
    file.write_text(str(number), encoding="ascii")
    return number


def _locked(name: str, kind: int) -> IO[str]:
    """The lock file, opened and locked; closing it or ending the process lets go."""
    file = (HOME / f"{name}.lock").open("a", encoding="ascii")
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        file.close()
        raise
    return file


def _keeper_is_alive() -> bool:
    try:
        _locked("keeper", fcntl.LOCK_EX | fcntl.LOCK_NB).close()
    except BlockingIOError:
        return True
    return False


def _start_keeper() -> None:
    ready = HOME / "ready"
    ready.unlink(missing_ok=True)
    log = HOME / "keeper.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "alliance.core.local.testing", "--keep"],
            cwd=addresses.PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + STARTING
    while not ready.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise NoServers(f"The test servers did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.05)


def keep() -> None:
    """Run the servers until no test run has used them for a moment."""
    supervisor = Supervisor(pid_file=HOME / "pids.json")
    supervisor.listen_for_signals()
    with _locked("keeper", fcntl.LOCK_EX | fcntl.LOCK_NB):
        try:
            supervisor.end_leftovers()
            _launch(supervisor)
            (HOME / "ready").touch()
            supervisor.run(until=_unused_for_a_moment())
        finally:
            supervisor.stop()


def _launch(supervisor: Supervisor) -> None:
    postgres = Postgres(HOME, options=CARELESS)
    valkey = Valkey(HOME, options=("--databases", str(RUNS * VALKEY_DATABASES_PER_RUN), "--appendonly", "no"))
    # Databases of runs that were killed would stay for ever, and a new cluster takes half a second.
    shutil.rmtree(postgres.data, ignore_errors=True)
    postgres.prepare()
    valkey.prepare()
    supervisor.launch(postgres.service())
    supervisor.launch(valkey.service())
    addresses.record(HOME, database_url=postgres.url, redis_url=valkey.url)


def _unused_for_a_moment() -> Callable[[], bool]:
    unused_since: float | None = None

    def check() -> bool:
        nonlocal unused_since
        try:
            lock = _locked("users", fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            unused_since = None
            return False
        unused_since = unused_since or time.monotonic()
        if time.monotonic() - unused_since < MOMENT:
            lock.close()
            return False
        _held.append(lock)  # whoever comes now waits until we are gone, and then starts servers anew
        return True

    return check


def main() -> None:
    if sys.argv[1:] == ["--keep"]:
        keep()
        return
    _join()
    print("export PRODUCTION=0")
    print(f"export DATABASE_URL='{addresses.database_url(HOME)}'")
    print(f"export REDIS_URL='{addresses.redis_url(HOME)}'", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    main()
