"""The parts of docker-compose.yml as processes of this machine: its own commands, its own environment, real servers."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from alliance.core.local import binaries, fonts, processes
from alliance.core.local.postgres import Postgres
from alliance.core.local.supervisor import Service, Supervisor
from tests.deploy.composed import ROOT, compose, environment

PROGRAMS = Path(sys.executable).parent
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_until(is_true: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < deadline, f"waited too long: {what}"
        time.sleep(0.05)


class Database(Postgres):
    """PostgreSQL on an address with a password, made with what the compose file tells the official image."""

    def __init__(self, home: Path, secrets: Path, *options: str) -> None:
        self.port, self.secrets = free_port(), secrets
        super().__init__(home, options=("listen_addresses=127.0.0.1", f"port={self.port}", "fsync=off", *options))

    def is_ready(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            self.connect("postgres", "postgres").close()
        except (OSError, psycopg.Error):
            return False
        return True

    def _make_cluster(self) -> None:
        self._own(self._private(self.data))
        wanted = shlex.split(compose()["services"]["db"]["environment"]["POSTGRES_INITDB_ARGS"])
        password = (self.secrets / "postgres_password").read_text()
        self._run("initdb", "-D", self.data, "-U", "postgres", "--pwfile=/dev/stdin", *wanted, typed=password)

    @staticmethod
    def _private(folder: Path) -> Path:
        folder.mkdir(mode=0o700, parents=True)
        return folder

    def make_roles(self) -> None:
        """What the image runs on its first start."""
        subprocess.run(
            [ROOT / "deploy/postgres/10-roles.sh"],
            env={
                "PATH": f"{self.programs}:{os.environ['PATH']}",
                "SECRETS": str(self.secrets),
                "PGHOST": "127.0.0.1",
                "PGPORT": str(self.port),
                "PGPASSWORD": (self.secrets / "postgres_password").read_text().strip(),
            },
            check=True,
            capture_output=True,
        )

    def connect(self, role: str, database: str = "portal") -> psycopg.Connection[Any]:
        """As a role signs in over the network."""
        secret = {"portal_owner": "database_owner", "portal_app": "database_app", "portal_read": "database_read"}
        file = self.secrets / f"{secret.get(role, role)}_password"
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            dbname=database,
            user=role,
            password=file.read_text().strip(),
            autocommit=True,
            connect_timeout=5,
        )


class Deployment:
    """What runs in a folder, started as the compose file says."""

    def __init__(self, home: Path, **changes: str) -> None:
        self.home, self.changes = home, changes
        self.secrets = self._make_secrets()
        self.services = compose()["services"]
        self.database = Database(home / "db", self.secrets)
        self.queue_port = free_port()
        self.supervisor = Supervisor(home / "pids.json", say=lambda line: None)
        self.running: dict[str, Service] = {}
        self.door = 0
        self.prepared = ""

    def _make_secrets(self) -> Path:
        script = self.home / "make_secrets.sh"
        script.write_bytes((ROOT / "deploy/make_secrets.sh").read_bytes())
        subprocess.run(["sh", script], check=True, capture_output=True)
        # As in the containers: a folder that those who run the servers may enter.
        (self.home / "secrets").chmod(0o755)
        return self.home / "secrets"

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    # The servers ----------------------------------------------------------------------------------------------------

    def start_servers(self) -> None:
        self.database.prepare()
        self._launch(self.database.service())
        self.database.make_roles()
        self.start_queue()

    def start_queue(self) -> None:
        """Valkey by the compose file's own line."""
        (self.home / "queue").mkdir(exist_ok=True)
        line = self.services["valkey"]["command"][2]
        line = line.replace("valkey-server", str(binaries.valkey_server()), 1).replace(
            "/run/secrets", str(self.secrets)
        )
        line = line.replace("--dir /data", f"--dir {self.home / 'queue'}")
        command = ["sh", "-c", f"{line} --bind 127.0.0.1 --port {self.queue_port}"]
        self._run("valkey", command, {}, lambda: _answers(self.queue_port))

    # The portal -----------------------------------------------------------------------------------------------------

    def environment(self, name: str, **more: str) -> dict[str, str]:
        service = self.services[name]
        said = environment(service, self.secrets)
        here = f"127.0.0.1:{self.database.port}"
        return {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            **said,
            "DATABASE_URL": said["DATABASE_URL"].replace("db:5432", here),
            "REDIS_URL": said["REDIS_URL"].replace("valkey:6379", f"127.0.0.1:{self.queue_port}"),
            "VAR_DIR": str(self.home / "data"),
            "STATIC_DIR": str(self.home / "collected"),
            "BACKUP_DIR": str(self.home / "backups"),
            "FONT_DIR": str(fonts.folder()),
            "POSTGRES_BIN": str(self.database.programs),
            **self.changes,
            **more,
        }

    def job(self, name: str, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a service's command once, or another one in its place."""
        return subprocess.run(
            command or self.services[name]["command"],
            cwd=ROOT,
            env=self.environment(name, **more),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, name: str, number: int = 1, **more: str) -> None:
        """One replica of a service; `is_healthy` asks its own health check."""
        self._run(f"{name}-{number}", self.services[name]["command"], self.environment(name, **more), lambda: True)

    def is_healthy(self, name: str, **more: str) -> bool:
        return self.job(name, *self.services[name]["healthcheck"]["test"][1:], **more).returncode == 0

    def kill(self, name: str) -> None:
        """kill -9 of a process and all it started; the supervisor starts it again when it next looks."""
        child = self.running[name].child
        assert child is not None
        processes.kill_group(child.pid)
        child.wait()

    def log(self, name: str) -> str:
        return (self.home / "log" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def run(self, name: str, command: list[str], env: dict[str, str], is_ready: Callable[[], bool]) -> None:
        self._run(name, command, env, is_ready)

    def _run(self, name: str, command: list[str], env: dict[str, str], is_ready: Callable[[], bool]) -> None:
        (self.home / "log").mkdir(exist_ok=True)
        log = self.home / "log" / f"{name}.log"
        inherited = env or {"PATH": os.environ["PATH"], "HOME": str(self.home)}

        def begin() -> "subprocess.Popen[bytes]":
            return processes.start(command, cwd=ROOT, log=log, env=inherited, death_signal=signal.SIGKILL)

        self._launch(Service(name, begin, log, is_ready))

    def _launch(self, service: Service) -> None:
        self.running[service.name] = service
        self.supervisor.launch(service)

    def stop(self) -> None:
        self.supervisor.is_impatient = True
        self.supervisor.stop()


def caddy_words(caddy: str) -> dict[str, str]:
    """What the Caddyfile has to say in other words to a Caddy before 2.7, such as Debian 12's."""
    said = subprocess.run([caddy, "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    is_old = found is not None and tuple(map(int, found.groups())) < (2, 7)
    return {"BUFFER": "buffer_requests"} if is_old else {}


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
