"""What allauth and Django tell of signing in and of factors, and what follows from it here."""

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from alliance.core import audit

from . import events, second_factor, session_clock
from .models import Duty, SecurityEvent, User
from .services import security

Kind = SecurityEvent.Kind


@receiver(auth.user_logged_in)
def start_clock(sender: Any, request: HttpRequest, **_facts: Any) -> None:
    session_clock.start(request.session)
    request.session.pop(session_clock.ENDED_KEY, None)


@receiver(account.user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **_facts: Any) -> None:
    records = second_factor.get_authentication_records(request, user)
    means = "+".join(dict.fromkeys(str(record.get("type") or record["method"]) for record in records))[:20]
    security.note(Kind.SIGNED_IN, user, request, means=means)


@receiver(auth.user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: User | None, **_facts: Any) -> None:
    # Following a letter to another address ends a session too; that is no choice of its owner.
    if user is not None and request.method == "POST" and getattr(request, "signs_out", False):
        security.note(Kind.SIGNED_OUT, user, request)


@receiver(account.authentication_step_completed)
def shown_again(sender: Any, request: HttpRequest, user: User, method: str, **facts: Any) -> None:
    """Who confirms once more that it is them gets a new session number (platform spec, 6.15)."""
    if facts.get("reauthenticated"):
        security.keep_session(request, user)
        security.note(Kind.REAUTHENTICATED, user, request, means=str(facts.get("type") or method)[:20])


@receiver(account.password_changed)
@receiver(account.password_set)
@receiver(account.password_reset)
def password_changed(sender: Any, request: HttpRequest, user: User, **_facts: Any) -> None:
    """Sessions end by themselves: each proves the password."""
    with transaction.atomic():
        audit.record("person.password_changed", user, by=user)
        security.note(Kind.PASSWORD_CHANGED, user, request)


@receiver(account.email_changed)
@receiver(account.email_added)
@receiver(account.email_removed)
def address_changed(sender: Any, request: HttpRequest, user: User, **_facts: Any) -> None:
    with transaction.atomic():
        audit.record("person.addresses_changed", user, by=user)
        security.note(Kind.ADDRESS_CHANGED, user, request)


@receiver(account.email_confirmed)
def address_confirmed(sender: Any, request: HttpRequest, email_address: EmailAddress, **_facts: Any) -> None:
    """A further address counts from its confirmation on: the others hear of it."""
    person = email_address.user
    if EmailAddress.objects.filter(user=person, verified=True).exclude(pk=email_address.pk).exists():
        facts = {"added_email": email_address.email}
        get_adapter(request).send_notification_mail("account/email/address_added", person, facts)


@receiver(mfa.authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_facts: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    step = getattr(request, "totp_step", None)
    if step is not None and authenticator.type == Authenticator.Type.TOTP:
        # The code that set the app up opens nothing afterwards.
        authenticator.data["last_step"] = step
        authenticator.save(update_fields=["data"])
    security.factor_changed(user, "factor_added", Kind.FACTOR_ADDED, means=authenticator.type, request=request)
    second_factor.note_shown(request, user, authenticator)


@receiver(mfa.authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_facts: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        security.factor_changed(user, "factor_removed", Kind.FACTOR_REMOVED, means=authenticator.type, request=request)


@receiver(mfa.authenticator_reset)
def codes_made(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_facts: Any) -> None:
    security.factor_changed(user, "codes_made", Kind.CODES_MADE, means=authenticator.type, request=request)


@receiver(mfa.authentication_failed)
def wrong_code(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_facts: Any) -> None:
    security.note(Kind.WRONG_CODE, user, request, means=authenticator.type)


def duty_over(*, duty: Duty, by: User | None = None) -> None:
    """Who loses a duty, or stands in for somebody who does, signs in anew: no session outlives what it was for."""
    concerned = [duty.person, *([duty.substitute] if duty.substitute and duty.is_away() else [])]
    request = context.request
    for person in concerned:
        security.end_sessions(person)
        if request is not None and by is not None and by.pk == person.pk and request.user == person:
            security.keep_session(request, person)


events.duty_ended.listen(duty_over)
events.duty_ran_out.listen(lambda *, duty: duty_over(duty=duty))
