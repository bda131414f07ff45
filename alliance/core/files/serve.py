"""Hand files out: originals to whom the owner's policy lets, public renditions to everybody."""

import re
from typing import IO

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from ..models import Rendition, StoredFile

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}-\d{1,5}\.webp")
A_YEAR = 365 * 24 * 3600


@login_not_required
@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A public rendition under its random name. What was never released, or taken back, is not there."""
    if not NAME.fullmatch(name) or not Rendition.objects.filter(content=name, file__is_public=True).exists():
        raise Http404
    response = _answer(name)
    # The name changes with the pixels, so it may be kept for as long as caches like.
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def rendition(found: Rendition) -> HttpResponseBase:
    """A rendition for somebody who was let in; it stays in no cache."""
    response = _answer(str(found.content.name))
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(name: str) -> FileResponse:
    try:
        file = default_storage.open(name, "rb")
    except FileNotFoundError:
        raise Http404 from None
    return _sealed(FileResponse(file, content_type="image/webp"))


def original(stored: StoredFile) -> HttpResponseBase:
    """The file as it was uploaded, as a download. The caller has asked its policy."""
    try:
        file = stored.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=stored.original_name, content_type=stored.media_type)
    response["Cache-Control"] = "private, no-store"
    return _sealed(response)


def made(file: IO[bytes], *, name: str, media_type: str, is_shown: bool = False) -> HttpResponseBase:
    """What was made for one reader: as a download, or shown in the page. It stays in no cache."""
    response = FileResponse(file, as_attachment=not is_shown, filename=name, content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    return _sealed(response)


def _sealed(response: FileResponse) -> FileResponse:
    """Whatever a browser makes of it, it runs nothing."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
