"""Addresses of entries that were merged lead to the one that stands for them now, for good (301)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from alliance.accounts.models import Organisation
from alliance.core.merging import survivor

from .models import Park

# Whose slug an address of this package carries.
OF = {"parks": Park, "accounts": Organisation}


class MovedMiddleware:
    """Asks only when a page with a slug was not found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.method in {"GET", "HEAD"} and (target := moved_to(request)):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
        return response


def moved_to(request: HttpRequest) -> str:
    """Where this page is now; empty when it never was, or is where it was."""
    match = request.resolver_match
    model = OF.get(match.namespace) if match else None
    if match is None or model is None or "slug" not in match.kwargs:
        return ""
    row = model.everything.filter(slug=match.kwargs["slug"], merged_into__isnull=False).first()
    if row is None:
        return ""
    return reverse(match.view_name, args=match.args, kwargs={**match.kwargs, "slug": survivor(row).slug})
