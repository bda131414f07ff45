from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from alliance import sample, sample_cluster
from alliance.founding import found_alliance
from investment.sample import make as make_investment
from parks import reference
from training import reference as training_reference
from training.certificates import keys as issuer_keys
from training.sample import make as make_training


class Command(BaseCommand):
    """Bring a database and the static files up to this version; run it again at any time."""

    help = "Migrate, collect static files, load the reference data and, with DEMO=1, make the sample people."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--no-static", action="store_true", help="the static files are collected already")

    def handle(self, *args: Any, no_static: bool = False, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if settings.DATABASE_APP_ROLE or settings.DATABASE_READ_ROLE:
            call_command("database_roles", stdout=self.stdout)
        if not no_static:
            call_command("collectstatic", verbosity=0, interactive=False)
        found_alliance()
        loaded = reference.load()
        training_reference.load()
        self.stdout.write(f"Reference data: {loaded}")
        if key := issuer_keys.ensure_one():
            self.stdout.write(f"Made the first key that signs certificates: {key.fragment}")
        if settings.DEMO:
            sample.make_people()
            sample_cluster.make_cluster({person.login: sample.address(person.login) for person in sample.PEOPLE})
            make_training()
            make_investment()
            self.stdout.write(sample.how_to_sign_in())
