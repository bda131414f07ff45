import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from alliance.core import audit


class Command(BaseCommand):
    help = "Write the whole audit chain as JSON lines, for chain_check.py and for keeping elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write; the standard output if not named")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path | None = options["file"]
        if target is None:
            sys.stdout.writelines(audit.exported_lines())
            return
        part = target.with_name(target.name + ".part")
        with part.open("w", encoding="utf-8") as lines:
            lines.writelines(audit.exported_lines())
        part.replace(target)
