import http.client
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alliance import env

BEAT = "beat"


class Command(BaseCommand):
    """Whether a part of the portal works, for a container's health check. Exit code 0 says yes."""

    help = "Checks web, beat or the worker of one or more queues."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("part", choices=["web", "worker", BEAT])
        parser.add_argument("--queues", default="control,default,mail", help="those of the worker")

    def handle(self, *args: Any, part: str, queues: str, **options: Any) -> None:
        if part == "web":
            self._web()
        else:
            self._signs_of_life([BEAT] if part == BEAT else [f"worker:{queue}" for queue in queues.split(",")])

    def _web(self) -> None:
        port = int(env.text("BIND", "0.0.0.0:8000").rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
        try:
            connection.request("GET", "/healthz")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise CommandError(f"The web process does not answer ({error.__class__.__name__}).") from None
        if status != 200:
            raise CommandError(f"The web process answers {status}.")

    def _signs_of_life(self, names: list[str]) -> None:
        """The row that a task in the queue itself writes: a process that lives but takes nothing has an old one."""
        from alliance.notifications.services import running

        silent = [name for name in names if not running.is_fresh(name)]
        if silent:
            raise CommandError(f"Not heard of within {running.FRESH.seconds} seconds: {', '.join(silent)}.")
