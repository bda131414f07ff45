"""Public copies of a picture, made of its pixels alone: no camera, no place, no embedded anything (platform spec,
6.41)."""

import io
import logging
import warnings
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from .. import audit
from ..models import Rendition, StoredFile
from . import inspecting, scanning

logger = logging.getLogger(__name__)

WIDTHS = (320, 640, 1280)
QUALITY = 82
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# A file that still waits after this long was lost on the way to the worker; the beat hands it over again.
PATIENCE = timedelta(minutes=1)

# Why a file was refused after all: a code in the row, words for the reader.
REFUSALS: dict[str, str | Promise] = {
    "damaged": _("The picture is damaged and cannot be read."),
    "pixels": _("The picture has too many pixels."),
    "infected": _("The virus scanner refused this file, and it was deleted. Please check the device it comes from."),
    "slow": _("The picture took too long to read. Please save it as a plain JPG."),
    "macros": _("The document contains macros or controls. Save it without them and send it again."),
    "external": _("The document loads parts from somewhere else. Save it with everything inside and send it again."),
    "packed": _("The document is packed in a way that no office program uses. Save it anew and send it again."),
    "scripts": _("The PDF contains scripts or other files. Print it into a new PDF and send that."),
    "broken": _("The file is damaged and cannot be read."),
}


def refusal_text(stored: StoredFile) -> str:
    return str(REFUSALS.get(stored.refusal, REFUSALS["damaged"])) if stored.refusal else ""


def make_later(stored: StoredFile) -> None:
    """After the commit, tell the worker. When the broker is away nothing is lost: `again` finds the row."""
    from .. import tasks

    def send() -> None:
        try:
            tasks.make_renditions.apply_async(args=[stored.pk], retry=False)
        except Exception as error:  # kombu raises what its transports raise
            logger.warning("broker is away: %s", error.__class__.__name__)

    transaction.on_commit(send, robust=True)


def again() -> int:
    """Hand over what waits for longer than it should; gives how many."""
    from .. import tasks

    late = StoredFile.objects.filter(state=StoredFile.State.WAITING, uploaded_at__lt=timezone.now() - PATIENCE)
    keys = list(late.order_by("pk").values_list("pk", flat=True)[:100])
    for key in keys:
        tasks.make_renditions.apply_async(args=[key], retry=False)
    return len(keys)


@transaction.atomic
def make_renditions(file_id: int) -> None:
    """Look into a document, or decode a picture once and write each width; the file is ready or refused then.

    A second run finds it done.
    """
    stored = (
        StoredFile.objects.select_for_update(skip_locked=True)
        .filter(pk=file_id, state=StoredFile.State.WAITING)
        .first()
    )
    if stored is None:
        return
    try:
        with stored.content.open("rb") as source:
            scanning.scan(source)
            flaw = inspecting.flaw(source, stored.media_type)
        copies = _copies(stored) if stored.media_type in PICTURES else []
    except scanning.ScannerAway as away:
        # It goes on waiting; `again` hands it over when a minute has passed.
        logger.warning("scanner is away: %s", away)
        return
    except scanning.Infected as infected:
        _refuse(stored, "infected")
        stored.content.delete(save=False)
        audit.record("file.infected", stored, name=audit.text_digest(str(infected)))
        return
    except SoftTimeLimitExceeded:
        _refuse(stored, "slow")
        return
    except Image.DecompressionBombError:
        _refuse(stored, "pixels")
        return
    except (OSError, SyntaxError, ValueError, MemoryError):
        _refuse(stored, "damaged")
        return
    if flaw:
        _refuse(stored, flaw)
        return
    for width, height, body in copies:
        rendition = Rendition(file=stored, width=width, height=height)
        rendition.content.save("", ContentFile(body), save=False)
        rendition.save()
    stored.state = StoredFile.State.READY
    if copies:
        stored.width, stored.height = copies[-1][0], copies[-1][1]
    stored.save(update_fields=["state", "width", "height"])


def _refuse(stored: StoredFile, code: str) -> None:
    stored.state, stored.refusal = StoredFile.State.REFUSED, code
    stored.save(update_fields=["state", "refusal"])


def _copies(stored: StoredFile) -> list[tuple[int, int, bytes]]:
    kind = PICTURES[stored.media_type]
    with stored.content.open("rb") as source, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(source, formats=[kind]) as image:
            if image.width * image.height > settings.PICTURE_MAX_PIXELS:
                raise Image.DecompressionBombError
            # A JPEG can be read at a fraction of its size: less memory for the same copies.
            image.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))
            upright = ImageOps.exif_transpose(image)
            flat = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    widths = [width for width in WIDTHS if width < flat.width] or [flat.width]
    if flat.width >= WIDTHS[-1]:
        widths.append(WIDTHS[-1])
    elif widths[-1] != flat.width:
        widths.append(flat.width)
    return [_copy(flat, width) for width in sorted(set(widths))]


def _copy(image: Image.Image, width: int) -> tuple[int, int, bytes]:
    height = max(1, round(image.height * width / image.width))
    small = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
    clean = Image.new(small.mode, small.size)
    clean.paste(small)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    return width, height, out.getvalue()


def set_public(stored: StoredFile, public: bool) -> None:
    """Whether everybody may fetch the renditions. The original stays private in any case."""
    StoredFile.objects.filter(pk=stored.pk).update(is_public=public)
    stored.is_public = public
