from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from alliance.core.backup import BackupFailed, restoring
from alliance.notifications.services.restoring import settle_after_restore

from .backup import require_key


class Command(BaseCommand):
    """Fill an empty database and empty stores of files from a backup; see docs/operations/restore.md."""

    help = "Restores a backup into an empty database, and compares every table, file and the audit chain with it."
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the backup")
        parser.add_argument(
            "--keys", type=Path, help="put the keys that sign certificates back, out of this sealed file"
        )

    def handle(self, *args: Any, file: Path | None, keys: Path | None, **options: Any) -> None:
        if file is None and keys is None:
            raise CommandError("Name a backup, or a file of keys (--keys).")
        if keys is not None:
            self._put_back(keys)
        if file is not None:
            self._restore(file)

    def _put_back(self, file: Path) -> None:
        try:
            names = restoring.put_signing_keys_back(file, require_key())
        except FileNotFoundError:
            raise CommandError(f"There is no file {file}.") from None
        except BackupFailed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Keys that sign certificates: {', '.join(names) or 'none in this file'}.")

    def _restore(self, file: Path) -> None:
        try:
            manifest = restoring.restore(file, require_key(), say=self.stdout.write)
        except FileNotFoundError:
            raise CommandError(f"There is no file {file}.") from None
        except BackupFailed as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Rows, files and audit chain are those of the backup.")
        for name in restoring.other_secrets(manifest):
            self.stderr.write(f"{name} is not the one of the backup: {WITHOUT[name]}")
        if missing := restoring.missing_migrations():
            self.stdout.write(f"This version is newer than the backup: making {missing} migrations.")
            call_command("migrate", verbosity=0, interactive=False)
        unclear = settle_after_restore()
        ended = restoring.settle(manifest)
        self.stdout.write(f"{ended} sessions ended; {unclear} mails that were under way wait for a person's decision.")
        self.stdout.write("Next: manage.py database_roles, then start the portal.")


WITHOUT = {
    "SECRET_KEY": "links in letters that were sent before no longer open.",
    "AUDIT_SALT": "digests of texts in the audit chain can no longer be compared with the texts.",
    "MFA_KEY": "second factors cannot be read, so nobody who needs one gets in.",
    "ISSUER_KEY_PASSWORD": "the keys that sign certificates do not open, so nothing can be signed with them.",
}
