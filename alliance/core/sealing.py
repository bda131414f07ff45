"""Secrets sealed before they are stored: a dump of the database opens nothing.

ROBOTS = Seal("portal group robots")
row.address = ROBOTS.seal(address)
ROBOTS.unseal(row.address)          # SealBroken when the key it was sealed with is gone
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """It was sealed with a key that the portal no longer has."""


def secret_keys() -> Sequence[str]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


class Seal:
    """One purpose with keys of its own, derived from the secrets that `keys` gives, the newest first.

    What was sealed for one purpose does not open for another.
    """

    def __init__(self, purpose: str, keys: Callable[[], Sequence[str]] = secret_keys) -> None:
        self.purpose = purpose
        self.keys = keys

    def seal(self, text: str) -> str:
        return self._box().encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        try:
            return self._box().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken(self.purpose) from None

    def sealed_anew(self, sealed: str) -> str:
        """The same secret under the newest key."""
        return self._box().rotate(sealed.encode()).decode()

    def _box(self) -> MultiFernet:
        return _box_of(self.purpose, tuple(self.keys()))


@lru_cache(maxsize=16)
def _box_of(purpose: str, secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key(purpose, secret)) for secret in secrets])


def _key(purpose: str, secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return urlsafe_b64encode(derive.derive(secret.encode()))
