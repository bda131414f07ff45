from typing import Any

from django.core.management.base import BaseCommand

from alliance.notifications.services.restoring import settle_after_restore


class Command(BaseCommand):
    help = (
        "After a backup was restored and before workers start: what may have left since the backup was made waits for"
        " a person to decide, so that nothing is told twice. The restore command calls it by itself."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = settle_after_restore()
        self.stdout.write(f"{count} messages wait for a decision on the page of deliveries.")
