from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alliance.core import audit
from alliance.core.models import ChainHead


class Command(BaseCommand):
    help = (
        "Check the audit chain from its first event; fails at the first one that was changed, removed, added or moved."
    )
    # It asks the tables it checks, whatever state the rest is in.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        broken = audit.verify()
        if broken:
            raise CommandError(f"BROKEN at event {broken.seq}: {broken.reason}")
        head = ChainHead.objects.get(pk=1)
        self.stdout.write(f"OK: {head.seq} events, head {head.hash}")
