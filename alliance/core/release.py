"""Which version of the portal a process is. What is kept in the shared cache belongs to the version that made it: while
an upgrade runs, old and new processes work side by side, and one cannot read what the other keeps."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def packages() -> tuple[str, ...]:
    """The folders that hold the portal's own code, in the order in which its apps are installed."""
    found = dict.fromkeys(app.partition(".")[0] for app in settings.INSTALLED_APPS)
    return tuple(folder for folder in found if (ROOT / folder).is_dir())


@cache
def mark() -> str:
    """A digest of the code and the templates, read once by each process."""
    digest = hashlib.blake2b(digest_size=6)
    for folder, pattern in [*((package, "*.py") for package in packages()), ("templates", "*")]:
        for file in sorted((ROOT / folder).rglob(pattern)):
            if file.is_file():
                digest.update(str(file.relative_to(ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
