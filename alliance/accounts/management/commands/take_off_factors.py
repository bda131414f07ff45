from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.accounts.models import User
from alliance.accounts.services import lost_factor


class Command(BaseCommand):
    help = (
        "Take all second factors off an account, where the secretariat has too few people to approve it. "
        "For operators, who make sure it is really this person; written down, and told at every address."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="why the portal's own way was not possible")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["email"].lower()).first()
        if person is None:
            raise CommandError("No account signs in with this address.")
        number = lost_factor.take_off_by_operator(person, reason=options["reason"])
        self.stdout.write(f"{number} taken off. The person sets up a new one at the next sign-in.")
