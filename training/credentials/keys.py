"""The issuer's keys. A private key lies encrypted in a file outside the database, and only a signer reads it."""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from openbadgeslib.ob3.did import multikey_from_pem


class KeyUnusable(Exception):
    """Why nothing can be signed, in a sentence."""


class Signer(Protocol):
    """Whatever signs: a file on this machine, a key service elsewhere."""

    @property
    def method(self) -> str:
        """The address of the key in the DID document."""

    def sign(self, data: bytes) -> bytes: ...


@dataclass(frozen=True)
class KeySigner:
    """Signs with a key that is in memory."""

    method: str
    key: Ed25519PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


def generate() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def public_pem(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def multibase(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The public key as DID documents and the database write it."""
    return multikey_from_pem(public_pem(key))


def write(key: Ed25519PrivateKey, file: Path, password: str) -> None:
    """Keep a new key: PKCS#8, encrypted, readable by this user alone. Never over another one."""
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(sealed)


def read(file: Path, password: str) -> Ed25519PrivateKey:
    """Open a key file; a file that was replaced is read anew."""
    try:
        stamp = file.stat()
    except OSError as error:
        raise KeyUnusable(f"The key file {file.name} cannot be read: {error.strerror}.") from error
    return _read(file, password, stamp.st_mtime_ns, stamp.st_ino)


@lru_cache(maxsize=8)
def _read(file: Path, password: str, changed: int, inode: int) -> Ed25519PrivateKey:
    # Opening takes a while on purpose: the password is stretched.
    try:
        key = load_pem_private_key(file.read_bytes(), password.encode())
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(f"The key file {file.name} does not open with the password given.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"The key in {file.name} is not an Ed25519 key.")
    return key
