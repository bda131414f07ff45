"""How long a session lasts, by the server's clock (platform spec, 6.16).

A session carries when it began and when it was last used. A person with a privileged duty is signed out after half an
hour without use and twelve hours in all; everybody else after two weeks without use. Where others may lose by it
(data rooms), a view calls `shorten(request)`: from there on the session ends as those of privileged duties do. A page
that looks for news by itself is no use.
"""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from . import policies
from .reauthentication import ask_again

SESSION_KEY = "clock"
# Since when the session is a short one, whoever holds it.
SHORT_KEY = "short_since"
# Why the last session on this device ended, for the sign-in page to say.
ENDED_KEY = "session_ended"

MINUTE, HOUR, DAY = 60, 3600, 86400
IDLE_PRIVILEGED = 30 * MINUTE
LONGEST_PRIVILEGED = 12 * HOUR
IDLE_MEMBER = 14 * DAY
# Use is written down at most so often.
NOTED_EVERY = MINUTE
# What pages ask for by themselves, as htmx parts.
NO_USE = {"notifications:unread", "core:job"}


def now() -> int:
    return int(time.time())


def start(session: SessionBase) -> None:
    session[SESSION_KEY] = [now(), now()]


def over(session: SessionBase, person: Any) -> str:
    """Why the session is over: `idle` or `long`; empty while it lasts."""
    began, used = session.get(SESSION_KEY) or (now(), now())
    idle, age = now() - used, now() - began
    if idle >= IDLE_MEMBER:
        return "idle"
    if since := session.get(SHORT_KEY):
        if idle >= IDLE_PRIVILEGED:
            return "idle"
        if now() - since >= LONGEST_PRIVILEGED:
            return "long"
    # Duties are asked for only where they would make a difference.
    if (idle >= IDLE_PRIVILEGED or age >= LONGEST_PRIVILEGED) and policies.is_privileged(person):
        return "idle" if idle >= IDLE_PRIVILEGED else "long"
    return ""


def shorten(request: HttpRequest) -> None:
    """From here on the session ends after half an hour without use and twelve hours in all, whoever holds it.

    Whoever signed in longer ago than that is asked first whether it is still them.
    """
    session = request.session
    if SHORT_KEY in session:
        return
    began, _used = session.get(SESSION_KEY) or (now(), now())
    if now() - began >= LONGEST_PRIVILEGED:
        ask_again(request)
    session[SHORT_KEY] = now()


class SessionClockMiddleware:
    """Right after authentication: whoever comes too late is a visitor from here on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie there is no session to ask for, and public pages stay the same for all.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            why = over(request.session, request.user)
            if why:
                from .services import security

                security.note("timed_out", request.user, request, means=why)
                UserSession.objects.filter(session_key=request.session.session_key).delete()
                logout(request)
                request.session[ENDED_KEY] = why
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return
        session = request.session
        known = session.get(SESSION_KEY)
        if known is None:
            start(session)
        elif now() - known[1] >= NOTED_EVERY and not _is_by_itself(request):
            session[SESSION_KEY] = [known[0], now()]
            UserSession.objects.filter(session_key=session.session_key).update(
                last_seen_at=timezone.now(), ip=get_adapter(request).get_client_ip(request)
            )


def _is_by_itself(request: HttpRequest) -> bool:
    match = request.resolver_match
    return "HX-Request" in request.headers and match is not None and match.view_name in NO_USE
