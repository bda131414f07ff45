"""The official schema of Open Badges 3.0, fetched from 1EdTech where there is a way to it.

Its licence lets us use it and not pass it on: it is kept in var/schema of this checkout, never in the repository. One
try in a run of tests, five seconds at most; the processes of a run tell each other that it failed.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alliance.core.local import addresses
from training.credentials.badge import SCHEMA

HOME = addresses.VAR / "schema"
PATIENCE = 5.0  # seconds for names, connection and content together
AGAIN_AFTER = 600.0  # seconds in which a failure is believed


class NotFetched(Exception):
    """There is no official schema to ask; says which, and why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Not asked: the official schema {SCHEMA} was not fetched ({why}).")


def read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE) as response:
        return response.read()


def schema(home: Path = HOME, reader: Callable[[str], bytes] = read, patience: float = PATIENCE) -> dict[str, Any]:
    """The schema, from the cache or from its address. Raises NotFetched."""
    kept, failed = home / "achievementcredential.json", home / "not-fetched"
    if kept.is_file():
        return json.loads(kept.read_bytes())
    if failed.is_file() and time.time() - failed.stat().st_mtime < AGAIN_AFTER:
        raise NotFetched(failed.read_text(encoding="utf-8"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        found = _fetched(reader, patience)
    except (OSError, ValueError) as error:
        failed.write_text(str(error) or error.__class__.__name__, encoding="utf-8")
        raise NotFetched(failed.read_text(encoding="utf-8")) from None
    draft = home / f"{kept.name}.{threading.get_ident()}.new"
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.replace(kept)
    failed.unlink(missing_ok=True)
    return found


def _fetched(reader: Callable[[str], bytes], patience: float) -> dict[str, Any]:
    """In a thread of its own: looking up a name has no time limit in Python."""
    answers: list[bytes | Exception] = []

    def ask() -> None:
        try:
            answers.append(reader(SCHEMA))
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
    if not isinstance(found, dict) or "credentialSubject" not in found.get("properties", {}):
        raise ValueError("what came is not a schema of credentials")
    return found
