"""Who reads, asked for in every request: session, person and duties in one trip to the database.

Whose session it is stands in the session itself. A process that has seen the session before guesses that it is still
theirs and asks for all three at once; a wrong guess costs a second trip and nothing else, for what the session says now
decides.
"""

from collections import OrderedDict
from contextvars import ContextVar
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from alliance.core.prepared import Prepared

from . import policies
from .models import User

BY_ID = Prepared(lambda pk: User.objects.filter(pk=pk), -7_302)
# So many sessions one process remembers.
KEPT = 5000
_seen: OrderedDict[str, int] = OrderedDict()
_session: ContextVar[Any] = ContextVar("session_being_read", default=None)


class Backend(AuthenticationBackend):
    """Signing in as allauth does it."""

    def get_user(self, user_id: int) -> User | None:
        person = _brought(user_id) or next(iter(BY_ID(user_id)), None)
        return person if person is not None and self.user_can_authenticate(person) else None


class ReaderMiddleware(AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: read(request))  # type: ignore[assignment]


def read(request: HttpRequest) -> Any:
    """The person whose session this is, or nobody; Django decides, from what was brought along."""
    if not hasattr(request, "_cached_user"):
        session = request.session
        guess = _seen.get(session.session_key or "")
        if guess is not None:
            session.along = [(BY_ID, (guess,)), (policies.ACTED, (guess, timezone.localdate()))]  # type: ignore[attr-defined]
        token = _session.set(session)
        try:
            request._cached_user = person = get_user(request)  # type: ignore[attr-defined]
        finally:
            _session.reset(token)
        if person.is_authenticated:
            _remember(request, person)
    return request._cached_user  # type: ignore[attr-defined]


@receiver(user_logged_in)
def _remember(request: HttpRequest, user: User, **kwargs: Any) -> None:
    if request.session.session_key:
        _seen[request.session.session_key] = user.pk
    while len(_seen) > KEPT:
        try:
            _seen.popitem(last=False)
        except KeyError:  # another thread was faster
            break


def _brought(user_id: int) -> User | None:
    """The person, if the session was read with them, and their duties."""
    people, acted = getattr(_session.get(), "brought", None) or ([], [])
    if not people or people[0].pk != user_id:
        return None
    policies.note_duties(people[0], acted)
    return people[0]
