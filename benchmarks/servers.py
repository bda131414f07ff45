"""A PostgreSQL, a Valkey and a web server of the benchmark's own, gone when it ends."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from alliance.core.local import addresses
from alliance.core.local.postgres import Postgres
from alliance.core.local.valkey import Valkey

HOME = addresses.VAR / "benchmarks"
WORKERS, THREADS = 2, 4


@contextlib.contextmanager
def data_servers() -> Iterator[tuple[int, int]]:
    """Fresh servers, their addresses in the environment; gives their process ids. The data are thrown away.

    Nothing is tidied up in the background: the benchmark does that once, before it measures.
    """
    postgres = Postgres(HOME, options=("shared_buffers=256MB", "work_mem=16MB", "autovacuum=off"))
    valkey = Valkey(HOME, options=("--appendonly", "no"))
    shutil.rmtree(postgres.data, ignore_errors=True)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for server in (postgres, valkey):
            server.prepare()
            process = server.start()
            started.append(process)
            _wait(server.is_ready, server.name)
        os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = postgres.url, valkey.url
        os.environ["PRODUCTION"] = "0"
        # All load comes from one address.
        os.environ["RATE_LIMITS"] = "0"
        os.environ["VAR_DIR"] = str(HOME)
        os.environ.setdefault("SECRET_KEY", "only for the benchmark")
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        yield started[0].pid, started[1].pid
    finally:
        for process, stop in zip(reversed(started), (15, 2), strict=False):
            process.send_signal(stop)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
        shutil.rmtree(postgres.data, ignore_errors=True)


@contextlib.contextmanager
def web_server(log: Path) -> Iterator[tuple[int, int]]:
    """gunicorn on a free port of the loopback; gives port and process id."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "benchmarks.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "30", "--no-control-socket"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=addresses.PROJECT)
    try:
        _wait(lambda: _answers(port), "gunicorn")
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def cpu_seconds(*roots: int) -> float:
    """Processor time of these processes and all their children so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    times: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                # Children that ended count with their parent.
                used = sum(int(fields[index]) for index in (11, 12, 13, 14)) / ticks
                times[int(entry.name)] = (int(fields[1]), used)
    wanted = set(roots)
    while True:
        children = {pid for pid, (parent, _) in times.items() if parent in wanted} - wanted
        if not children:
            return sum(times[pid][1] for pid in wanted if pid in times)
        wanted |= children


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def _wait(ready: object, name: str) -> None:
    deadline = time.monotonic() + 60
    while not ready():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} did not start; see {HOME}.")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
