"""What a portal that people rely on must not be started with. Every fault is named at once (platform spec, 6.11, 6.58).

Settings call `require_safe` whenever `PRODUCTION` is on, and it is on as soon as `DATABASE_URL` names a server.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

LEAST_SECRET = 50  # characters, as Django's own check asks
# What stands in examples, tutorials and tests.
KNOWN_SECRETS = ("change-me", "changeme", "django-insecure", "only for tests", "secret-key", "your-", "example")


class Unsafe(SystemExit):
    """The environment would make a portal nobody should use; the message lists all that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The portal does not start in production:\n" + "\n".join(f"- {fault}" for fault in faults))


def require_safe(settings: Mapping[str, Any]) -> None:
    if found := list(faults(settings)):
        raise Unsafe(found)


def faults(settings: Mapping[str, Any]) -> Iterator[str]:
    """Sentences for whoever deploys the portal."""
    if settings["DEBUG"]:
        yield "DEBUG=1 shows strangers the inside of the portal. Leave it out."
    if settings["DEMO"]:
        yield "DEMO=1 makes people with a known password. Leave it out."
    yield from _secrets(settings)
    yield from _address(settings)
    if not settings["REDIS_URL_GIVEN"]:
        yield "REDIS_URL must name the Valkey or Redis server that all processes share."
    if not settings["EMAIL_HOST"]:
        yield "EMAIL_HOST must name a mail server: without it no invitation and no reset reaches anybody."
    sender = settings["DEFAULT_FROM_EMAIL"]
    if "@" not in sender or "localhost" in sender:
        yield "DEFAULT_FROM_EMAIL must be an address people can answer, such as CCIPRA <portal@your-domain>."
    if "@" not in settings["SECRETARIAT_EMAIL"]:
        yield "SECRETARIAT_EMAIL must be the address that stands at the foot of every page."


def _secrets(settings: Mapping[str, Any]) -> Iterator[str]:
    for name in ("SECRET_KEY", "AUDIT_SALT"):
        value = settings[name]
        if not value:
            yield f"{name} must be set: deploy/make_secrets.sh makes one."
        elif any(known in value.lower() for known in KNOWN_SECRETS):
            yield f"{name} is one of those that stand in examples. Make your own: deploy/make_secrets.sh"
        elif len(value) < LEAST_SECRET or _bits(value) < 128:
            yield f"{name} must be long and random ({LEAST_SECRET} characters): deploy/make_secrets.sh makes one."
    if settings["SECRET_KEY"] and settings["SECRET_KEY"] == settings["AUDIT_SALT"]:
        yield "AUDIT_SALT must be a secret of its own: SECRET_KEY is changed now and then, the salt never."


def _address(settings: Mapping[str, Any]) -> Iterator[str]:
    address = urlsplit(settings["PUBLIC_BASE_URL"])
    if address.scheme != "https":
        yield "PUBLIC_BASE_URL must begin with https://, else sessions and passwords travel in the open."
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts or any(host.startswith("*") for host in hosts):
        yield "ALLOWED_HOSTS must list the portal's own names, and never *."
    elif address.hostname and not any(_covers(host, address.hostname) for host in hosts):
        yield f"ALLOWED_HOSTS must contain {address.hostname}, the name in PUBLIC_BASE_URL."


def _covers(pattern: str, host: str) -> bool:
    """As Django reads ALLOWED_HOSTS: a name, or a dot and a domain."""
    pattern = pattern.lower()
    return host == pattern or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))


def _bits(value: str) -> float:
    """How much chance is in a text, by its own letters: "aaaa…" has none."""
    if not value:
        return 0.0
    counts = Counter(value).values()
    return sum(-n * math.log2(n / len(value)) for n in counts)
