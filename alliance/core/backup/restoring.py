"""Restore a backup: look at every byte first, fill an empty database, and compare what is there with the list."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from .. import audit
from ..models import BackupRun, ChainHead
from . import BackupFailed, archive, making, postgres, sealed

Say = Callable[[str], None]
Manifest = dict[str, Any]
IN_MEMORY = 5 * 1024 * 1024


class NotEmpty(BackupFailed):
    """There is something already, and a restore would mix with it."""


class Different(BackupFailed):
    """What was restored is not what the backup lists."""


def check(file: Path, key: str) -> Manifest:
    """Read all of a backup and compare it with its own list; nothing is written anywhere."""
    found: dict[str, Any] = {"database": None, "files": {name: {} for name in making.STORES}}
    manifest: Manifest | None = None
    with file.open("rb") as content:
        for entry in archive.entries(sealed.Reader(content, key)):
            if entry.kind == "manifest":
                manifest = json.loads(entry.content())
            elif entry.kind == "database":
                found["database"] = entry.finish().__dict__
            elif entry.kind == "file":
                found["files"][entry.head["store"]][entry.head["name"]] = entry.finish().__dict__
            else:
                raise sealed.Unreadable(f"The backup holds something unknown ({entry.kind}).")
    if manifest is None or manifest.get("format") != 1:
        raise sealed.Unreadable("The backup has no list of its contents.")
    if any(manifest[part] != found[part] for part in ("database", "files")):
        raise sealed.Unreadable("The backup does not hold what its list says.")
    return manifest


def restore(file: Path, key: str, say: Say = lambda sentence: None) -> Manifest:
    """Fill the empty database and the stores with what the backup holds; raises before anything is touched, or says
    what differs."""
    require_empty()
    say("Checking the backup …")
    manifest = check(file, key)
    say(f"Made {manifest['made_at']}, {sum(manifest['tables'].values())} rows.")
    with file.open("rb") as content:
        for entry in archive.entries(sealed.Reader(content, key)):
            if entry.kind == "database":
                say("Restoring the database …")
                postgres.load(entry.pieces())
            elif entry.kind == "file":
                _keep(entry)
    say("Comparing …")
    compare(manifest)
    return manifest


def require_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(postgres.TABLES)
        if tables := len(cursor.fetchall()):
            raise NotEmpty(
                f"The database {connection.settings_dict['NAME']} has {tables} tables. Restore into a new one: "
                "an old portal is never overwritten."
            )
    for name in making.STORES:
        if next(making.walk(storages[name]), None) is not None:
            raise NotEmpty(f"The store of {name} files is not empty. Restore into a new folder or bucket.")


def _keep(entry: archive.Entry) -> None:
    storage, name = storages[entry.head["store"]], entry.head["name"]
    # S3 asks for the length first and reads back and forth; large files go through the disk.
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
        for piece in entry.pieces():
            spooled.write(piece)
        spooled.seek(0)
        kept = storage.save(name, File(spooled, name=name))
    if kept != name:
        raise NotEmpty(f"There is a file {name} already.")


def compare(manifest: Manifest) -> None:
    """Rows by table, the audit chain, and every file by its digest."""
    wrong = postgres.differences(manifest["tables"], postgres.counts())
    head = ChainHead.objects.get(pk=1)
    if {"seq": head.seq, "hash": head.hash} != manifest["audit"]:
        wrong.append(f"the audit chain ends at {head.seq}, not at {manifest['audit']['seq']}")
    if broken := audit.verify():
        wrong.append(f"the audit chain is broken at event {broken.seq}: {broken.reason}")
    for store, files in manifest["files"].items():
        wrong += [f"{store} file {name} differs" for name, said in files.items() if _digest(store, name) != said]
    if wrong:
        raise Different("The restored portal is not the one that was backed up:\n" + "\n".join(wrong[:50]))


def _digest(store: str, name: str) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with storages[store].open(name, "rb") as file:
        for piece in iter(lambda: file.read(making.PIECE), b""):
            digest.update(piece)
            size += len(piece)
    return archive.Written(size, digest.hexdigest()).__dict__


def put_signing_keys_back(file: Path, key: str) -> list[str]:
    """Write the keys that sign certificates from a sealed file of keys to where they are looked for. Gives their names.

    What is there already and the same stays; raises NotEmpty, before anything is written, if another key has its name.
    """
    home: Path = settings.ISSUER_KEY_DIR
    kept = making.read_signing_keys(file, key)
    for name, data in kept.items():
        if Path(name).name != name:
            raise sealed.Unreadable(f"The file of keys names a place, not a file ({name}).")
        if (home / name).exists() and (home / name).read_bytes() != data:
            raise NotEmpty(f"There is another key {name} in {home}. Move it away first: keys are never overwritten.")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in kept.items():
        if not (home / name).exists():
            with os.fdopen(os.open(home / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                target.write(data)
    return sorted(kept)


def other_secrets(manifest: Manifest) -> list[str]:
    """Secrets of this deployment that are not those the backup was made with."""
    here = making.fingerprints()
    return [name for name, said in manifest["secrets"].items() if here.get(name) != said]


def missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@transaction.atomic
def settle(manifest: Manifest) -> int:
    """A restored portal begins quietly: everybody signs in anew, and the chain says what happened. Gives how many
    sessions ended."""
    from django.contrib.sessions.models import Session

    ended = Session.objects.all().delete()[0]
    run = BackupRun.objects.first()
    subject = run if run is not None else ChainHead.objects.get(pk=1)
    audit.record("backup.restored", subject, by=None, made_at=manifest["made_at"], seq=manifest["audit"]["seq"])
    return ended
