"""Look into a document before anybody opens it: what would run or load something is kept back (6.43, 6.44).

This runs in the worker. It answers with a code of `renditions.REFUSALS`, or with nothing where all is well.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from ..spreadsheets import archive, limits, parts
from ..spreadsheets.refusals import Refused
from .documents import FOLDERS, MEDIA_TYPES

# Actions and attachments of a PDF. Names may be written with hex digits (/J#61vaScript), and are read so. Every script
# is named like this; the shorter /JS would be found by chance in any large picture.
PDF_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z])")
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")
OBJECTS = re.compile(rb"/Type\s*/ObjStm")
# The dictionary of a stream stands right before it.
BEFORE = 400
MOST_STREAMS = 20_000


def flaw(file: IO[bytes], media_type: str) -> str:
    """Why this file stays closed: `macros`, `external`, `packed`, `scripts`, `broken`; empty if it does not."""
    kinds = {kind: name for name, kind in MEDIA_TYPES.items()}
    kind = kinds.get(media_type, "")
    look: Callable[[IO[bytes]], str] | None = _office if kind in FOLDERS else {"pdf": _pdf}.get(kind)
    if look is None:
        return ""
    file.seek(0)
    try:
        return look(file)
    except Refused as refused:
        return {"macros": "macros", "active": "macros", "external": "external"}.get(refused.code, "packed")
    except archive.BROKEN:
        return "broken"
    finally:
        file.seek(0)


# Office documents ----------------------------------------------------------------------------------------------------


def _office(file: IO[bytes]) -> str:
    """Macros, controls, outside parts; every part is unpacked once with a meter running."""
    size = archive.require_small_directory(file)
    with zipfile.ZipFile(file) as document:
        infos = document.infolist()
        if len(infos) > limits.MAX_ENTRIES or any(archive.is_a_trick(info.orig_filename) for info in infos):
            return "packed"
        if any(archive.MACROS.search(info.filename) or archive.ACTIVE.search(info.filename) for info in infos):
            return "macros"
        total = 0
        for info in infos:
            name = info.filename.lower()
            chunks = _counted(document, info, total, size)
            if name == "[content_types].xml":
                _read(chunks, parts.ContentTypes())
            elif name.endswith(".rels"):
                _read(chunks, parts.Relations())
            for chunk in chunks:
                total += len(chunk)
    return ""


def _read(chunks: Iterator[bytes], handler: parts.Handler) -> None:
    for _step in parts.parse(chunks, handler):
        pass


def _counted(document: zipfile.ZipFile, info: zipfile.ZipInfo, before: int, size: int) -> Iterator[bytes]:
    """The bytes of a part, refused where the whole grows beyond reason or declares a document type."""
    here, tail = 0, b""
    is_xml = info.filename.lower().endswith((".xml", ".rels", ".vml"))
    with document.open(info) as part:
        while chunk := part.read(archive.CHUNK):
            here += len(chunk)
            if before + here > limits.MAX_UNPACKED:
                raise Refused("unpacked", most=limits.MAX_UNPACKED // 1024 // 1024)
            if here > limits.RATIO_FROM and here > limits.MAX_RATIO * max(min(info.compress_size, size), 1):
                raise Refused("ratio", most=limits.MAX_RATIO)
            if is_xml and any(word in tail + chunk for word in archive.DECLARATIONS):
                raise Refused("unsafe")
            tail = chunk[-16:]
            yield chunk


# PDF -----------------------------------------------------------------------------------------------------------------


def _pdf(file: IO[bytes]) -> str:
    """Read whole (20 MB at most): its own bytes, and those of the streams that hold packed objects."""
    body = file.read()
    for piece in (body, *_packed_objects(body)):
        if PDF_ACTIVE.search(HEX.sub(lambda found: bytes([int(found[1], 16)]), piece)):
            return "scripts"
    return ""


def _packed_objects(body: bytes) -> Iterator[bytes]:
    left = limits.MAX_UNPACKED
    for number, found in enumerate(STREAM.finditer(body)):
        if number > MOST_STREAMS:
            raise Refused("unsafe")
        if not OBJECTS.search(body[max(0, found.start() - BEFORE) : found.start()]):
            continue
        unpack = zlib.decompressobj()
        try:
            piece = unpack.decompress(body[found.end() :], min(left, limits.MAX_SMALL_PART) + 1)
        except zlib.error:
            continue  # sealed with a password: it opens only for whoever was given that
        if len(piece) > limits.MAX_SMALL_PART:
            raise Refused("unpacked", most=limits.MAX_SMALL_PART // 1024 // 1024)
        left -= len(piece)
        if left <= 0:
            raise Refused("unpacked", most=limits.MAX_UNPACKED // 1024 // 1024)
        yield piece
