from typing import Any

from django.core.management.base import BaseCommand

from parks import reference


class Command(BaseCommand):
    help = "Load places, classifications and the 200 compiled parks; again, only what the files changed."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reference.load()
        self.stdout.write(
            f"Parks: {done.created} new, {done.updated} updated, {done.unchanged} unchanged, "
            f"{done.kept} left alone because people have worked on them."
        )
