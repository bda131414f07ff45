"""A secret that waits for its letter: of no use to whoever reads the database without the portal's key.

The token of an invitation is in no table, yet its letter is written by a queue, perhaps after a crash. It is kept
masked by a pad that only the key and a label give. The label is used for one secret ever (the token's own digest), so
no pad is used twice. Whoever opens it checks the result against that digest: that finds the right key among those that
are being rotated out.
"""

import base64
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "alliance.notifications.sealed"


def seal(secret: str, label: str) -> str:
    """At most 64 ASCII characters in, as many as base64 needs out."""
    return base64.urlsafe_b64encode(_masked(secret.encode("ascii"), label, settings.SECRET_KEY)).decode("ascii")


def opened(sealed: str, label: str) -> Iterator[str]:
    """What it says by the present key, and by each of those before."""
    masked = base64.urlsafe_b64decode(sealed)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield _masked(masked, label, key).decode("latin-1")


def _masked(text: bytes, label: str, key: str) -> bytes:
    pad = salted_hmac(SALT, label, secret=key, algorithm="sha512").digest()
    if len(text) > len(pad):
        raise ValueError("too long to be sealed")
    return bytes(a ^ b for a, b in zip(text, pad, strict=False))
