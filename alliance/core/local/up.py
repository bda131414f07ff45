"""`make run`: the whole portal on this machine, until Ctrl-C.

python -m alliance.core.local.up               servers, migrations and sample data, web, worker, scheduler
python -m alliance.core.local.up --servers     PostgreSQL and Valkey alone, for work with manage.py by hand
"""

import argparse
import contextlib
import fcntl
import os
import signal
from collections.abc import Iterator

from . import addresses, portal, processes
from .postgres import Postgres
from .supervisor import Stopped, Supervisor
from .valkey import Valkey

LOG_LIMIT = 5_000_000  # bytes of a log that is kept from the runs before


class AlreadyRunning(SystemExit):
    """Another supervisor works in this checkout."""


def main() -> None:
    arguments = _arguments()
    if arguments.with_parent:
        processes.end_with_parent(signal.SIGTERM, os.getppid())
    supervisor = Supervisor(pid_file=addresses.VAR / "run" / "pids.json", say=say)
    supervisor.listen_for_signals()
    with only_one():
        try:
            supervisor.end_leftovers()
            bring_up(supervisor, only_servers=arguments.servers)
            supervisor.run()
        except Stopped:
            pass
        finally:
            supervisor.stop()
    say("Stopped.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the portal on this machine.")
    parser.add_argument("--servers", action="store_true", help="only PostgreSQL and Valkey")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one dies")
    return parser.parse_args()


def bring_up(supervisor: Supervisor, *, only_servers: bool) -> None:
    port = portal.wanted_port()
    if not only_servers:
        portal.check_port(port)
    _cut_logs()
    launch_servers(supervisor)
    if only_servers:
        say("manage.py finds them from any terminal. Stop with Ctrl-C.")
        return
    address = f"http://{portal.ADDRESS}:{port}"
    # Links in mails lead to the address that is printed: at another name of this machine one is not signed in.
    environment = {"DEMO": "1", "PRODUCTION": "0", "PUBLIC_BASE_URL": address, **os.environ, "PORT": str(port)}
    portal.prepare(supervisor, environment)
    say("Starting worker, scheduler and web …")
    for service in portal.services(port, environment):
        supervisor.launch(service)
    say(f"\nThe portal answers at {address}/   Logs: var/log/   Stop with Ctrl-C.")


def launch_servers(supervisor: Supervisor) -> None:
    """PostgreSQL and Valkey, unless the environment names them; the addresses are written down for manage.py."""
    urls = {}
    kinds: dict[str, type[Postgres] | type[Valkey]] = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
    for variable, kind in kinds.items():
        if os.environ.get(variable):
            say(f"{kind.name}: the one that {variable} names.")
            continue
        say(f"Starting {kind.name} …")
        server = kind()
        server.prepare()
        supervisor.launch(server.service())
        urls[variable.lower()] = server.url
    addresses.record(addresses.VAR, **urls)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock of this checkout; the kernel lets go of it however this process ends."""
    addresses.private_folder(addresses.VAR)
    file = addresses.private_folder(addresses.VAR / "run") / "supervisor.lock"
    with file.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"The portal already runs from this folder (process {lock.read()}). Stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def say(sentence: str) -> None:
    """A line for the terminal, if there still is one."""
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def _cut_logs() -> None:
    """Logs go on from run to run; a long one is put aside once, so that they never fill the disk."""
    folder = addresses.private_folder(addresses.VAR / "log")
    for log in folder.glob("*.log"):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.old"))


if __name__ == "__main__":
    main()
