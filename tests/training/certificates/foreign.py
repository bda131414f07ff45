"""Asks the foreign verifier: Digital Bazaar's libraries in a process of their own, with no network."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from alliance.core.local import verifier

SCRIPT = Path(__file__).parent.parent / "verifier" / "verify.mjs"
CODES = {"valid": 0, "invalid": 1, "revoked": 2, "expired": 3, "not-yet-valid": 4, "status-unknown": 5, "no-badge": 6}


@dataclass(frozen=True)
class Opinion:
    verdict: str
    reason: str
    code: int


class Verifier:
    def __init__(self, folder: Path) -> None:
        if not verifier.are_there():
            # A failure and not a skip: without it nobody but us has looked at what we sign.
            pytest.fail(verifier.MISSING, pytrace=False)
        self.node = verifier.node(verifier.home())
        self.folder = folder
        # Node looks for packages beside the script; each process of the test run has its own.
        self.script = verifier.home() / f"verify-{os.getpid()}-{folder.name}.mjs"
        shutil.copy(SCRIPT, self.script)

    def close(self) -> None:
        self.script.unlink(missing_ok=True)

    def all(
        self, files: dict[str, str | bytes], given: dict[str, str], now: datetime | None = None
    ) -> dict[str, Opinion]:
        """What it says of each file; `given` are the documents it may read, by address."""
        arguments: list[str] = []
        for number, (address, text) in enumerate(given.items()):
            file = self.folder / f"given-{number}.json"
            file.write_text(text, encoding="utf-8")
            arguments += ["--document", f"{address}={file}"]
        if now is not None:
            arguments += ["--now", now.isoformat()]
        paths = []
        for name, content in files.items():
            path = self.folder / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            paths.append(str(path))
        done = subprocess.run(
            [str(self.node), str(self.script), *arguments, *paths], capture_output=True, text=True, check=False
        )
        assert done.returncode in CODES.values(), done.stderr
        said = {}
        for line in done.stdout.splitlines():
            found = json.loads(line)
            said[Path(found["file"]).name] = Opinion(found["verdict"], found["reason"], CODES[found["verdict"]])
        assert len(said) == len(files), done.stderr
        assert done.returncode == max(opinion.code for opinion in said.values())
        return said

    def one(self, text: str | bytes, given: dict[str, str], now: datetime | None = None) -> Opinion:
        return self.all({"badge": text}, given, now)["badge"]
