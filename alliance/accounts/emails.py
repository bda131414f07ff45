"""What signing up, signing in and changing an account writes to people. One function for each letter."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.core.context_processors import LANGUAGE_TAGS

logger = logging.getLogger(__name__)
# Signs the link with which somebody stops a request that was made in their name.
STOP_SALT = "accounts.lost_factor.stop"


@dataclass(frozen=True)
class Letter:
    """A subject, paragraphs, and the one thing to do."""

    subject: str
    lines: tuple[str, ...]
    url: str = ""
    action: str = ""


def compose(template_prefix: str, email: str, facts: dict[str, Any]) -> EmailMultiAlternatives | None:
    """The mail allauth asks for by the prefix of its templates, in the active language; None for one we do not know."""
    write = LETTERS.get(template_prefix.removeprefix("account/email/"))
    if write is None:
        return None
    letter = write({**facts, "email": email})
    person = facts.get("user")
    context = {
        "subject": letter.subject,
        "lines": letter.lines,
        "url": letter.url,
        "action": letter.action,
        "name": person.name if person else "",
        "kind": None,
        "base_url": settings.PUBLIC_BASE_URL,
        "language": LANGUAGE_TAGS[get_language() or settings.LANGUAGE_CODE],
        "to_person": False,
    }
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("emails/message.txt", context).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": context["language"]},
    )
    mail.attach_alternative(render_to_string("emails/message.html", context), "text/html")
    return mail


def tell(person: Any, code: str, **facts: Any) -> None:
    """Write a letter to every confirmed address of the person, in their language, once the change is there."""
    addresses = list(person.emailaddress_set.filter(verified=True).values_list("email", flat=True)) or [person.email]
    transaction.on_commit(lambda: _send(person, code, addresses, facts))


def _send(person: Any, code: str, addresses: list[str], facts: dict[str, Any]) -> None:
    for address in addresses:
        with translation.override(person.language):
            mail = compose(code, address, {"user": person, **facts})
        try:
            if mail is not None:
                mail.send()
        except (OSError, SMTPException) as error:
            logger.warning("letter %s was not sent: %s", code, error.__class__.__name__)


def _absolute(name: str, **arguments: str) -> str:
    """Links come from the settings: the host of a request is anybody's word (platform spec, 6.33)."""
    return settings.PUBLIC_BASE_URL + reverse(name, kwargs=arguments)


def _confirm_sign_up(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("Please confirm your e-mail address"),
        (
            _("Welcome to the portal of the Cultural Industry Park Alliance. One click shows this address is yours."),
            _("The link is valid for 3 days. If you did not sign up, please do nothing: no account will be opened."),
        ),
        _absolute("account_confirm_email", key=facts["key"]),
        _("Confirm the address"),
    )


def _confirm_address(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("Please confirm your e-mail address"),
        (
            _("%(email)s was given as an address of your account. One click confirms it.") % facts,
            _("The link is valid for 3 days. If you did not ask for this, please ignore it."),
        ),
        _absolute("account_confirm_email", key=facts["key"]),
        _("Confirm the address"),
    )


def _have_account(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("You have an account already"),
        (
            _("Somebody, probably you, wanted to sign up with %(email)s. This address has an account already.") % facts,
            _("You can sign in with it. If you have forgotten the password, you can set a new one."),
        ),
        _absolute("account_reset_password"),
        _("Set a new password"),
    )


def _no_account(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("There is no account with this address"),
        (
            _("Somebody, probably you, asked for a new password for %(email)s. No account uses this address.") % facts,
            _("Perhaps you signed up with another one. If this was not you, please do nothing."),
        ),
        _absolute("account_signup"),
        _("Create an account"),
    )


def _reset_password(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("Set a new password"),
        (
            _("Somebody, probably you, asked for a new password for your account."),
            _("The link works once and for 30 minutes. If this was not you, please do nothing: your password stays."),
        ),
        _absolute("account_reset_password_from_key", uidb36=facts["uid"], key=facts["key"]),
        _("Set a new password"),
    )


def _changed(subject: str, line: str, facts: dict[str, Any]) -> Letter:
    """Something about the account changed; whoever did not do it hears how to take it back."""
    when = date_format(timezone.localtime(facts.get("timestamp") or timezone.now()), "DATETIME_FORMAT")
    return Letter(
        subject,
        (
            line,
            _("Time: %(when)s. Network address: %(ip)s.") % {"when": when, "ip": facts.get("ip", "")},
            _("If this was not you, set a new password at once and write to the secretariat."),
        ),
        _absolute("account_reset_password"),
        _("Set a new password"),
    )


def _password_changed(facts: dict[str, Any]) -> Letter:
    return _changed(_("Your password was changed"), _("The password of your account was changed."), facts)


def _email_changed(facts: dict[str, Any]) -> Letter:
    line = _("You now sign in with %(to_email)s, no longer with %(from_email)s.") % facts
    return _changed(_("Your e-mail address was changed"), line, facts)


def _email_deleted(facts: dict[str, Any]) -> Letter:
    line = _("The address %(deleted_email)s was removed from your account.") % facts
    return _changed(_("An e-mail address was removed"), line, facts)


def _account_linked(facts: dict[str, Any]) -> Letter:
    line = _("An account at %(provider)s was linked to yours. Whoever holds it can sign in as you.") % facts
    return _changed(_("An account at another provider was linked"), line, facts)


def _account_unlinked(facts: dict[str, Any]) -> Letter:
    line = _("The account at %(provider)s is no longer linked to yours and can no longer be used to sign in.") % facts
    return _changed(_("An account at another provider was unlinked"), line, facts)


def _address_added(facts: dict[str, Any]) -> Letter:
    line = _("The address %(added_email)s was added to your account.") % facts
    return _changed(_("An e-mail address was added"), line, facts)


# Second factors -----------------------------------------------------------------------------------------------------


def _app_added(facts: dict[str, Any]) -> Letter:
    line = _("An authenticator app was set up for your account. Signing in asks for its code from now on.")
    return _changed(_("Second factor added: authenticator app"), line, facts)


def _app_removed(facts: dict[str, Any]) -> Letter:
    line = _("The authenticator app was removed from your account. Its codes no longer work.")
    return _changed(_("Second factor removed: authenticator app"), line, facts)


def _passkey_added(facts: dict[str, Any]) -> Letter:
    line = _("A passkey was added to your account. Whoever holds it can sign in as you.")
    return _changed(_("Second factor added: passkey"), line, facts)


def _passkey_removed(facts: dict[str, Any]) -> Letter:
    line = _("A passkey was removed from your account. It no longer works.")
    return _changed(_("Second factor removed: passkey"), line, facts)


def _codes_made(facts: dict[str, Any]) -> Letter:
    line = _("New recovery codes were made for your account. The old ones no longer work.")
    return _changed(_("New recovery codes"), line, facts)


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _lost_factor_asked(facts: dict[str, Any]) -> Letter:
    lost = facts["lost"]
    return Letter(
        _("Was this you? Second factor reported as lost"),
        (
            _("Somebody who knows your password says that your second factor is lost, and asks to set up a new one."),
            _("Two people of the secretariat must approve, and nothing changes before %(when)s.")
            % {"when": _moment(lost.earliest_at)},
            _("Network address: %(ip)s.") % {"ip": lost.address or ""},
            _("If this was not you, stop it now and set a new password: somebody knows yours."),
        ),
        _absolute("accounts:lost_factor_stop", token=signing.dumps(lost.pk, salt=STOP_SALT)),
        _("This was not me: stop it"),
    )


def _lost_factor_approved(facts: dict[str, Any]) -> Letter:
    lost = facts["lost"]
    return Letter(
        _("Your new second factor was approved"),
        (
            _("Two people of the secretariat have approved that you set up a new second factor."),
            _("From %(when)s on, sign in with your password: the portal leads you through it.")
            % {"when": _moment(lost.earliest_at)},
            _("If you did not ask for this, stop it now and write to the secretariat."),
        ),
        _absolute("accounts:lost_factor_stop", token=signing.dumps(lost.pk, salt=STOP_SALT)),
        _("This was not me: stop it"),
    )


def _lost_factor_refused(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("Your request for a new second factor was refused"),
        (
            _("The secretariat refused it. The reason given: %(note)s") % {"note": facts["lost"].note},
            _("Your second factor stays as it is. If you still need help, write to the secretariat."),
        ),
    )


def _lost_factor_withdrawn(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("The request for a new second factor was stopped"),
        (
            _("Your second factor stays as it is."),
            _("If somebody else had asked, they know your password: please set a new one now."),
        ),
        _absolute("account_reset_password"),
        _("Set a new password"),
    )


def _lost_factor_done(facts: dict[str, Any]) -> Letter:
    line = _(
        "Your old second factors were removed from your account, as you asked and two people of the secretariat "
        "approved."
    )
    return _changed(_("Your second factors were removed"), line, {"ip": facts["lost"].address or "", **facts})


def _account_closed(facts: dict[str, Any]) -> Letter:
    return Letter(
        _("Your account is closed"),
        (
            _(
                "As you asked, your account is closed. "
                "Your name, your addresses and what you wrote about yourself are gone."
            ),
            _(
                "Records of who acted for which organisation stay, under a number. "
                "The privacy notice says which and why."
            ),
            _("This is the last letter. If you come back one day, you can open a new account."),
        ),
        _absolute("privacy"),
        _("Privacy notice"),
    )


def _factors_taken_off(facts: dict[str, Any]) -> Letter:
    line = _("Your second factors were removed from your account by the operator of the portal.")
    return _changed(_("Your second factors were removed"), line, facts)


LETTERS: dict[str, Callable[[dict[str, Any]], Letter]] = {
    "email_confirmation_signup": _confirm_sign_up,
    "email_confirmation": _confirm_address,
    "account_already_exists": _have_account,
    "unknown_account": _no_account,
    "password_reset_key": _reset_password,
    "password_changed": _password_changed,
    "password_reset": _password_changed,
    "password_set": _password_changed,
    "email_changed": _email_changed,
    "email_deleted": _email_deleted,
    "address_added": _address_added,
    "mfa/email/totp_activated": _app_added,
    "mfa/email/totp_deactivated": _app_removed,
    "mfa/email/webauthn_added": _passkey_added,
    "mfa/email/webauthn_removed": _passkey_removed,
    "mfa/email/recovery_codes_generated": _codes_made,
    "lost_factor_asked": _lost_factor_asked,
    "lost_factor_approved": _lost_factor_approved,
    "lost_factor_refused": _lost_factor_refused,
    "lost_factor_withdrawn": _lost_factor_withdrawn,
    "lost_factor_done": _lost_factor_done,
    "factors_taken_off": _factors_taken_off,
    "account_closed": _account_closed,
    "socialaccount/email/account_connected": _account_linked,
    "socialaccount/email/account_disconnected": _account_unlinked,
}
