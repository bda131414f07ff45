"""A form that arrives too late keeps its text: signed out meanwhile, or signed in anew, one sends it again.

The page repeats what was typed only to somebody who sent it from a page of ours, and never a password.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url

from .same_origin import comes_from_us

# What a form carries besides that which people wrote.
MACHINERY = {"csrfmiddlewaretoken", "next"}


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form sent from one of our pages; nothing where nobody wrote anything, or a password."""
    if request.method != "POST" or not comes_from_us(request):
        return []
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in MACHINERY]
    if any("password" in name for name, _value in fields) or not any(value.strip() for _name, value in fields):
        return []
    return fields


def offer(request: HttpRequest, fields: list[tuple[str, str]], *, status: int) -> HttpResponse:
    """The form once more, with a fresh token, to be sent by the same address."""
    context = {"fields": fields, "login_url": resolve_url(settings.LOGIN_URL), "had_files": bool(request.FILES)}
    response = render(request, "resend.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Pages are closed unless marked open. Who is signed out while writing keeps the text."""

    def handle_no_permission(  # type: ignore[override]  # an answer need not be a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            # The page stays where it is and says what to do (portal.js).
            return HttpResponse(status=401)
        fields = typed(request)
        if fields:
            return offer(request, fields, status=401)
        # Signed in, people come back to the page they were on: an address for forms alone shows nothing.
        page = urlsplit(request.headers.get("Referer", ""))
        back = f"{page.path}?{page.query}" if page.query else page.path
        return redirect_to_login(back if comes_from_us(request) and back.startswith("/") else request.get_full_path())
