import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.notifications import mailbox
from alliance.notifications.bounces import MOST_BYTES
from alliance.notifications.services import addresses


class Command(BaseCommand):
    help = (
        "Reads mails that came back and marks addresses that do not work: one mail from standard input (for a mail"
        " server's pipe), or with --mailbox all unread ones of BOUNCE_MAILBOX."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", action="store_true", help="read BOUNCE_MAILBOX instead of standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["mailbox"]:
            marked = addresses.read([sys.stdin.buffer.read(MOST_BYTES)])
        elif settings.BOUNCE_MAILBOX:
            marked = addresses.read(mailbox.unread(settings.BOUNCE_MAILBOX))
        else:
            raise CommandError("BOUNCE_MAILBOX names no mailbox.")
        self.stdout.write(f"{marked} addresses marked.")
