"""The Chromium that the journeys drive: which one there is, and how to get one where we may install."""

import os
import shutil
import subprocess
from pathlib import Path

from . import addresses

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT_FOLDERS = (".cache/ms-playwright", "Library/Caches/ms-playwright")
PACKAGES = ("chromium", "fonts-noto-cjk")  # Debian's names; without the font Chinese is boxes in pictures
MISSING = "There is no Chromium. Install one (Debian: apt-get install chromium fonts-noto-cjk) or name it in CHROMIUM."


def find() -> Path | None:
    """The browser that CHROMIUM names, else the machine's, else one that Playwright has fetched."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    for folder in PLAYWRIGHT_FOLDERS:
        programs = sorted(Path.home().glob(f"{folder}/chromium-*/chrome-*/chrome"))
        if programs:
            return programs[-1]
    return None


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> bool:
    """Ask the system's packages for Chromium; what they say goes to a log."""
    log = addresses.private_folder(addresses.VAR / "log") / "apt.log"
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with log.open("ab") as output:
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
            done = subprocess.run(
                ["apt-get", "-qq", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=quietly,
                check=False,
            )
    return done.returncode == 0
