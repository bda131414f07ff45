"""Take in a document or an archive: name and bytes must agree before it is kept (platform spec, 6.40).

What is inside is looked at in the worker (`inspecting`); until then the file waits and nobody fetches it.
"""

import zipfile
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from ..models import StoredFile
from ..spreadsheets import archive
from ..spreadsheets.refusals import Refused
from .accept import EXTENSIONS as PICTURES
from .accept import HEAD, NotAccepted, accept_picture, keep, shown_name, sniff

OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}wordprocessingml.document",
    "pptx": f"{OFFICE}presentationml.presentation",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "zip": "application/zip",
    "mp4": "video/mp4",
}
ACCEPTED = (*MEDIA_TYPES, *PICTURES)
# Where each kind of Office document keeps its content.
FOLDERS = {"docx": "word/", "pptx": "ppt/", "xlsx": "xl/"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_OR_LOCKED = {*FOLDERS, "doc", "ppt", "xls"}
# The brands of MPEG-4 files that browsers play; a QuickTime film is another thing.
MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash")


def accept_document(upload: UploadedFile, *, by: Any = None) -> StoredFile:
    """Keep a document, a picture, a film or an archive, waiting for its check. Raises NotAccepted."""
    name = shown_name(upload.name or "")
    said = name.rpartition(".")[2].lower() if "." in name else ""
    if not upload.size:
        raise NotAccepted(_("“%(name)s” is empty.") % {"name": name})
    if upload.size > settings.DOCUMENT_MAX_BYTES:
        raise NotAccepted(too_large(name))
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    if head.startswith(OLE) and said in OLD_OR_LOCKED:
        raise NotAccepted(
            _("“%(name)s” is an old Office document, or it is protected with a password. Save it without, as %(kind)s.")
            % {"name": name, "kind": f"{said[:3].upper()}X"}
        )
    found = kind_of(upload, head)
    if not found:
        raise NotAccepted(
            _("“%(name)s” is none of the kinds that are taken: %(kinds)s.") % {"name": name, "kinds": kinds()}
        )
    if said not in ACCEPTED or PICTURES.get(said, said) != found:
        raise NotAccepted(
            _("“%(name)s” is %(found)s by its content, and not by its name. Please save it again under its right kind.")
            % {"name": name, "found": found.upper()}
        )
    if said in PICTURES:
        return accept_picture(upload, by=by)
    return keep(upload, name, MEDIA_TYPES[found], by=by)


def kinds() -> str:
    """What is taken, for people."""
    return "PDF, DOCX, PPTX, XLSX, ZIP, MP4, JPG, PNG, WebP"


def too_large(name: str) -> str:
    return _("“%(name)s” is larger than %(most)s MB. Please save it smaller, or divide it.") % {
        "name": name,
        "most": settings.DOCUMENT_MAX_BYTES // 1024 // 1024,
    }


def kind_of(file: IO[bytes], head: bytes) -> str:
    """What these bytes are; empty where nobody here knows."""
    if picture := sniff(head):
        return picture
    if b"%PDF-" in head:
        return "pdf"
    if head[4:8] == b"ftyp" and head[8:12] in MP4_BRANDS:
        return "mp4"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(file)
    return ""


def _kind_of_archive(file: IO[bytes]) -> str:
    """An Office document says so in its directory; nothing is unpacked here."""
    try:
        archive.require_small_directory(file)
        with zipfile.ZipFile(file) as found:
            names = {name.lower() for name in found.namelist()}
    except Refused as refused:
        # Too many parts for a document, or too large a directory: an archive like any other, if it is one.
        return "" if refused.code == "damaged" else "zip"
    except archive.BROKEN:
        return ""
    finally:
        file.seek(0)
    if "[content_types].xml" not in names:
        return "zip"
    return next((kind for kind, at in FOLDERS.items() if any(name.startswith(at) for name in names)), "zip")
