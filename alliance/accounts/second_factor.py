"""Second factors: who needs one, who has shown one, and codes that work once.

What a person has proved on this device is what allauth noted in the session; a factor counts there when it was used
to sign in, or set up in this very session.
"""

import time
import unicodedata

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from alliance.core.errors import RuleBroken

from . import policies
from .models import User

# What opens an account by itself; recovery codes only stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(person: User) -> list[Authenticator]:
    """Apps and keys the person has set up, oldest first."""
    return list(Authenticator.objects.filter(user=person, type__in=FACTORS).order_by("created_at", "pk"))


def has_factor(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def is_shown(request: HttpRequest) -> bool:
    """Whether this session has proved a second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_missing(request: HttpRequest) -> bool:
    """Whether a duty of the person requires a second factor that this session has not shown."""
    return policies.second_factor_of(request.user) == "required" and not is_shown(request)


def note_shown(request: HttpRequest, person: User, factor: Authenticator) -> None:
    """Who has just set up a factor holds it in their hands."""
    record_authentication(request, person, "mfa", id=factor.pk, type=factor.type)


def codes_left(person: User) -> int | None:
    """How many recovery codes are unused; None without any."""
    stored = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(stored.wrap().get_unused_codes()) if stored else None


def sample_code(person: User) -> str:
    """What the authenticator app of a sample person would show, for whoever tries the portal out; only with DEMO=1."""
    if not (settings.DEMO and person.is_sample):
        return ""
    app = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if app is None:
        return ""
    step = max(int(time.time()) // mfa.TOTP_PERIOD, app.data.get("last_step", 0) + 1)
    return format_hotp_value(hotp_value(decrypt(app.data["secret"]), step))


def give_sample_factor(person: User, secret: str) -> None:
    """A sample person with a privileged duty has an app from the beginning, whose codes the sign-in page shows."""
    if not (settings.DEMO and person.is_sample):
        raise RuntimeError("Only sample people of a DEMO run have factors that others know.")
    if not has_factor(person):
        TOTP.activate(person, secret)


class UsedAlready(RuleBroken):
    """The code was right, and has opened something before."""


def plain_code(typed: str) -> str:
    """A code as it was meant: full-width digits of a Chinese keyboard, blanks and dashes do not matter."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isalnum())


def step_of(secret: str, code: str, now: float | None = None) -> int | None:
    """The time step whose code this is, within the tolerance; None for a wrong one."""
    present = int(time.time() if now is None else now) // mfa.TOTP_PERIOD
    for step in range(present - mfa.TOTP_TOLERANCE, present + mfa.TOTP_TOLERANCE + 1):
        if format_hotp_value(hotp_value(secret, step)) == code:
            return step
    return None


@transaction.atomic
def take_code(person: User, typed: str) -> Authenticator | None:
    """The factor that this code proves, used up thereby; None for a wrong code.

    The last step taken stands in the factor's own row, locked meanwhile: however many processes are asked at once and
    whether or not the cache is there, a code works once (platform spec, 6.7).
    """
    code = plain_code(typed)
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    stored = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=person, type__in=kinds)}
    app = stored.get(Authenticator.Type.TOTP)
    if app is not None:
        step = step_of(decrypt(app.data["secret"]), code)
        if step is not None:
            if step <= app.data.get("last_step", 0):
                raise UsedAlready
            app.data["last_step"] = step
            app.save(update_fields=["data"])
            return app
    codes = stored.get(Authenticator.Type.RECOVERY_CODES)
    if codes is not None and codes.wrap().validate_code(code):
        codes.refresh_from_db()
        return codes
    return None
