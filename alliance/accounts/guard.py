"""What stands between signing in and everything else: a long enough password, and a second factor.

Until the steps are done nothing opens but the pages on which they are done, signing out, and the choice of language
and appearance (platform spec, 6.5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from . import policies, second_factor
from .models import User

# Where the steps are done, and the ways out.
OPEN = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "accounts:secure",
    "core:theme",
    "healthz",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "readyz",
    "robots",
}


@dataclass(frozen=True)
class Missing:
    """What the account still needs before it opens."""

    password: bool
    too_old: bool
    factor: bool

    def __bool__(self) -> bool:
        return self.password or self.too_old or self.factor


def missing(request: HttpRequest) -> Missing:
    person: Any = request.user
    return Missing(
        password=needs_longer_password(person), too_old=is_too_old(person), factor=second_factor.is_missing(request)
    )


def needs_longer_password(person: Any) -> bool:
    """Whether a privileged duty has come to somebody whose password is too short for it."""
    return not person.password_is_long and person.has_usable_password() and policies.is_privileged(person)


def is_too_old(person: User, days: int | None = None) -> bool:
    """Whether the operator lets passwords grow old, and this one has (PASSWORD_MAX_AGE_DAYS, off by default)."""
    days = settings.PASSWORD_MAX_AGE_DAYS if days is None else days
    if not days or not person.has_usable_password():
        return False
    return timezone.now() - (person.password_changed_at or person.joined_at) > timedelta(days=days)


class GuardMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in OPEN or not _is_signed_in(request) or not missing(request):
            return None
        if _stands_on_open_page(request):
            # A small part that the page of a step asks for by itself: it stays empty.
            return HttpResponse(status=204)
        page = request.get_full_path() if request.method == "GET" and "HX-Request" not in request.headers else ""
        return redirect(reverse("accounts:secure") + (f"?{urlencode({'next': page})}" if page else ""))


def _is_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def _stands_on_open_page(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    page = htmx and htmx.current_url_abs_path
    if not page:
        return False
    try:
        return resolve(page.split("?")[0]).view_name in OPEN
    except Resolver404:
        return False
