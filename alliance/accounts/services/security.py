"""What happens at the door of an account: noted for its owner, counted for the limits, and ending what it must end."""

import hmac
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from alliance.core import audit

from .. import devices
from ..models import SecurityEvent, User

# Failed attempts to get in (platform spec, 6.4). allauth counts in the cache; these hold when the cache is away.
BY_ACCOUNT = (5, timedelta(minutes=5))
BY_ADDRESS = (10, timedelta(minutes=1))
SHOWN = 20


def note(kind: str, person: Any, request: HttpRequest | None, *, means: str = "", login: str = "") -> SecurityEvent:
    """Write down what happened at the door, with the address and device it came from."""
    return SecurityEvent.objects.create(
        kind=kind,
        person=person if person is not None and person.pk else None,
        address=address_of(request),
        device=devices.short_name(request.headers.get("User-Agent", "")) if request else "",
        means=means,
        login_digest=login_digest(login) if login else "",
    )


def address_of(request: HttpRequest | None) -> str | None:
    return get_adapter(request).get_client_ip(request) if request else None


def login_digest(login: str) -> str:
    """Stands for an address that somebody typed; nobody can read it back."""
    key = f"accounts.login.{settings.SECRET_KEY}".encode()
    return hmac.new(key, login.strip().lower().encode(), "sha256").hexdigest()


def is_limited(login: str, request: HttpRequest) -> bool:
    """Whether too many attempts failed, for this account or from this address, as the database counts them.

    The same question for known and unknown accounts. A new password forgives what was tried with the old one.
    """
    now = timezone.now()
    most, period = BY_ACCOUNT
    failed = SecurityEvent.objects.filter(kind=SecurityEvent.Kind.WRONG_PASSWORD)
    changed = User.objects.filter(email=login.strip().lower()).values_list("password_changed_at", flat=True).first()
    since = max(now - period, changed) if changed else now - period
    if failed.filter(login_digest=login_digest(login), at__gt=since).count() >= most:
        return True
    most, period = BY_ADDRESS
    return failed.filter(address=address_of(request), at__gt=now - period).count() >= most


def recent_events(person: User, number: int = SHOWN) -> list[SecurityEvent]:
    return list(SecurityEvent.objects.filter(person=person)[:number])


# Sessions -----------------------------------------------------------------------------------------------------------


def end_sessions(person: User) -> None:
    """Every session of the person ends before its next request; `keep_session` spares the present one."""
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.refresh_from_db(fields=["session_epoch"])


def keep_session(request: HttpRequest, person: User) -> None:
    """This session stays theirs, under a new number: whoever knew the old one knows nothing now (6.15)."""
    old = request.session.session_key
    request.session.cycle_key()
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    request.session.save()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


@transaction.atomic
def end_other_sessions(request: HttpRequest, person: User) -> int:
    """Sign out all other devices; gives how many were known."""
    others = UserSession.objects.filter(user=person).exclude(session_key=request.session.session_key)
    keys = list(others.values_list("session_key", flat=True))
    end_sessions(person)
    keep_session(request, person)
    Session.objects.filter(session_key__in=keys).delete()
    others.filter(session_key__in=keys).delete()
    audit.record("person.sessions_ended", person, by=person, number=len(keys))
    note(SecurityEvent.Kind.SESSIONS_ENDED, person, request)
    return len(keys)


@transaction.atomic
def end_session(known: UserSession, request: HttpRequest) -> None:
    """Sign out one other device."""
    Session.objects.filter(session_key=known.session_key).delete()
    person = known.user
    known.delete()
    audit.record("person.session_ended", person, by=person)
    note(SecurityEvent.Kind.SESSIONS_ENDED, person, request)


# Changes ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def factor_changed(person: User, verb: str, kind: str, *, means: str, request: HttpRequest | None) -> None:
    """A factor came or went: written down, and all other devices are signed out."""
    by = request.user if request and request.user.is_authenticated else None
    audit.record(f"person.{verb}", person, by=by, means=means)
    note(kind, person, request, means=means)
    end_sessions(person)
    request = request or context.request
    if request is not None and getattr(request, "user", None) == person:
        keep_session(request, person)
