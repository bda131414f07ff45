"""What an operator should know before certificates are signed."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def issuer_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Where the private keys lie, what opens them, and under which address certificates live."""
    found: list[CheckMessage] = []
    if not settings.ISSUER_KEY_PASSWORD:
        hint = "Set ISSUER_KEY_PASSWORD (deploy/make_secrets.sh makes one). Where none are issued: SILENCED_CHECKS=certificates.W001"
        found.append(
            Warning("No certificate can be signed: nothing opens the issuer's key.", hint=hint, id="certificates.W001")
        )
    elif len(settings.ISSUER_KEY_PASSWORD) < 20:
        found.append(Warning("ISSUER_KEY_PASSWORD is shorter than 20 characters.", id="certificates.W002"))
    if not settings.ISSUER_KEY_DIR.is_dir():
        hint = (
            "manage.py issuer_keys makes the first key there. Where none are issued: SILENCED_CHECKS=certificates.W003"
        )
        found.append(
            Warning(
                f"There is no folder for the issuer's keys: {settings.ISSUER_KEY_DIR.name}.",
                hint=hint,
                id="certificates.W003",
            )
        )
    if urlsplit(settings.CREDENTIAL_ORIGIN).scheme != "https":
        hint = "CREDENTIAL_ORIGIN stands in every signed file for ever; did:web rests on TLS."
        found.append(Warning("CREDENTIAL_ORIGIN does not begin with https://.", hint=hint, id="certificates.W004"))
    return found
