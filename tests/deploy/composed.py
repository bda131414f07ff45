"""docker-compose.yml as Compose itself would read it: variables filled in from .env.example."""

import re
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::?([-?])([^}]*))?\}")


def example() -> dict[str, str]:
    """.env.example as pairs."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def variables() -> set[str]:
    """What the file takes from .env."""
    return {found.group(1) for found in VARIABLE.finditer(text())}


def text() -> str:
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def compose(**changes: str) -> dict[str, Any]:
    values = example() | changes

    def fill(found: re.Match[str]) -> str:
        name, mark, default = found.groups()
        return values.get(name) or (default if mark == "-" else "")

    return yaml.safe_load(VARIABLE.sub(fill, text()).replace("$$", "$"))


def environment(service: dict[str, Any], secrets: Path) -> dict[str, str]:
    """The environment of a service's processes, with the secrets read from a folder of this machine."""
    given = example() if ".env" in service.get("env_file", []) else {}
    own = {name: str(value) for name, value in service.get("environment", {}).items()}
    return {name: value.replace("/run/secrets", str(secrets)) for name, value in (given | own).items()}
