"""What a file is, by its bytes; its name must say the same (platform spec, 6.40)."""

from typing import IO

from .limits import MAX_BYTES
from .refusals import Refused

XLSX, CSV = "xlsx", "csv"
EXTENSIONS = {"xlsx": XLSX, "csv": CSV, "tsv": CSV, "txt": CSV}
# Names that say clearly what to do instead, whatever the bytes are.
OTHER_NAMES = {
    "xls": "old_excel",
    "xlsm": "macro_name", "xltm": "macro_name", "xlsb": "macro_name", "xlam": "macro_name", "xla": "macro_name",
    "ods": "opendocument", "fods": "opendocument", "numbers": "extension",
}  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08")
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
HEAD = 4096
# How the directory of an old compound file names an encrypted workbook inside.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind_of(file: IO[bytes], name: str) -> str:
    """XLSX or CSV, where bytes and name agree. Raises Refused."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD)
    extension = name.rpartition(".")[2].lower().strip() if "." in name else ""
    if not size:
        raise Refused("empty")
    if size > MAX_BYTES:
        raise Refused("too_large", most=MAX_BYTES // 1024 // 1024)
    if head.startswith(OLE):
        raise Refused("encrypted" if _mentions(file, ENCRYPTED) else "old_excel")
    if extension in OTHER_NAMES:
        raise Refused(OTHER_NAMES[extension])
    found = _found(head)
    said = EXTENSIONS.get(extension)
    if said is None:
        raise Refused("extension")
    if said != found:
        raise Refused("disagree", said=said, found=found)
    file.seek(0)
    return found


def _found(head: bytes) -> str:
    if head.startswith(ZIP):
        return XLSX
    if head.startswith(b"%PDF"):
        raise Refused("pdf")
    if head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        raise Refused("picture")
    if head.startswith(ARCHIVES):
        raise Refused("archive")
    if head.startswith(PROGRAMS):
        raise Refused("binary")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg", b"<workbook")):
        raise Refused("web_page")
    if b"\0" in head and not head.startswith(BOMS[1:]):
        raise Refused("binary")
    return CSV


def _mentions(file: IO[bytes], wanted: bytes) -> bool:
    file.seek(0)
    tail = b""
    while chunk := file.read(1 << 16):
        if wanted in tail + chunk:
            return True
        tail = chunk[-len(wanted) :]
    return False
