"""The processes of the portal itself: preparation, web, worker and scheduler."""

import functools
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import addresses, processes
from .supervisor import GaveUp, Service, Supervisor

LOGS = addresses.VAR / "log"
QUEUES = "control,default,mail,media,reports"
PREPARATION = 600.0  # seconds for migrations and data, generously: it is told when it fails
ADDRESS = "127.0.0.1"


class NoPort(SystemExit):
    """The web server cannot listen where it was asked to."""


def wanted_port() -> int:
    said = os.environ.get("PORT") or "8000"
    if not said.isdecimal() or not 0 < int(said) < 65536:
        raise NoPort(f"PORT must be a number from 1 to 65535, but is {said!r}.")
    return int(said)


def check_port(port: int) -> None:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((ADDRESS, port))
        except OSError as error:
            raise NoPort(f"Port {port} is not free ({error.strerror}). Try another: make run PORT={port + 1}") from None


def prepare(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Migrations, reference and sample data. What it says goes to the terminal: it names the sample sign-ins."""
    child = processes.start(_python("manage.py", "prepare"), cwd=addresses.PROJECT, env=environment)
    try:
        supervisor.wait_for(lambda: child.poll() is not None, PREPARATION, "manage.py prepare takes too long.")
    finally:
        if child.poll() is None:
            processes.end({child.pid: signal.SIGTERM}, patience=5)
    if child.returncode:
        raise GaveUp("The database could not be prepared; the reason stands above.")


def services(port: int, environment: Mapping[str, str]) -> Iterator[Service]:
    """Worker, scheduler and web, in the order in which they start; they stop in the reverse."""
    celery = ("-m", "celery", "-A", "alliance")
    worker = ("--queues", QUEUES, "--concurrency", "3", "-O", "fair", "--without-mingle", "--without-gossip")
    run = functools.partial(_service, environment=environment)
    # A busy worker takes its time over SIGTERM, and without its broker for ever. Its rows survive the harder way.
    yield run("worker", *celery, "worker", "--loglevel", "INFO", *worker, death_signal=signal.SIGKILL)
    timetable = str(addresses.VAR / "beat-schedule")
    yield run("scheduler", *celery, "beat", "--loglevel", "INFO", "--schedule", timetable, "--pidfile=")
    web = run(
        "web",
        *("-m", "gunicorn", "alliance.wsgi:application", "--bind", f"{ADDRESS}:{port}"),
        *("--workers", "2", "--threads", "4", "--graceful-timeout", "10"),
        # The portal itself answers an address of 10,000 characters, in the reader's language.
        *("--limit-request-line", "0"),
        "--no-control-socket",  # it would lie in the home folder
    )
    web.is_ready = lambda: answers(port)
    yield web


def answers(port: int) -> bool:
    """Whether the web server gives an answer that is not its own failure."""
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _service(name: str, *arguments: str, environment: Mapping[str, str], death_signal: int = signal.SIGTERM) -> Service:
    log = LOGS / f"{name}.log"

    def start() -> subprocess.Popen[bytes]:
        return processes.start(
            _python(*arguments), cwd=addresses.PROJECT, env=environment, log=log, death_signal=death_signal
        )

    return Service(name, start, log)


def _python(*arguments: str) -> list[str | Path]:
    return [sys.executable, *arguments]
