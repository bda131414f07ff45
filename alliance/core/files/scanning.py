"""Is there a virus in this file? Asked before anything reads what somebody uploaded (platform spec, 6.49).

With `CLAMD_ADDRESS` (`tcp://host:3310` or `unix:///run/clamav/clamd.ctl`) the scanner of that address decides. Without
one, only the harmless test file that all scanners know is refused, so that an operator can see the way work.
"""

import socket
import struct
from collections.abc import Iterator
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

# The industry's test file, put together here so that no scanner takes this source for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CHUNK = 256 * 1024
PATIENCE = 30.0  # seconds


class Infected(Exception):
    """The scanner knows this file, by the name it gives."""


class ScannerAway(Exception):
    """The scanner did not answer: the file waits and is asked about again."""


def scan(file: IO[bytes]) -> None:
    """Read the file through. Raises Infected, or ScannerAway where one is configured and does not answer."""
    file.seek(0)
    try:
        if settings.CLAMD_ADDRESS:
            _ask(file, settings.CLAMD_ADDRESS)
        else:
            _look(file)
    finally:
        file.seek(0)


def _look(file: IO[bytes]) -> None:
    end = b""
    for chunk in _chunks(file):
        if EICAR in end + chunk:
            raise Infected("EICAR")
        end = chunk[-len(EICAR) :]


def _ask(file: IO[bytes], address: str) -> None:
    """Clamd's INSTREAM: chunks with their length before them, a length of nothing at the end, then its answer."""
    try:
        with _connect(address) as line:
            line.settimeout(PATIENCE)
            line.sendall(b"zINSTREAM\0")
            for chunk in _chunks(file):
                line.sendall(struct.pack("!I", len(chunk)) + chunk)
            line.sendall(struct.pack("!I", 0))
            answer = line.recv(4096).rstrip(b"\0\n").decode(errors="replace")
    except OSError as error:
        raise ScannerAway(error.__class__.__name__) from None
    if answer.endswith(" FOUND"):
        raise Infected(answer.removeprefix("stream: ").removesuffix(" FOUND")[:100])
    if not answer.endswith("OK"):
        # A limit of the scanner, or a fault: not scanned is not clean.
        raise ScannerAway(answer[:100] or "no answer")


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
        line.connect(parts.path)
        return line
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=PATIENCE)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
