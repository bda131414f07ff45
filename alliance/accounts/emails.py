"""What signing up, signing in and changing an account writes to people. One function for each letter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.core.context_processors import LANGUAGE_TAGS


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
            _("The link is valid for 3 days. If you know nothing of this, please do nothing."),
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
    return _changed(_("A foreign account was linked"), line, facts)


def _account_unlinked(facts: dict[str, Any]) -> Letter:
    line = _("The account at %(provider)s is no longer linked to yours. It signs in nobody any more.") % facts
    return _changed(_("A foreign account was taken off"), line, facts)


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
    "socialaccount/email/account_connected": _account_linked,
    "socialaccount/email/account_disconnected": _account_unlinked,
}
