"""A portal of its own for a test: private PostgreSQL and Valkey, real workers and schedulers, restarted when killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from alliance.core.local import addresses, processes
from alliance.core.local.postgres import Postgres
from alliance.core.local.supervisor import Service, Supervisor
from alliance.core.local.valkey import Valkey

QUIETLY = ("--without-mingle", "--without-gossip")
CELERY = (sys.executable, "-m", "celery", "-A", "alliance")
WORKER = (
    *CELERY,
    "worker",
    "--queues",
    "control,default,mail,media,reports",
    "--concurrency",
    "2",
    "-O",
    "fair",
    *QUIETLY,
)
BEAT = (*CELERY, "beat", "--pidfile=", "--loglevel", "INFO")


class Portal:
    """Servers and processes in a folder; `supervisor.glance()` looks after them."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        # A process is killed here, not the machine: what was written is safe with the kernel, fsync or not.
        self.postgres = Postgres(home, options=("fsync=off", "full_page_writes=off"))
        self.valkey = Valkey(home)
        self.supervisor = Supervisor(home / "pids.json", say=lambda line: None)
        self.services: dict[str, Service] = {}
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "DJANGO_SETTINGS_MODULE": "alliance.settings",
            "SECRET_KEY": "only for tests",
            "PLAIN_STATIC": "1",
            "PYTHONPATH": str(addresses.PROJECT),
            **environment,
        }

    def start_servers(self) -> None:
        self.postgres.prepare()
        self.valkey.prepare()
        self._launch(self.postgres.service())
        self._launch(self.valkey.service())
        self.run("manage.py", "migrate", "-v0")

    def start(self, name: str, command: tuple[str, ...]) -> None:
        log = self.home / "log" / f"{name}.log"
        self._launch(
            Service(
                name,
                lambda: processes.start(
                    command, cwd=addresses.PROJECT, log=log, env=self.environment, death_signal=signal.SIGKILL
                ),
                log,
            )
        )

    def _launch(self, service: Service) -> None:
        self.services[service.name] = service
        self.supervisor.launch(service)

    def stop(self) -> None:
        self.supervisor.is_impatient = True
        self.supervisor.stop()

    def kill(self, name: str) -> None:
        """kill -9 of its main process; what it started dies with the supervisor's next glance."""
        child = self.services[name].child
        assert child is not None
        child.kill()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=addresses.PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def background(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, *arguments]
        return processes.start(
            command, cwd=addresses.PROJECT, log=self.home / "log" / "background.log", env=self.environment
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database; none while it is away."""
        try:
            with psycopg.connect(**_arguments(self.postgres)) as connection:
                return connection.execute(sql).fetchall()
        except psycopg.OperationalError:
            return []


def _arguments(postgres: Postgres) -> dict[str, Any]:
    password = addresses.secret(addresses.DATABASE_PASSWORD, postgres.home)
    return {"dbname": addresses.NAME, "user": addresses.NAME, "password": password, "host": str(postgres.sockets)}
