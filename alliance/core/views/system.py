import sys
from functools import cache

import psycopg
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFieldsSent
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from .. import away, resend, sitemap
from ..onward import onward
from ..same_origin import same_origin_only

THEMES = ("system", "light", "dark")


# What a search engine should not knock at: signed-in pages, and searches that never end.
CLOSED_TO_ROBOTS = ("desk", "office", "account", "inbox", "search", "palette", "join", "invitations", "outbox")


@login_not_required
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public pages in both languages."""
    closed = [f"Disallow: /{code}/{place}/" for code, _name in settings.LANGUAGES for place in CLOSED_TO_ROBOTS]
    where = f"Sitemap: {settings.PUBLIC_BASE_URL}/sitemap.xml"
    return HttpResponse("\n".join(["User-agent: *", *closed, "", where, ""]), content_type="text/plain")


@login_not_required
@require_GET
def sitemap_file(request: HttpRequest) -> StreamingHttpResponse:
    """The public pages in both languages, as search engines read them."""
    response = StreamingHttpResponse(sitemap.lines(), content_type="application/xml")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@login_not_required
@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """What browsers and programs ask for by this name, whatever a page says."""
    response = HttpResponse(_favicon(), content_type="image/x-icon")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@cache
def _favicon() -> bytes:
    return (settings.BASE_DIR / "static" / "img" / "favicon.ico").read_bytes()


@login_not_required
@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and migrations are in order, so that traffic may come."""
    checks = {"database": _database_ready(), "migrations": False, "broker": _broker_ready()}
    if checks["database"]:
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _database_ready() -> bool:
    """A connection of its own, so that a dead pool is not waited for."""
    parameters = connection.get_connection_params()
    named = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}
    try:
        with psycopg.connect(**named, connect_timeout=2) as link:
            link.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _broker_ready() -> bool:
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


@login_not_required
@same_origin_only
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's theme on this device, and for the person when signed in.

    Its form stands on every page and carries no token, so that public pages are the same for all visitors.
    """
    chosen = request.POST.get("theme", "")
    response = redirect(onward(request, request.POST.get("next", ""), "/"))
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.HTTPS, httponly=True
        )
        if request.user.is_authenticated and request.user.theme != chosen:
            request.user.theme = chosen
            request.user.save(update_fields=["theme"])
    return response


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere. What was typed into one of ours is kept."""
    fields = resend.typed(request)
    if fields and not request.headers.get("HX-Request"):
        return resend.offer(request, fields, status=403)
    return render(request, "403_csrf.html", status=403)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", {"is_too_much": isinstance(exception, TooManyFieldsSent)}, status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same answer for what is not there and for what this person may not see (platform spec, 6.24)."""
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: whatever failed must not fail again."""
    if away.is_about(sys.exc_info()[1]):
        away.note()
        response = HttpResponse(away.page(getattr(request, "id", "")), status=503)
        response["Retry-After"] = str(away.RETRY_AFTER)
        response["Cache-Control"] = "no-store"
        return response
    return HttpResponse(get_template("500.html").render({"request_id": getattr(request, "id", "")}), status=500)
