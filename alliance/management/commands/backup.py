from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from alliance.core.backup import BackupFailed, keeping, making, restoring


class Command(BaseCommand):
    """A whole, sealed backup of the portal; see docs/operations/backup.md."""

    help = "Backs up database and files into one sealed file, checks it, and removes those that are too old."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, help="the folder (default: BACKUP_DIR)")
        parser.add_argument("--keep-all", action="store_true", help="remove no older backup")
        parser.add_argument("--keys", type=Path, help="write the secrets and signing keys into this file, sealed too")
        parser.add_argument("--check", type=Path, metavar="FILE", help="make none: read this one from end to end")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._handle(**options)
        except BackupFailed as error:
            raise CommandError(str(error)) from None

    def _handle(self, *, to: Path, keep_all: bool, keys: Path | None, check: Path | None, **options: Any) -> None:
        key = require_key()
        if check is not None:
            manifest = restoring.check(check, key)
            self.stdout.write(f"Whole: {sum(manifest['tables'].values())} rows, made {manifest['made_at']}.")
            return
        if keys is not None:
            self.stdout.write(f"{keys}: {', '.join(making.write_keys(keys, key))}. Keep it apart from the backups.")
            return
        made = making.make(to, key)
        # Nobody should learn on the day of the fire that the disk wrote something else.
        restoring.check(made.file, key)
        run = made.run
        self.stdout.write(
            f"{made.file}: {run.rows} rows, {run.files} files, {run.size:,} bytes in {run.seconds} s, checked."
        )
        if not keep_all:
            for name in keeping.tidy(to, datetime.now(UTC), **settings.BACKUP_KEEP):
                self.stdout.write(f"removed {name}")


def require_key() -> str:
    if not settings.BACKUP_KEY:
        raise CommandError("BACKUP_KEY must hold the key that seals backups; deploy/make_secrets.sh makes one.")
    return settings.BACKUP_KEY
