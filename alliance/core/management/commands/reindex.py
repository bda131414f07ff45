from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.core import search


class Command(BaseCommand):
    help = "Fills the search index anew, a batch at a time, while the portal runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kinds", nargs="*", help="only these kinds of objects")
        parser.add_argument("--batch", type=int, default=500, help="objects in one transaction")

    def handle(self, *, kinds: list[str], batch: int, verbosity: int = 1, **options: Any) -> None:
        known = {source.kind: source for source in search.all_sources()}
        if unknown := set(kinds) - known.keys():
            raise CommandError(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(known)}.")
        for kind in kinds or known:
            source = known[kind]
            total = source.rows().count()

            def progress(done: int, kind: str = kind, total: int = total) -> None:
                if verbosity and self.stdout.isatty():
                    self.stdout.write(f"\r{kind}: {done} of {total}", ending="")
                    self.stdout.flush()

            found = search.reindex(source, batch=batch, progress=progress)
            if verbosity:
                start = "\r" if self.stdout.isatty() else ""
                self.stdout.write(f"{start}{kind}: {found} of {total} can be found")
