"""Typed readers of the environment. An odd value stops the start with a sentence, never with a guess."""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit


class EnvError(SystemExit):
    """The environment says something the portal cannot use."""

    def __init__(self, name: str, expected: str, found: str) -> None:
        super().__init__(f"{name} must be {expected}, but is {found!r}.")


def text(name: str, default: str = "") -> str:
    """The value as it stands, empty as if not given; `NAME_FILE` names a file that holds it, for mounted secrets."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, "") or default


def with_password(url: str, password: str) -> str:
    """An address of a server, with the password that is kept apart from it."""
    parts = urlsplit(url)
    if not password or not parts.hostname or parts.password:
        return url
    return parts._replace(
        netloc=f"{parts.username or ''}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
    ).geturl()


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "default"}:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise EnvError(name, "1 or 0", value)


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise EnvError(name, "a whole number", value) from None


def choice(name: str, default: str, options: str) -> str:
    """One of the words in `options`."""
    value = text(name, default)
    if value not in options.split():
        raise EnvError(name, f"one of {options}", value)
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
