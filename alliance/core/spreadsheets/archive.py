"""The archive an XLSX file is: unpacked once with a meter running, before anything reads what is inside.

Its directory may lie about sizes, so bytes are counted as they come (platform spec, 6.43).
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from . import limits
from .refusals import Refused

CHUNK = 1 << 16
END, LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x07"
# What may stand in a workbook; anything else inside is another file in disguise.
PLAIN = re.compile(r"\.(xml|rels|vml|png|jpe?g|gif|bmp|emf|wmf|tiff?|wdp|svg)$", re.IGNORECASE)
MACROS = re.compile(r"(^|/)(vba[^/]*\.(bin|xml)|macrosheets/|xl4?macro|dialogsheets/)", re.IGNORECASE)
ACTIVE = re.compile(r"(^|/)(activex|ctrlprops|customui|webextensions)/|activex[^/]*\.(xml|bin)$", re.IGNORECASE)
EXTERNAL = re.compile(r"(^|/)(externallinks|querytables|connections\.xml)", re.IGNORECASE)
EMBEDDED = re.compile(r"(^|/)(embeddings|oleobjects)/|\.(bin|docx?|xlsx?|xlsm|zip|rar|7z|exe|dll|pdf)$", re.IGNORECASE)
# Settings of a printer are bytes of no consequence; spreadsheets write them into plain tables.
HARMLESS = re.compile(r"^(xl/printersettings/|docprops/|customxml/|\[trash\]/|xl/(thumbnail|model/))", re.IGNORECASE)
FOLDER = re.compile(r"/$")
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]{0,200}?\bref=[\"']([A-Za-z0-9:$]{1,40})[\"']")
OVERLAP = 400
# Whatever the library answers to bytes that are no archive, negative offsets and unknown ways of packing included.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    OverflowError,
    struct.error,
    RuntimeError,  # NotImplementedError among them
)


class Archive:
    """A workbook's archive that has been looked through. `merges` are the merged cells each sheet declares."""

    def __init__(self, file: IO[bytes]) -> None:
        self.merges: dict[str, list[str]] = {}
        self._bytes = require_small_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN:
            raise Refused("damaged") from None
        self.names = self._checked_names()
        self._count_everything()

    def has(self, name: str) -> bool:
        return name.lower() in self.names

    def chunks(self, name: str, most: int = limits.MAX_UNPACKED) -> Iterator[bytes]:
        """The part's bytes, as they are unpacked."""
        info = self.names.get(name.lower())
        if info is None:
            raise Refused("damaged")
        left = most
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise Refused("unpacked", most=most // 1024 // 1024)
                    yield chunk
        except BROKEN:
            raise Refused("damaged") from None

    def close(self) -> None:
        self._zip.close()

    def _checked_names(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > limits.MAX_ENTRIES:
            raise Refused("entries", most=limits.MAX_ENTRIES)
        names: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.filename
            if is_a_trick(info.orig_filename) or is_a_trick(name):
                raise Refused("unsafe")
            if info.flag_bits & 0x1:
                raise Refused("encrypted")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused("unsafe")
            if name.lower() in names:
                raise Refused("unsafe")
            names[name.lower()] = info
        self._judge(names)
        return names

    @staticmethod
    def _judge(names: dict[str, zipfile.ZipInfo]) -> None:
        if any(MACROS.search(name) for name in names):
            raise Refused("macros")
        if any(ACTIVE.search(name) for name in names):
            raise Refused("active")
        if any(EXTERNAL.search(name) for name in names):
            raise Refused("external")
        if "mimetype" in names and "content.xml" in names:
            raise Refused("opendocument")
        if "xl/workbook.bin" in names:
            raise Refused("macro_name")
        if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise Refused("archive")
        for name in names:
            if not HARMLESS.search(name) and EMBEDDED.search(name):
                raise Refused("embedded")
            if not (HARMLESS.search(name) or FOLDER.search(name) or PLAIN.search(name)):
                raise Refused("unsafe")

    def _count_everything(self) -> None:
        total = 0
        for key, info in self.names.items():
            is_sheet = key.startswith("xl/worksheets/") and key.endswith(".xml")
            is_xml = key.endswith((".xml", ".rels", ".vml"))
            size, tail, found = 0, b"", []
            for chunk in self.chunks(info.filename):
                if not size:
                    if chunk.startswith((b"PK\x03\x04", b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0")):
                        raise Refused("embedded")
                    if is_xml and chunk.startswith(WIDE):
                        raise Refused("unsafe")
                size += len(chunk)
                total += len(chunk)
                if total > limits.MAX_UNPACKED:
                    raise Refused("unpacked", most=limits.MAX_UNPACKED // 1024 // 1024)
                if size > limits.RATIO_FROM and size > limits.MAX_RATIO * max(min(info.compress_size, self._bytes), 1):
                    raise Refused("ratio", most=limits.MAX_RATIO)
                if is_xml:
                    seen = tail + chunk
                    if any(word in seen for word in DECLARATIONS):
                        raise Refused("unsafe")
                    if is_sheet and b"mergeCell" in seen:
                        found += [match[1].decode() for match in MERGE.finditer(seen)]
                        if len(found) > limits.MAX_MERGES * 2:
                            raise Refused("unsafe")
                    tail = chunk[-OVERLAP:]
            if found:
                self.merges[key] = list(dict.fromkeys(found))


def is_a_trick(name: str) -> bool:
    """A name that would lead out of a folder, or that two programs read differently."""
    return (
        not name
        or len(name) > 255
        or name.startswith(("/", "\\"))
        or "\\" in name
        or ":" in name
        or any(ord(char) < 32 or 0x202A <= ord(char) <= 0x202E or 0x2066 <= ord(char) <= 0x2069 for char in name)
        or any(part in {"", ".", ".."} for part in name.removesuffix("/").split("/"))
    )


def require_small_directory(file: IO[bytes]) -> int:
    """The directory is read into memory as a whole, so its size is looked at first; gives the size of the file.

    A workbook needs no ZIP64.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < 22:
        raise Refused("damaged")
    if tail[max(0, at - 20) : at].startswith(LOCATOR_64):
        raise Refused("unsafe")
    entries, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > limits.MAX_ENTRIES:
        raise Refused("entries", most=limits.MAX_ENTRIES)
    if directory > limits.MAX_DIRECTORY:
        raise Refused("unsafe")
    file.seek(0)
    return size
