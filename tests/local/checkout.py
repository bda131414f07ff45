"""A small checkout to run the real supervisor in: the true files of `alliance.core.local` and a stub of the portal."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from alliance.core.local import addresses, processes

STUB = {
    "alliance/__init__.py": "from .celery import app as celery_app\n",
    "alliance/core/__init__.py": "",
    "alliance/celery.py": (
        "from celery import Celery\n"
        "from alliance.core.local import addresses\n"
        "app = Celery('alliance', broker=addresses.redis_url().replace('unix://', 'redis+socket://', 1))\n"
    ),
    "alliance/wsgi.py": (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [b'the portal']\n"
    ),
    "manage.py": (
        "import psycopg\n"
        "from alliance.core.local import addresses\n"
        "with psycopg.connect(addresses.database_url()) as connection:\n"
        "    connection.execute('CREATE TABLE IF NOT EXISTS start (at timestamptz DEFAULT now())')\n"
        "    connection.execute('INSERT INTO start DEFAULT VALUES')\n"
        "    print('starts:', connection.execute('SELECT count(*) FROM start').fetchone()[0])\n"
    ),
}


@dataclass
class Checkout:
    """The folder and what runs in it."""

    folder: Path
    port: int

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def temp(self) -> Path:
        """Where the data are when the real nobody runs PostgreSQL."""
        return addresses.temp_folder_path(self.var)

    def environment(self, **more: str) -> dict[str, str]:
        """That of a fresh terminal: none of what our own tests have set."""
        terminal = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**terminal, "PORT": str(self.port), "PYTHONUNBUFFERED": "1", **more}

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Our Python at work in this checkout; what it says is kept for `said`."""
        with (self.folder / "output").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=self.folder,
                env=self.environment(**environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, waiting for the end."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def up(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """The supervisor, once everything runs."""
        supervisor = self.start("-m", "alliance.core.local.up", *arguments, **environment)
        wait_until(lambda: "with Ctrl-C." in self.said() or supervisor.poll() is not None)
        assert supervisor.poll() is None, self.said()
        return supervisor

    def said(self) -> str:
        return (self.folder / "output").read_text()

    def running(self) -> dict[int, str]:
        """Command lines of all processes that name this checkout or work in it, by process number."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal() or not processes.started_at(int(entry.name)):
                continue
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                where = f"{os.readlink(entry / 'cwd')} {command}"
            except OSError:
                continue
            if str(self.folder) in where or str(self.temp) in where:
                found[int(entry.name)] = command
        return found

    def process(self, *words: str) -> int:
        """The oldest process whose command line has all these words; its children came later."""
        found = [pid for pid, command in self.running().items() if all(word in command for word in words)]
        return min(found, key=lambda pid: int(processes.started_at(pid) or 0))

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(addresses.database_url(self.var), autocommit=True)


def make_checkout(folder: Path) -> Checkout:
    for name, text in STUB.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    ours = Path(addresses.__file__).parent
    shutil.copytree(ours, folder / "alliance/core/local", ignore=shutil.ignore_patterns("__pycache__"))
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return Checkout(folder, door.getsockname()[1])


def wait_until(is_true: Callable[[], object], patience: float = 40.0) -> None:
    deadline = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
