from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from alliance.accounts.models import Organisation, User
from alliance.accounts.roles import ROLES
from alliance.accounts.services.duties import appoint
from alliance.core import audit
from alliance.core.errors import RuleBroken

DESKS = sorted(role.code for role in ROLES.values() if Organisation.Kind.SECRETARIAT in role.organisation_kinds)


class Command(BaseCommand):
    """The first person of a new portal, whom nobody in it could invite."""

    help = "Gives a person a desk of the secretariat; they choose their password through the link 'Forgot password'."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", choices=DESKS, default="membership_desk")
        parser.add_argument("--language", choices=User.Language.values, default=User.Language.CHINESE)

    def handle(self, *args: Any, email: str, name: str, role: str, language: str, **options: Any) -> None:
        try:
            validate_email(email)
            self._appoint(email.strip().lower(), name, role, language)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        except (RuleBroken, Organisation.DoesNotExist) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{name} holds {role}. Their password: they ask for a link on the sign-in page.")

    @transaction.atomic
    def _appoint(self, email: str, name: str, role: str, language: str) -> None:
        secretariat = Organisation.objects.get(kind=Organisation.Kind.SECRETARIAT)
        person = User.objects.filter(email=email).first()
        if person is None:
            person = User.objects.create_user(email, None, name=name, language=language)
            person.emailaddress_set.create(email=email, verified=True, primary=True)
            audit.record("person.joined", person, by=None)
        appoint(person, secretariat, role, by=None)
