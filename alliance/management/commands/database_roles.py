from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from alliance.core import database_roles


class Command(BaseCommand):
    """Grant the roles of the database what they may do; run it as the owner, after each migration."""

    help = "Grant the app role and the reading role their rights, and no more."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--app", default=settings.DATABASE_APP_ROLE, help="the role of web, workers and scheduler")
        parser.add_argument("--read", default=settings.DATABASE_READ_ROLE, help="the role that only reads")

    def handle(self, *args: Any, app: str, read: str, **options: Any) -> None:
        try:
            if app:
                made = database_roles.grant_app(app)
                self.stdout.write(
                    f"{app}: writes {made.written} tables, only adds to {made.only_added_to}, reads {made.read} more."
                )
            if read:
                self.stdout.write(f"{read}: reads {database_roles.grant_read(read).read} tables.")
        except database_roles.NoSuchRole as error:
            raise CommandError(str(error)) from None
        if not app and not read:
            self.stdout.write("No roles are named (DATABASE_APP_ROLE, DATABASE_READ_ROLE); nothing was granted.")
