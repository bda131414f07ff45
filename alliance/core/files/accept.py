"""Take in a picture: extension, bytes and size must agree before anything is kept; nothing is decoded here.

Decoding happens in the worker (platform spec, 6.40, 6.41, 6.47).
"""

import hashlib
import re
import unicodedata
import warnings
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from ..errors import RuleBroken
from ..models import StoredFile


class NotAccepted(RuleBroken):
    """This file cannot be taken; the message says why and what would do."""


EXTENSIONS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# What people send instead, and how such files begin.
HEAD = 1024


def accept_picture(upload: UploadedFile, *, by: Any = None) -> StoredFile:
    """Keep an uploaded picture, waiting for its renditions. Raises NotAccepted."""
    name = shown_name(upload.name or "")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    _require_size(upload, name)
    head = _head(upload)
    found = sniff(head)
    if found is None:
        raise NotAccepted(_not_a_picture(name, head))
    if extension not in EXTENSIONS:
        raise NotAccepted(_("“%(name)s” is not a JPG, PNG or WebP file by its name.") % {"name": name})
    if EXTENSIONS[extension] != found:
        raise NotAccepted(
            _("“%(name)s” says it is %(said)s, but it is %(found)s. Please save it again under its right kind.")
            % {"name": name, "said": EXTENSIONS[extension], "found": found}
        )
    width, height = _measure(upload, name, found)
    return keep(upload, name, MEDIA_TYPES[found], width=width, height=height, by=by)


def shown_name(name: str) -> str:
    """The name as people gave it, without folders, control characters and direction overrides."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = re.sub("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name).strip()
    stem, dot, extension = name.rpartition(".")
    while len(name.encode()) > 200 and len(stem) > 1:
        stem = stem[:-1]
        name = f"{stem}{dot}{extension}"
    return name or "picture"


def sniff(head: bytes) -> str | None:
    """The kind of picture these bytes begin, by their signature alone."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return None


def _require_size(upload: UploadedFile, name: str) -> None:
    if not upload.size:
        raise NotAccepted(_("“%(name)s” is empty.") % {"name": name})
    if upload.size > settings.PICTURE_MAX_BYTES:
        raise NotAccepted(too_large(name))


def too_large(name: str) -> str:
    return _("“%(name)s” is larger than %(most)s MB. Please save it smaller, for instance 2,560 pixels wide.") % {
        "name": name,
        "most": settings.PICTURE_MAX_BYTES // 1024 // 1024,
    }


def _head(upload: UploadedFile) -> bytes:
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    return head


def _not_a_picture(name: str, head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text or text.startswith(b"<?xml"):
        return _(
            "“%(name)s” is an SVG drawing. Drawings can carry scripts, so only photographs are taken: JPG, PNG or WebP."
        ) % {"name": name}
    if text.startswith((b"<!doctype html", b"<html")):
        return _("“%(name)s” is a web page, not a picture.") % {"name": name}
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return _(
            "“%(name)s” is a HEIC or AVIF picture. On the telephone, choose “most compatible”, or save it as JPG."
        ) % {"name": name}
    return _("“%(name)s” is not a JPG, PNG or WebP picture.") % {"name": name}


def _measure(upload: UploadedFile, name: str, kind: str) -> tuple[int, int]:
    """Width and height from the header; no pixel is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(upload, formats=[kind]) as image:
                width, height = image.size
    except Image.DecompressionBombError:
        raise NotAccepted(_too_many_pixels(name)) from None
    except (OSError, SyntaxError, ValueError):
        raise NotAccepted(_("“%(name)s” is damaged and cannot be read.") % {"name": name}) from None
    finally:
        upload.seek(0)
    if width * height > settings.PICTURE_MAX_PIXELS:
        raise NotAccepted(_too_many_pixels(name))
    if min(width, height) < 1:
        raise NotAccepted(_("“%(name)s” is damaged and cannot be read.") % {"name": name})
    return width, height


def _too_many_pixels(name: str) -> str:
    return _("“%(name)s” has more than %(most)s million pixels. Please save it smaller.") % {
        "name": name,
        "most": settings.PICTURE_MAX_PIXELS // 1_000_000,
    }


@transaction.atomic
def keep(
    upload: UploadedFile,
    name: str,
    media_type: str,
    *,
    width: int | None = None,
    height: int | None = None,
    by: Any = None,
) -> StoredFile:
    """Store what was looked at, and hand it to the worker: until that has looked too, it waits."""
    from . import renditions

    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    stored = StoredFile(
        original_name=name,
        media_type=media_type,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        width=width,
        height=height,
        uploaded_by=str(by.pk) if by is not None else "",
    )
    stored.content.save(name, upload, save=False)
    stored.save()
    renditions.make_later(stored)
    return stored
