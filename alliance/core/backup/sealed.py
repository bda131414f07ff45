"""A stream that only the holder of the key can read, and that nobody can change, cut or put in another order.

    magic, salt, then blocks of 1 MiB: 4 bytes of length and AES-256-GCM of the block

Each block is sealed with its number and with whether it is the last, so one that is missing, moved or added does not
open. The key comes from a passphrase by scrypt.
"""

import os
import struct
from types import TracebackType
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from . import BackupFailed

MAGIC = b"CCIPRA-BACKUP-1\n"
BLOCK = 1024 * 1024
TAG = 16
SALT = 16
LEAST_KEY = 20
LENGTH = struct.Struct(">I")
COUNT = struct.Struct(">QB3x")


class Unreadable(BackupFailed):
    """The file is not what was written, or the key is another one."""


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    if len(passphrase) < LEAST_KEY:
        raise BackupFailed(f"BACKUP_KEY must have {LEAST_KEY} characters or more; deploy/make_secrets.sh makes one.")
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, last: bool) -> bytes:
    return COUNT.pack(number, last)


class Writer:
    """Seals what is written to it. Closed without an error, the file is whole; else it is worth nothing."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(SALT)
        self._cipher = _cipher(passphrase, salt)
        self._file = file
        self._head = MAGIC + salt
        self._waiting = bytearray()
        self._number = 0
        file.write(self._head)

    def write(self, data: bytes) -> int:
        self._waiting += data
        # The last block is known only at the end, so one is always kept back.
        while len(self._waiting) > BLOCK:
            self._seal(bytes(self._waiting[:BLOCK]), last=False)
            del self._waiting[:BLOCK]
        return len(data)

    def _seal(self, block: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), block, self._head)
        self._file.write(LENGTH.pack(len(sealed)) + sealed)
        self._number += 1

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._seal(bytes(self._waiting), last=True)


class Reader:
    """Opens what a Writer sealed; raises Unreadable at the first byte that is not as it was written."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._head = file.read(len(MAGIC) + SALT)
        if not self._head.startswith(MAGIC) or len(self._head) < len(MAGIC) + SALT:
            raise Unreadable("This is not a backup of the portal.")
        self._cipher = _cipher(passphrase, self._head[len(MAGIC) :])
        self._file = file
        self._open = bytearray()
        self._number = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        while len(self._open) < size:
            if self._ended:
                raise Unreadable("The backup ends too early.")
            self._next()
        data = bytes(self._open[:size])
        del self._open[:size]
        return data

    def require_end(self) -> None:
        """Nothing follows, and nothing was cut off."""
        while not self._ended:
            self._next()
        if self._open or self._file.read(1):
            raise Unreadable("The backup goes on beyond its end.")

    def _next(self) -> None:
        prefix = self._file.read(LENGTH.size)
        if len(prefix) < LENGTH.size:
            raise Unreadable("The backup was cut off.")
        (length,) = LENGTH.unpack(prefix)
        sealed = self._file.read(length) if TAG <= length <= BLOCK + TAG else b""
        if len(sealed) != length:
            raise Unreadable("The backup was cut off or changed.")
        for last in (False, True):
            try:
                block = self._cipher.decrypt(_nonce(self._number, last), sealed, self._head)
            except InvalidTag:
                continue
            self._open += block
            self._number += 1
            self._ended = last
            return
        if self._number == 0:
            raise Unreadable("The key is not the one this backup was sealed with, or the backup was changed.")
        raise Unreadable("The backup was changed.")
