"""allauth's forms in our words. What they check stays theirs."""

from copy import copy
from secrets import token_hex
from typing import Any

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import invited, passwords
from ..models.people import PRIVILEGED_LENGTH
from ..roles import ROLES
from .fields import email_widget

LONGEST_EMAIL = 254


class _Ours:
    """Labels above the fields instead of placeholders in them, and one explanation of what a password needs."""

    fields: dict[str, forms.Field]

    def say(self, **labels: Any) -> None:
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in labels:
                field.label = labels[name]
            if isinstance(field, forms.EmailField):
                # allauth would cut a longer address and write to somebody else.
                _limit(field, LONGEST_EMAIL)
                field.widget = email_widget()
                field.widget.is_required = field.required
                field.label = labels.get(name, _("E-mail"))
            if name in {"password1", "password2"} and isinstance(field, forms.CharField):
                _limit(field, passwords.LONGEST)
            if name == "password1":
                least = self.least_length()
                field.help_text = passwords.help_for(least)
                field.widget.attrs |= {"data-password": least}

    def least_length(self) -> int:
        """How long a new password of this person must be."""
        invitation = invited.remembered(context.request)
        if invitation is not None and ROLES[invitation.role_code].privileged:
            return PRIVILEGED_LENGTH
        return passwords.required_length(getattr(self, "user", None))


def _limit(field: forms.CharField, length: int) -> None:
    field.max_length = length
    field.validators = [*field.validators, MaxLengthValidator(length)]


class LoginForm(_Ours, allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(password=_("Password"), remember=_("Stay signed in on this device for 14 days"))
        self.fields["password"].help_text = ""
        invitation = invited.remembered(context.request)
        if invitation and not self.is_bound:
            self.initial.setdefault("login", invitation.email)


class SignupForm(_Ours, allauth.SignupForm):
    """Whoever follows an invitation signs up with the address it went to: that it reached them confirms it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(password1=_("Password"), password2=_("Password, again"))
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.invitation = invited.remembered(context.request)
        if self.invitation:
            self.fields["email"].disabled = True
            self.initial["email"] = self.invitation.email
            self.fields["email"].help_text = _("Your invitation went to this address, so it counts as confirmed.")
            self.initial.setdefault("name", self.invitation.name)

    def clean(self) -> dict:
        cleaned = super().clean()
        # allauth compares the password with the address alone; a name makes as bad a password.
        password, name = self.cleaned_data.get("password1"), self.cleaned_data.get("name")
        if password and name and "password1" not in self.errors and name.lower() in password.lower():
            self.add_error("password1", _("The password is too similar to the name."))
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple:
        if self.account_already_exists:
            self._open_account_for_nobody(request)
        return super().try_save(request)

    def _open_account_for_nobody(self, request: HttpRequest) -> None:
        """Where an account exists none is opened; the answer must not come sooner for it (platform spec, 6.3).

        So one is opened for an address that nobody has, with its password hashed and its rows written, and taken back.
        """
        twin = copy(self)
        twin.account_already_exists = False
        twin.cleaned_data = self.cleaned_data | {"email": f"{token_hex(12)}@example.invalid"}
        with transaction.atomic():
            twin.save(request)
            transaction.set_rollback(True)


class AddEmailForm(_Ours, allauth.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(email=_("Another e-mail address"))


class ChangePasswordForm(_Ours, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(oldpassword=_("Current password"), password1=_("New password"), password2=_("New password, again"))
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(_Ours, allauth.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(password1=_("Password"), password2=_("Password, again"))


class ResetPasswordForm(_Ours, allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say()


class ResetPasswordKeyForm(_Ours, allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(password1=_("New password"), password2=_("New password, again"))


class ReauthenticateForm(_Ours, allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(password=_("Password"))
