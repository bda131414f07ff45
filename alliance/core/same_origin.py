"""Forms that carry no token, so that the page around them may be the same for everybody."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_callable
from django.views.decorators.csrf import csrf_exempt


def same_origin_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take a POST only from our own pages, by what the browser says of where it comes from. The form needs no token.

    Every browser of the last years sends `Origin` with a POST, and no page can forge it. A request that says nothing of
    its origin is refused.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not comes_from_us(request):
            return get_callable(settings.CSRF_FAILURE_VIEW)(request)
        return view(request, *args, **kwargs)

    return checked


def comes_from_us(request: HttpRequest) -> bool:
    """Whether the browser says that the request was sent from a page of ours."""
    if getattr(request, "_dont_enforce_csrf_checks", False):  # Django's test client, as for its own check
        return True
    ours = {f"{request.scheme}://{request.get_host()}", settings.PUBLIC_BASE_URL}
    # A sandboxed or redirected page sends "null", which is nobody's origin.
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    place = urlsplit(said)
    return f"{place.scheme}://{place.netloc}" in ours
