"""What every request passes through: an id, a language, security headers, and redirects that htmx understands."""

import secrets
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render, resolve_url
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from . import logs, weblog

Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Names the request in the log and in the answer, so that a person can quote it when something fails."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = weblog.request_id_of(request.META)  # type: ignore[attr-defined]
        token = logs.request_id.set(request.id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        if request.resolver_match is not None:
            request.META[weblog.VIEW] = request.resolver_match.view_name
        # Only where the session was read anyway: nobody's row is fetched for the sake of a log.
        user = request.__dict__.get("_cached_user")
        if user is not None and user.is_authenticated:
            request.META[weblog.PERSON] = logs.pseudonym(user.pk)
        return response


class MachinesMiddleware:
    """What watches the portal asks each process under whatever name it knows it by; people's rules are not for it."""

    ADDRESSES: ClassVar[dict[str, str]] = {"/healthz": "healthz", "/readyz": "readyz", "/metrics": "metrics"}

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in self.ADDRESSES:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        return match.func(request, *match.args, **match.kwargs)


class SecurityHeadersMiddleware:
    """Content security policy with a nonce per answer, no exceptions; and what browsers should not offer pages.

    Django 5.2 has no CSP of its own (platform spec, 6.30).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = self.get_response(request)
        workers = "'self'" if getattr(response, "may_have_worker", False) else "'none'"
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'none'; "
            f"script-src 'self' 'nonce-{request.csp_nonce}'; "  # type: ignore[attr-defined]
            "style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
            f"worker-src {workers}; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        )
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        if not getattr(response, "may_be_framed", False):
            response.headers.setdefault("X-Frame-Options", "DENY")
        # What a signed-in person saw stays in no cache (platform spec, 6.39).
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class PersonalLocaleMiddleware(LocaleMiddleware):
    """The address says the language. An address without one leads to the reader's choice, else to Chinese first.

    A browser set to any other language than Chinese is taken as a foreign reader and shown English.
    """

    def process_request(self, request: HttpRequest) -> None:
        path_language = translation.get_language_from_path(request.path_info)
        language = path_language or self._preferred(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def _preferred(self, request: HttpRequest) -> str:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen in dict(settings.LANGUAGES):
            return chosen
        accepted = request.headers.get("Accept-Language", "").lower()
        return "en" if accepted and not accepted.startswith("*") and "zh" not in accepted else settings.LANGUAGE_CODE


class PlainTextMiddleware:
    """Whoever sends a NUL reads that the request is broken: no keyboard types it, and PostgreSQL cannot keep it.

    Forms say so beside the field; this is for what reaches the database without a form.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            return render(request, "400.html", status=400)
        return None


class MethodPageMiddleware:
    """Whoever opens an address that only takes forms reads so, instead of an empty page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not request.htmx:  # type: ignore[attr-defined]
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response


class HtmxRedirectMiddleware:
    """A redirect becomes `HX-Redirect` for htmx, so that an expired session leads to the whole sign-in page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.htmx and isinstance(response, HttpResponseRedirectBase):  # type: ignore[attr-defined]
            target = response.url
            if urlsplit(target).path == resolve_url(settings.LOGIN_URL):
                # Come back to the page, not to its part.
                page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
                target = f"{target.split('?')[0]}?next={quote(page)}"
            redirect = HttpResponse(status=204)
            redirect.cookies = response.cookies
            redirect["HX-Redirect"] = target
            patch_vary_headers(redirect, ["HX-Request"])
            return redirect
        return response
