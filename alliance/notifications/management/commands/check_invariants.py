from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alliance.notifications.services import watch


class Command(BaseCommand):
    help = "Checks what must always hold of notices, deliveries and seats in cohorts, and says what does not."

    def handle(self, *args: Any, **options: Any) -> None:
        run = watch.check_invariants()
        for finding in run.broken:
            self.stderr.write(finding)
        if run.broken:
            raise CommandError(f"{len(run.broken)} invariants do not hold.")
        self.stdout.write("All invariants hold.")
