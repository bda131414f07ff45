"""Make a backup: the database as of one moment, every file that its rows name, and a list of all of it."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from .. import audit
from ..models import BackupRun, ChainHead
from . import BackupFailed, archive, postgres, sealed

STORES = ("default", "private")
SUFFIX = ".ccipra-backup"
KEYS_SUFFIX = ".ccipra-keys"
PREFIX = "portal-"
MOMENT = "%Y%m%dT%H%M%SZ"
SIGNING_KEY = "signing key"
PIECE = 1024 * 1024


@dataclass(frozen=True)
class Made:
    file: Path
    run: BackupRun


def make(folder: Path, key: str, now: datetime | None = None) -> Made:
    """One whole backup in `folder`, or none: until it is complete it has another name."""
    began = time.monotonic()
    now = now or datetime.now(UTC)
    file = folder / f"{PREFIX}{now.strftime(MOMENT)}{SUFFIX}"
    draft = file.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("xb") as out:
            draft.chmod(0o600)
            manifest = _write(out, key, now)
        size, digest = _digest(draft)
        draft.rename(file)
    except FileExistsError:
        raise BackupFailed(f"Another backup is being written to {draft.name}. Look at it, or remove it.") from None
    except PermissionError as error:
        raise BackupFailed(f"{folder} cannot be written to ({error.strerror}).") from None
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    run = _record(file.name, size, digest, manifest, round(time.monotonic() - began))
    return Made(file, run)


def _write(out: Any, key: str, now: datetime) -> dict[str, Any]:
    with sealed.Writer(out, key) as stream:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                # Counts and dump are of one moment, while the portal works on.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
                snapshot, version = cursor.fetchone()
            manifest = _about(now, version)
            dump = archive.write_entry(stream, "database", postgres.dump(snapshot))
        # Files are never changed, only added: those of the moment are all still there.
        files = {name: _write_files(stream, name) for name in STORES}
        manifest |= {"database": dump.__dict__, "files": files}
        archive.write_entry(stream, "manifest", [json.dumps(manifest, ensure_ascii=False).encode()])
        archive.write_end(stream)
    return manifest


def _about(now: datetime, version: str) -> dict[str, Any]:
    head = ChainHead.objects.get(pk=1)
    return {
        "format": 1,
        "made_at": now.isoformat(),
        "postgresql": version,
        "tables": postgres.counts(),
        "audit": {"seq": head.seq, "hash": head.hash},
        "migrations": sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()),
        "secrets": fingerprints(),
    }


def fingerprints() -> dict[str, str]:
    """A mark of each secret that a restored portal needs, which tells nothing about it."""
    return {name: mark(value) for name, value in secrets().items() if value}


def secrets() -> dict[str, str]:
    """Without these a restored portal is not the same. Their values are in no backup."""
    return {
        "SECRET_KEY": settings.SECRET_KEY,
        "AUDIT_SALT": settings.AUDIT_SALT,
        "MFA_KEY": ",".join(settings.MFA_KEYS),
        "ISSUER_KEY_PASSWORD": settings.ISSUER_KEY_PASSWORD,
    }


def mark(value: str) -> str:
    return hashlib.scrypt(value.encode(), salt=b"ccipra-backup-mark", n=2**14, r=8, p=1, dklen=8).hex()


def _write_files(stream: sealed.Writer, store: str) -> dict[str, dict[str, Any]]:
    found = {}
    storage = storages[store]
    for name in sorted(walk(storage)):
        try:
            with storage.open(name, "rb") as file:
                found[name] = archive.write_entry(stream, "file", file.chunks(PIECE), store=store, name=name).__dict__
        except FileNotFoundError:
            continue  # an export that was tidied away meanwhile
    return found


def walk(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file of a store, by name."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}" if folder else name
    for inner in folders:
        yield from walk(storage, f"{folder}/{inner}" if folder else inner)


@transaction.atomic
def _record(name: str, size: int, digest: str, manifest: dict[str, Any], seconds: int) -> BackupRun:
    run = BackupRun.objects.create(
        file_name=name,
        size=size,
        sha256=digest,
        rows=sum(manifest["tables"].values()),
        files=sum(len(files) for files in manifest["files"].values()),
        audit_seq=manifest["audit"]["seq"],
        seconds=seconds,
    )
    audit.record("backup.made", run, by=None, size=size, rows=run.rows, files=run.files)
    return run


def _digest(file: Path) -> tuple[int, str]:
    with file.open("rb") as content:
        return file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest()


def write_keys(file: Path, key: str) -> list[str]:
    """The secrets themselves and the encrypted keys that sign certificates, sealed, into a file of their own.

    It belongs elsewhere than the backups. Gives the names of what it holds."""
    values = {name: value for name, value in secrets().items() if value}
    values["SECRET_KEY_FALLBACKS"] = ",".join(settings.SECRET_KEY_FALLBACKS)
    signing = sorted(settings.ISSUER_KEY_DIR.glob("*.pem"))
    with file.open("xb") as out, sealed.Writer(out, key) as stream:
        file.chmod(0o600)
        archive.write_entry(stream, "keys", [json.dumps(values).encode()])
        for one in signing:
            archive.write_entry(stream, SIGNING_KEY, [one.read_bytes()], name=one.name)
        archive.write_end(stream)
    return [*sorted(values), *(one.name for one in signing)]


def read_keys(file: Path, key: str) -> dict[str, str]:
    """The secrets in a sealed file of keys, by name."""
    return json.loads(_keys_of(file, key, "keys")[""])


def read_signing_keys(file: Path, key: str) -> dict[str, bytes]:
    """The encrypted key files in a sealed file of keys, by name."""
    return _keys_of(file, key, SIGNING_KEY)


def _keys_of(file: Path, key: str, kind: str) -> dict[str, bytes]:
    with file.open("rb") as content:
        found = [(entry.kind, entry.head, entry.content()) for entry in archive.entries(sealed.Reader(content, key))]
    return {head.get("name", ""): data for of_kind, head, data in found if of_kind == kind}
