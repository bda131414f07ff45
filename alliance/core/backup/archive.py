"""What is inside a backup: named entries one after the other, each in pieces, so that nothing has to fit into memory.

for each entry: 4 bytes and its head as JSON; pieces of 4 bytes and data, ended by an empty one
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .sealed import Reader, Unreadable, Writer

LENGTH = struct.Struct(">I")
PIECE = 1024 * 1024
LONGEST_HEAD = 64 * 1024
END = "end"


@dataclass(frozen=True)
class Written:
    """How much an entry held."""

    size: int
    sha256: str


def write_entry(out: Writer, kind: str, data: Iterable[bytes], **head: Any) -> Written:
    said = json.dumps({"kind": kind, **head}, ensure_ascii=False).encode()
    out.write(LENGTH.pack(len(said)) + said)
    digest, size = hashlib.sha256(), 0
    for piece in data:
        if piece:
            digest.update(piece)
            size += len(piece)
            out.write(LENGTH.pack(len(piece)))
            out.write(piece)
    out.write(LENGTH.pack(0))
    return Written(size, digest.hexdigest())


def write_end(out: Writer) -> None:
    write_entry(out, END, ())


class Entry:
    """One entry while it is read. What the caller leaves unread is read to its end, and counts into the digest."""

    def __init__(self, source: Reader, head: dict[str, Any]) -> None:
        self.kind: str = head["kind"]
        self.head = head
        self._source = source
        self._digest = hashlib.sha256()
        self._size = 0
        self._is_read = False

    def pieces(self) -> Iterator[bytes]:
        while not self._is_read:
            (length,) = LENGTH.unpack(self._source.read(LENGTH.size))
            if length == 0:
                self._is_read = True
                return
            if length > PIECE * 16:
                raise Unreadable("The backup holds a piece that is too large.")
            piece = self._source.read(length)
            self._digest.update(piece)
            self._size += length
            yield piece

    def content(self) -> bytes:
        return b"".join(self.pieces())

    def finish(self) -> Written:
        for _piece in self.pieces():
            pass
        return Written(self._size, self._digest.hexdigest())


def entries(source: Reader) -> Iterator[Entry]:
    """Every entry in order; the caller may read each while it is current. At the end the stream must end too."""
    while True:
        (length,) = LENGTH.unpack(source.read(LENGTH.size))
        if length > LONGEST_HEAD:
            raise Unreadable("The backup holds a head that is too long.")
        entry = Entry(source, json.loads(source.read(length)))
        if entry.kind == END:
            entry.finish()
            source.require_end()
            return
        yield entry
        entry.finish()
