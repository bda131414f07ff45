"""Official schemas of standards we export to, fetched from their publishers where there is a way to them.

Others may use them and we do not pass them on: they are kept in var/schema of this checkout, never in the repository.
One try in a run of tests, five seconds at most; the processes of a run tell each other that it failed.

    OB3 = Official("https://purl…/schema.json", "achievementcredential.json", has="credentialSubject")
    OB3.schema()       the schema, or NotFetched with a sentence for the skipped test
"""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance.core.local import addresses

HOME = addresses.VAR / "schema"
PATIENCE = 5.0  # seconds for names, connection and content together
AGAIN_AFTER = 600.0  # seconds in which a failure is believed


class NotFetched(Exception):
    """There is no official schema to ask; says which, and why."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"Not asked: the official schema {address} was not fetched ({why}).")


def read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE) as response:
        return response.read()


@dataclass(frozen=True)
class Official:
    """A schema at its publisher's address; what comes must describe the property `has`."""

    address: str
    file: str
    has: str

    def schema(
        self, home: Path = HOME, reader: Callable[[str], bytes] = read, patience: float = PATIENCE
    ) -> dict[str, Any]:
        """The schema, from the cache or from its address. Raises NotFetched."""
        kept, failed = home / self.file, home / f"{self.file}.not-fetched"
        if kept.is_file():
            return json.loads(kept.read_bytes())
        if failed.is_file() and time.time() - failed.stat().st_mtime < AGAIN_AFTER:
            raise NotFetched(self.address, failed.read_text(encoding="utf-8"))
        home.mkdir(parents=True, exist_ok=True)
        try:
            found = self._fetched(reader, patience)
        except (OSError, ValueError) as error:
            failed.write_text(str(error) or error.__class__.__name__, encoding="utf-8")
            raise NotFetched(self.address, failed.read_text(encoding="utf-8")) from None
        draft = home / f"{kept.name}.{threading.get_ident()}.new"
        draft.write_text(json.dumps(found), encoding="utf-8")
        draft.replace(kept)
        failed.unlink(missing_ok=True)
        return found

    def _fetched(self, reader: Callable[[str], bytes], patience: float) -> dict[str, Any]:
        """In a thread of its own: looking up a name has no time limit in Python."""
        answers: list[bytes | Exception] = []

        def ask() -> None:
            try:
                answers.append(reader(self.address))
            except Exception as error:
                answers.append(error)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(patience)
        if not answers:
            raise TimeoutError(f"no answer within {patience:g} s")
        (answer,) = answers
        if isinstance(answer, Exception):
            raise OSError(str(answer) or answer.__class__.__name__)
        try:
            found = json.loads(answer)
        except ValueError:
            raise ValueError("what came is not JSON") from None
        if not isinstance(found, dict) or self.has not in found.get("properties", {}):
            raise ValueError(f"what came does not describe {self.has}")
        return found
