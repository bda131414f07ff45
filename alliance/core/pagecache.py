"""Public pages for visitors who are nobody in particular: made once, served to all for a few seconds.

Where the time of a page goes is its template. So the finished page is kept, by address and theme, in the shared cache
and for a moment in the process, in front of Django altogether. Nobody with a session is ever served from here, nor
fills it:

- Only views named in `PUBLIC_PAGES` are kept, and only as they look without a session: a request with any cookie but
  theme, language and CSRF passes by, and so does a part for htmx.
- An answer that sets a cookie, holds a form token or a script of its own, or is private in any way is not kept.
- A page lives 5 seconds. What is published bumps a version (`public_data_changed`), so most changes show sooner. While
  the database is away, the last making of a page without a query is served for some minutes more.

See docs/decisions for why this stands outside Django's own cache middleware.
"""

import gzip
import hashlib
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from . import release, replica, weblog

logger = logging.getLogger(__name__)

# After FRESH seconds one request makes the page anew while the others still get the old one; after LIVES nobody does.
FRESH = 3.0
LIVES = 5.0
# An older page is no longer served, but says that the address is worth waiting for: one request makes it, and those
# beside it wait so long for it rather than all make it at once.
REMEMBERED = 20
PATIENCE = 1.0
# While the database is away, a page without a query is served from its last making, if that was so many seconds ago.
LAST_KNOWN = 600
GLANCE = 0.02
# How long a process believes that nothing was published.
VERSION_SECONDS = 0.5
# What one process keeps at most, and the longest page and address that are kept at all.
KEPT = 300
LONGEST_PAGE = 600_000
LONGEST_ADDRESS = 600

# Django's view tells us here that the page may be kept; see `PublicPageMiddleware`.
FLAG = "portal.public_page"
HARMLESS_COOKIES = {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}
THEMES = {"light", "dark"}
FILES = (settings.STATIC_URL, settings.MEDIA_URL)
VERSION_KEY = "public-version"
NONCE = re.compile(r" 'nonce-([^']+)'")
# Headers that belong to one answer alone, or that we write ourselves.
OWN_HEADERS = {"x-request-id", "content-length", "etag", "cache-control", "vary", "content-encoding"}

StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class Page:
    made_at: float
    headers: tuple[tuple[str, str], ...]
    etag: str
    # Nearly every browser takes it compressed, so only that is kept.
    zipped: bytes


class PublicPageMiddleware:
    """Marks the requests whose page may be kept: those for a view named in `PUBLIC_PAGES`."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if match is not None and match.view_name in settings.PUBLIC_PAGES:
            request.META[FLAG] = True


def public_data_changed() -> None:
    """What the public sees has changed: once this transaction is committed, pages made before are not served."""
    transaction.on_commit(_bump, robust=True)


def _bump() -> None:
    replica.public_data_changed()
    if not cache.add(VERSION_KEY, time.time_ns() // 1000, timeout=None):
        cache.incr(VERSION_KEY)
    _glance.forget()


class _Glance:
    """The version as this process saw it a moment ago; what it published itself it knows at once."""

    def __init__(self) -> None:
        self.version = 0
        self.until = 0.0

    def __call__(self) -> int:
        now = time.monotonic()
        if now >= self.until:
            self.until = now + VERSION_SECONDS
            self.version = cache.get(VERSION_KEY, 0)
        return self.version

    def forget(self) -> None:
        self.until = 0.0


_glance = _Glance()


def version() -> int:
    """Which publication this process knows of: at most half a second old."""
    return _glance()


class PageCache:
    """Stands in front of the portal's WSGI application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.kept: OrderedDict[str, Page] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self.application(environ, start_response)
        page, is_awaited = self._find(key)
        if page is not None:
            return _serve(page, environ, start_response)
        try:
            return self._make(key, environ, start_response)
        finally:
            if is_awaited:
                cache.delete(_making(key))

    def _key(self, environ: dict[str, Any]) -> str | None:
        """What tells this page from others; None when the request is not one of a mere visitor."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_HX_REQUEST" in environ:
            return None
        if "HTTP_AUTHORIZATION" in environ or "HTTP_RANGE" in environ:
            return None
        if environ.get("PATH_INFO", "").startswith(FILES):
            return None
        theme = ""
        for cookie in environ.get("HTTP_COOKIE", "").split(";"):
            name, _, value = cookie.strip().partition("=")
            if name == "theme":
                theme = value if value in THEMES else ""
            elif name and name not in HARMLESS_COOKIES:
                return None
        address = f"{environ.get('HTTP_HOST', '')}{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}"
        if len(address) > LONGEST_ADDRESS:
            return None
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", environ.get("wsgi.url_scheme", ""))
        return f"{version()} {theme} {scheme} {address}"

    def _find(self, key: str) -> tuple[Page | None, bool]:
        """The page to serve; or none, and whether others wait for this request to make it."""
        now = time.time()
        page = self.kept.get(key)
        if page is not None and now - page.made_at < FRESH:
            return page, False
        self.kept.pop(key, None)
        page = cache.get(_shared(key))
        if page is None:
            return None, False
        if now - page.made_at >= FRESH:
            if cache.add(_making(key), 1, timeout=5):
                return None, True
            if now - page.made_at >= LIVES:
                page = _wait_for(key)
        if page is not None:
            self._keep(key, page)
        return page, False

    def _keep(self, key: str, page: Page) -> None:
        self.kept[key] = page
        while len(self.kept) > KEPT:
            try:
                self.kept.popitem(last=False)
            except KeyError:  # another thread was faster
                break

    def _make(self, key: str, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Let Django answer, and keep the answer if it is everybody's."""
        answer: list[Any] = []

        def remember(status: str, headers: list[tuple[str, str]], *args: Any) -> Callable[[bytes], object]:
            answer[:] = [status, headers]
            return lambda data: None

        made_at = time.time()
        response = self.application(environ, remember)
        status, headers = answer
        if status.startswith("503 ") and (known := cache.get(_last(key))) is not None:
            getattr(response, "close", lambda: None)()
            return _serve(known, environ, start_response)
        if not _may_be_kept(environ, status, headers, response):
            start_response(status, headers)
            return response
        try:
            body = b"".join(response)
        finally:
            response.close()  # type: ignore[attr-defined]
        page = _page(made_at, headers, body)
        if page is None:
            start_response(status, headers)
            return [body]
        cache.set(_shared(key), page, timeout=REMEMBERED)
        if not environ.get("QUERY_STRING"):
            cache.set(_last(key), page, timeout=LAST_KNOWN)
        self._keep(key, page)
        return _serve(page, environ, start_response)


def _shared(key: str) -> str:
    named = f"{release.mark()} {key}"
    return "page:" + hashlib.blake2b(named.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()


def _last(key: str) -> str:
    return _shared(key) + ":last"


def _making(key: str) -> str:
    return _shared(key) + ":making"


def _wait_for(key: str) -> Page | None:
    """The page that another request is making, if it is done soon."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(GLANCE)
        page: Page | None = cache.get(_shared(key))
        if page is None:
            return None
        if time.time() - page.made_at < LIVES:
            return page
    return None


def _may_be_kept(environ: dict[str, Any], status: str, headers: list[tuple[str, str]], response: Any) -> bool:
    named = {name.lower(): value for name, value in headers}
    return (
        environ.get(FLAG) is True
        and environ["REQUEST_METHOD"] == "GET"
        and status.startswith("200 ")
        and not getattr(response, "streaming", True)
        and "set-cookie" not in named
        and named.get("content-type", "").startswith("text/html")
        and not {"no-store", "private", "no-cache"} & set(re.split(r"[,\s]+", named.get("cache-control", "")))
        and "content-encoding" not in named
    )


def _page(made_at: float, headers: list[tuple[str, str]], body: bytes) -> Page | None:
    """The answer as everybody may have it; None when it holds something of one visitor's own."""
    if len(body) > LONGEST_PAGE or b"csrfmiddlewaretoken" in body:
        return None
    kept: list[tuple[str, str]] = []
    for name, value in headers:
        if name.lower() == "content-security-policy":
            nonce = NONCE.search(value)
            if nonce:
                mine = nonce.group(1).encode()
                # A script that is a file of ours is allowed by its address; its nonce says nothing more.
                body = re.sub(rb'(<script(?=[^>]* src="/)[^>]*?) nonce="' + re.escape(mine) + rb'"', rb"\1", body)
                if mine in body:
                    logger.debug("a public page with a script of its own is not kept")
                    return None
            value = NONCE.sub("", value)
        if name.lower() not in OWN_HEADERS:
            kept.append((name, value))
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    kept += [("ETag", etag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding, Cookie, HX-Request")]
    # Nothing secret is in the page, so its compressed length tells nothing.
    return Page(made_at, tuple(kept), etag, gzip.compress(body, 6))


def _serve(page: Page, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    headers = [*page.headers, ("X-Request-ID", weblog.request_id_of(environ))]
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    if known and page.etag in known:
        start_response("304 Not Modified", headers)
        return []
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body = page.zipped
        headers.append(("Content-Encoding", "gzip"))
    else:
        body = gzip.decompress(page.zipped)
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
