import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alliance.core import audit
from alliance.core.models import AuditEvent


class Command(BaseCommand):
    help = (
        "Write the whole audit chain as JSON lines, for chain_check.py and for keeping elsewhere. "
        "With --append, a copy on another machine is continued by what is new since the last time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write; the standard output if not named")
        parser.add_argument("--append", action="store_true", help="add to the file what it does not hold yet")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path | None = options["file"]
        if options["append"]:
            if target is None:
                raise CommandError("--append needs the file that is to be continued.")
            self.stdout.write(f"{continued(target)} events added.")
            return
        if target is None:
            sys.stdout.writelines(audit.exported_lines())
            return
        part = target.with_name(target.name + ".part")
        with part.open("w", encoding="utf-8") as lines:
            lines.writelines(audit.exported_lines())
        part.replace(target)


def continued(copy: Path) -> int:
    """Add what is new, never touching what is there: a copy that the chain contradicts is left as it is."""
    seq, last_hash = last_of(copy)
    if seq and not AuditEvent.objects.filter(seq=seq, hash=last_hash).exists():
        raise CommandError(
            f"The copy ends with event {seq}, which the chain does not hold like this. One of the two was changed, or "
            "they belong to different portals. Nothing was written."
        )
    written = 0
    with copy.open("a", encoding="utf-8") as lines:
        for event in AuditEvent.objects.filter(seq__gt=seq).order_by("seq").iterator(chunk_size=2000):
            lines.write(json.dumps(event.as_exported(), ensure_ascii=False, sort_keys=True) + "\n")
            written += 1
    return written


def last_of(copy: Path) -> tuple[int, str]:
    """Number and hash of the last event in the copy. A line that was cut short when the power went is taken away."""
    if not copy.exists() or not copy.stat().st_size:
        return 0, ""
    with copy.open("rb+") as lines:
        end = lines.seek(0, 2)
        lines.seek(max(0, end - 65536))
        tail = lines.read()
        if not tail.endswith(b"\n"):
            kept = tail.rfind(b"\n") + 1
            lines.truncate(end - len(tail) + kept)
            tail = tail[:kept]
    if not tail.strip():
        return 0, ""
    try:
        event = json.loads(tail.splitlines()[-1])
        return int(event["seq"]), str(event["hash"])
    except (ValueError, KeyError, TypeError):
        raise CommandError("The last line of the copy is no event of an audit chain. Nothing was written.") from None
