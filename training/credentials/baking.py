"""A credential inside its picture: PNG in an iTXt chunk, SVG in an element of its own (training spec, 4.5)."""

from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from openbadgeslib import baking

KEYWORD = baking.ITXT_KEYWORD_OB3
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 2 * 1024 * 1024  # bytes of an uploaded file


class NoBadge(Exception):
    """There is no credential in this file."""


def into_png(picture: bytes, text: str) -> bytes:
    """Uncompressed, so that any program finds the text as it is."""
    return baking.bake_png(picture, text, keyword=KEYWORD)


def into_svg(picture: bytes, text: str) -> bytes:
    return baking.bake_svg(picture, text, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3, as_text=True)


def out_of(file: bytes) -> str:
    """The credential's text in a JSON, PNG or SVG file. Raises NoBadge."""
    if len(file) > LARGEST:
        raise NoBadge
    if file.startswith(PNG):
        return _from_png(file)
    try:
        text = file.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise NoBadge from None
    if text.startswith("{"):
        return text
    if text.startswith("<"):
        return _from_svg(file)
    raise NoBadge


def _from_png(file: bytes) -> str:
    try:
        found = baking.extract_png(file, keyword=KEYWORD)
    except Exception as error:  # the reader of a package on foreign bytes
        raise NoBadge from error
    if not found:
        raise NoBadge
    return found.strip()


def _from_svg(file: bytes) -> str:
    try:
        found = baking.extract_svg(file, element=baking.SVG_ELEMENT_OB3, text_fallback=True)
    except (ExpatError, DefusedXmlException, ValueError) as error:
        raise NoBadge from error
    if not found:
        raise NoBadge
    return found
