from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from alliance import sample
from alliance.founding import found_alliance
from parks import reference


class Command(BaseCommand):
    """Bring a database and the static files up to this version; run it again at any time."""

    help = "Migrate, collect static files, load the reference data and, with DEMO=1, make the sample people."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        found_alliance()
        loaded = reference.load()
        self.stdout.write(f"Reference data: {loaded}")
        if settings.DEMO:
            sample.make_people()
            self.stdout.write(sample.how_to_sign_in())
