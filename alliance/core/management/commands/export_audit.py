"""Copy the audit chain to another place, as JSON lines, what is new since the last time only (6.55, 6.56)."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.core.models import AuditEvent


class Command(BaseCommand):
    help = (
        "Appends the events of the audit chain that the file does not hold yet, one JSON object to a line. "
        "Keep the file on another machine; chain_check.py checks it without the portal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where the copy lies; it is made when it does not exist")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        seq, last_hash = last_of(file)
        if seq and not AuditEvent.objects.filter(seq=seq, hash=last_hash).exists():
            raise CommandError(
                f"The copy ends with event {seq}, which the chain does not hold like this. One of the two was changed, "
                "or they belong to different portals. Nothing was written."
            )
        written = 0
        with file.open("a", encoding="utf-8") as copy:
            for event in AuditEvent.objects.filter(seq__gt=seq).order_by("seq").iterator(chunk_size=2000):
                copy.write(json.dumps(event.as_exported(), ensure_ascii=False, sort_keys=True) + "\n")
                written += 1
        self.stdout.write(f"{written} events written, {seq + written} in the copy.")


def last_of(file: Path) -> tuple[int, str]:
    """Number and hash of the last event in the copy. A line that was cut short when the power went is taken away."""
    if not file.exists() or not file.stat().st_size:
        return 0, ""
    with file.open("rb+") as copy:
        end = copy.seek(0, 2)
        copy.seek(max(0, end - 65536))
        tail = copy.read()
        if not tail.endswith(b"\n"):
            cut = tail.rfind(b"\n") + 1
            copy.truncate(end - len(tail) + cut)
            tail = tail[:cut]
    if not tail.strip():
        return 0, ""
    try:
        event = json.loads(tail.splitlines()[-1])
        return int(event["seq"]), str(event["hash"])
    except (ValueError, KeyError, TypeError):
        raise CommandError("The last line of the copy is no event of an audit chain. Nothing was written.") from None
