"""Seeds of second factors, sealed before they are stored: a dump of the database opens no account.

The key is `MFA_KEY` (several, newest first, while they are being changed), else it is derived from `SECRET_KEY` and its
fallbacks.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """A stored seed was sealed with a key that is not among the present ones."""


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken("A second factor was sealed with another MFA_KEY or SECRET_KEY.") from None


def sealed_anew(sealed: str) -> str:
    """The same secret under the newest key, for `manage.py reseal_factors` after keys have changed."""
    return _box().rotate(sealed.encode()).decode()


def _box() -> MultiFernet:
    secrets = settings.MFA_KEYS or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return _box_of(tuple(secrets))


@lru_cache(maxsize=4)
def _box_of(secrets: Iterable[str]) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal second factors")
    return urlsafe_b64encode(derive.derive(secret.encode()))
