"""One URL serves a page and its part."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment. Going back in history asks for the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def render_part(
    request: HttpRequest, page: str, part: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The part for htmx, the page for everybody else; caches keep them apart."""
    response = render(request, part if wants_part(request) else page, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
