"""Documents as people send them, and as some would like to."""

import io
import zipfile
import zlib

from tests.parks.test_pictures import photograph

TYPES = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>{}</Types>"
RELATIONS = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{}</Relationships>"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name, body)
    return out.getvalue()


def office(
    folder: str = "word", types: str = "", relations: str = "", more: dict[str, str | bytes] | None = None
) -> bytes:
    """A document with as little as its kind needs."""
    return packed(
        {
            "[Content_Types].xml": TYPES.format(types),
            f"{folder}/document.xml": "<document>样例</document>",
            f"{folder}/_rels/document.xml.rels": RELATIONS.format(relations),
            **(more or {}),
        }
    )


def pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + b"\n".join(objects) + b"\ntrailer<<>>\n%%EOF"


def object_stream(content: bytes) -> bytes:
    body = zlib.compress(content)
    return b"9 0 obj<</Type /ObjStm /Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj" % (len(body), body)


GOOD = {
    "work.pdf": pdf(),
    "work.docx": office("word"),
    "talk.pptx": office("ppt"),
    "table.xlsx": office("xl"),
    "all.zip": packed({"a.txt": "样例"}),
    "film.mp4": MP4,
    "hall.jpg": photograph(),
    "hall.png": photograph("PNG"),
}
