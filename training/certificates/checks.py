"""What an operator should know before certificates are signed."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

SHORTEST = 20


@register(Tags.security, deploy=True)
def issuer_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What opens the private keys, and under which address certificates live.

    Where no certificates are issued, SILENCED_CHECKS takes the numbers.
    """
    found: list[CheckMessage] = []
    if not settings.ISSUER_KEY_PASSWORD:
        words = "No certificate can be signed: nothing opens the issuer's key."
        hint = "Set ISSUER_KEY_PASSWORD; deploy/make_secrets.sh makes one."
        found.append(Warning(words, hint=hint, id="certificates.W001"))
    elif len(settings.ISSUER_KEY_PASSWORD) < SHORTEST:
        words = f"ISSUER_KEY_PASSWORD is shorter than {SHORTEST} characters."
        found.append(Warning(words, id="certificates.W002"))
    if urlsplit(settings.CREDENTIAL_ORIGIN).scheme != "https":
        hint = "CREDENTIAL_ORIGIN stands in every signed file for ever; did:web rests on TLS."
        found.append(Warning("CREDENTIAL_ORIGIN does not begin with https://.", hint=hint, id="certificates.W003"))
    return found
