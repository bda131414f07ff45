"""People with second factors, and how they sign in with them."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from alliance.accounts.models import User
from tests.factories import make_duty, make_organisation

from .people import make_person

LONG_PASSWORD = "mountain river paper lamp"


def make_desk_person(role: str = "membership_desk", **fields: Any) -> User:
    """Somebody at a desk of the secretariat with a confirmed address and a password."""
    person = make_person(password=fields.pop("password", LONG_PASSWORD), **fields)
    kind = "council" if role.startswith("council") else "secretariat"
    make_duty(person, make_organisation(kind), role)
    return person


def give_app(person: User) -> str:
    """An authenticator app with its seed; gives the seed."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def give_codes(person: User) -> list[str]:
    return RecoveryCodes.activate(person).get_unused_codes()


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def give_password(client: Client, person: User, password: str = LONG_PASSWORD, **extra: Any) -> Any:
    """The first half of signing in."""
    return client.post(reverse("account_login"), {"login": person.email, "password": password}, **extra)


def give_code(client: Client, code: str) -> Any:
    """The second half."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def sign_in_fully(client: Client, person: User, secret: str) -> None:
    give_password(client, person)
    Authenticator.objects.filter(user=person, type="totp").update(data=_unused(person))
    assert give_code(client, code_of(secret)).status_code == 302


def _unused(person: User) -> dict:
    """The app as if none of its codes had been taken: for tests that sign in twice within half a minute."""
    data = Authenticator.objects.get(user=person, type="totp").data
    return {key: value for key, value in data.items() if key != "last_step"}
