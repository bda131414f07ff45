"""Who reads is burned into every page and picture they are given (D-9), on the server, into the page itself.

The mark is drawn once for each size of page and becomes part of the content of each page, not a note that a reader
program could lift off. PDF files are read and written page by page on disk; no page is held longer than its turn.
"""

import io
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from alliance.core import typeset
from alliance.core.errors import RuleBroken

if TYPE_CHECKING:
    # Loaded where a document is opened: most processes never do.
    import pikepdf

HERE = Path(__file__).parent
TEMPLATE = HERE / "watermark.typ"
PAGE = (HERE / "page.typ").read_text()
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# The longer side of a picture as it is shown, and as it is handed out.
SHOWN, HANDED_OUT = 1600, 3000  # pixels
# A page in the browser: sharp on a telephone and readable on a screen.
PPI = 110.0
MOST_SIDE = 2000  # pixels of the longer side of a page
MOST_PAGES = 2000
MOST_POINTS = 14_400  # a page of five metres, the most that PDF knows
QUALITY = 88


class Locked(RuleBroken):
    """A PDF that asks for a password."""


class Broken(RuleBroken):
    """A PDF that cannot be read."""


@dataclass(frozen=True)
class Mark:
    """What is burned in: who, for whom, how to reach them, when, which document, and the number of the copy."""

    name: str
    organisation: str
    email: str
    at: datetime
    document: str
    copy: str

    @property
    def time(self) -> str:
        return timezone.localtime(self.at).strftime("%Y-%m-%d %H:%M:%S %z")

    def data(self, width: float, height: float) -> dict[str, Any]:
        lines = [self.name, self.organisation, self.email, f"{self.time} · {self.document} · {self.copy}"]
        lines = [line for line in lines if line]
        return {"width": width, "height": height, "lines": lines, "foot": " · ".join(lines)}


# PDF ----------------------------------------------------------------------------------------------------------------


def count_pages(source: IO[bytes], name: str) -> int:
    """How many pages it has. Raises Locked or Broken with words for whoever uploads it."""
    import pikepdf

    source.seek(0)
    try:
        with pikepdf.open(source) as pdf:
            pages = len(pdf.pages)
            for page in pdf.pages:
                _size(page)
    except pikepdf.PasswordError:
        raise Locked(
            _("“%(name)s” is protected with a password. Save it without and send it again.") % {"name": name}
        ) from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        pages = 0
    finally:
        source.seek(0)
    if not pages:
        raise Broken(
            _("“%(name)s” is damaged and cannot be read. Print it into a new PDF and send that.") % {"name": name}
        )
    if pages > MOST_PAGES:
        raise Broken(
            _("“%(name)s” has more than %(most)d pages. Please divide it.") % {"name": name, "most": MOST_PAGES}
        )
    return pages


def stamp_pdf(
    source: IO[bytes], target: IO[bytes], mark: Mark, *, on_page: Callable[[int, int], None] | None = None
) -> None:
    """The whole document with the mark on each page, written to `target`."""
    import pikepdf

    with pikepdf.open(source) as pdf:
        stamp = _Stamp(pdf, mark)
        total = len(pdf.pages)
        for number, page in enumerate(pdf.pages, 1):
            stamp.press(page)
            if on_page is not None:
                on_page(number, total)
        pdf.save(target, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)


def picture_of_page(source: IO[bytes], number: int, mark: Mark) -> bytes:
    """One page as PNG with the mark in its pixels: what the browser shows. Raises IndexError beyond the last."""
    import pikepdf

    with pikepdf.open(source) as pdf:
        if not 1 <= number <= len(pdf.pages):
            raise IndexError(number)
        with pikepdf.new() as alone:
            alone.pages.append(pdf.pages[number - 1])
            page = alone.pages[0]
            _drop_notes(page)
            _Stamp(alone, mark).press(page)
            width, height = _seen(page)
            with tempfile.TemporaryDirectory(prefix="room-") as folder:
                alone.save(Path(folder) / "page.pdf")
                return _drawn(Path(folder), width, height)


def _drawn(folder: Path, width: float, height: float) -> bytes:
    template = folder / "page.typ"
    template.write_text(PAGE.replace("WIDTH", f"{width:.2f}").replace("HEIGHT", f"{height:.2f}"))
    ppi = min(PPI, MOST_SIDE * 72 / max(width, height))
    return typeset.pictures(template, {}, ppi=ppi)[0]


class _Stamp:
    """The mark as a part that pages refer to, drawn once for each size."""

    def __init__(self, pdf: "pikepdf.Pdf", mark: Mark) -> None:
        self.pdf, self.mark = pdf, mark
        self.drawn: dict[tuple[int, int], tuple[Any, Any]] = {}

    def press(self, page: "pikepdf.Page") -> None:
        import pikepdf

        width, height = _seen(page)
        name, form = self._form(round(width), round(height))
        page.add_resource(form, pikepdf.Name.XObject, name)
        rect = pikepdf.Rectangle(page.cropbox)
        placed = page.calc_form_xobject_placement(form, name, rect, allow_shrink=True, allow_expand=True)
        # What the page set up for itself ends before the mark is drawn.
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"\nQ\n" + placed)

    def _form(self, width: int, height: int) -> tuple[Any, Any]:
        import pikepdf

        key = (width, height)
        if key not in self.drawn:
            body = typeset.drawing(TEMPLATE, self.mark.data(width, height))
            with pikepdf.open(io.BytesIO(body)) as overlay:
                form = self.pdf.copy_foreign(overlay.pages[0].as_form_xobject())
            self.drawn[key] = (pikepdf.Name(f"/Reader{width}x{height}"), form)
        return self.drawn[key]


def _size(page: "pikepdf.Page") -> tuple[float, float]:
    """Width and height of what a reader sees before the page is turned, in points."""
    left, bottom, right, top = (float(value) for value in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    if not (1 <= width <= MOST_POINTS and 1 <= height <= MOST_POINTS):
        raise ValueError("page size")
    return width, height


def _seen(page: "pikepdf.Page") -> tuple[float, float]:
    width, height = _size(page)
    return (height, width) if page.rotation in (90, 270) else (width, height)


def _drop_notes(page: "pikepdf.Page") -> None:
    """Links and notes lie above the content, where they could cover the mark."""
    import pikepdf

    if pikepdf.Name.Annots in page:
        del page[pikepdf.Name.Annots]


# Pictures -----------------------------------------------------------------------------------------------------------


def stamp_picture(source: IO[bytes], media_type: str, mark: Mark, *, most: int = HANDED_OUT) -> bytes:
    """The picture as JPEG of at most `most` pixels with the mark in it, and nothing of what a camera wrote."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(source, formats=[FORMATS[media_type]]) as image:
            image.draft("RGB", (most, most))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((most, most), Image.Resampling.LANCZOS)
            flat = _on_white(upright)
    # 600 points across, whatever its pixels: the mark is as large on each picture.
    width = 600.0
    height = max(60.0, width * flat.height / flat.width)
    (drawn,) = typeset.pictures(TEMPLATE, mark.data(width, round(height)), ppi=72 * flat.width / width)
    with Image.open(io.BytesIO(drawn), formats=["PNG"]) as overlay:
        layer = overlay.convert("RGBA")
    if layer.size != flat.size:
        layer = layer.resize(flat.size)
    flat.paste(layer, (0, 0), layer)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    flat = Image.new("RGB", layer.size, "white")
    flat.paste(layer, (0, 0), layer)
    return flat
