"""Forms of second factors, in our words, with codes that work once and passkeys that answer for our address alone."""

import base64
import binascii
import json
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .. import second_factor

LONGEST_CODE = 40
LONGEST_NAME = 60


def code_field(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        help_text=help_text,
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short", "spellcheck": "false"}
        ),
    )


class _TakesCode(base.BaseAuthenticateForm):
    """Takes a code from the app, or a recovery code; each opens something once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(
            _("The six digits your authenticator app shows now, or one of your recovery codes.")
        )
        # Only in a sample run, and only for sample people.
        self.sample_code = second_factor.sample_code(self.user)

    def clean_code(self) -> str:
        clear_limit = check_rate_limit(self.user)
        try:
            found = second_factor.take_code(self.user, self.cleaned_data["code"])
        except second_factor.UsedAlready:
            raise get_adapter().validation_error("code_used") from None
        if found is None:
            for tried in second_factor.factors_of(self.user)[:1]:
                self._emit_authentication_failed(tried)
            raise get_adapter().validation_error("incorrect_code")
        clear_limit()
        found.user = self.user
        self.authenticator = found
        return self.cleaned_data["code"]


class AuthenticateForm(_TakesCode, base.AuthenticateForm):
    pass


class ReauthenticateForm(_TakesCode, base.ReauthenticateForm):
    pass


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The code shows that the app holds the seed; it is used up thereby."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(_("The six digits your authenticator app shows now."))

    def clean_code(self) -> str:
        validate_can_add_authenticator(self.user)
        clear_limit = check_rate_limit(self.user, error_key="rate_limited")
        step = second_factor.step_of(self.secret, second_factor.plain_code(self.cleaned_data["code"]))
        if step is None:
            raise get_adapter().validation_error("incorrect_code")
        clear_limit()
        context.request.totp_step = step
        return self.cleaned_data["code"]


class DeactivateTOTPForm(totp.DeactivateTOTPForm):
    pass


# Passkeys -----------------------------------------------------------------------------------------------------------


def _check_origin(credential: Any) -> None:
    """A passkey says for which website it answers: ours exactly, not one beside or below it."""
    try:
        said = json.loads(_decoded(credential["response"]["clientDataJSON"]))["origin"]
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise get_adapter().validation_error("incorrect_code") from None
    ours = urlsplit(settings.PUBLIC_BASE_URL)
    if said != f"{ours.scheme}://{ours.netloc}":
        raise get_adapter().validation_error("wrong_origin")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A passkey signs in by itself; a key that only stands beside the password is possible too."""

    passwordless = forms.BooleanField(
        label=_("Also sign in with it alone, without a password"),
        required=False,
        initial=True,
        help_text=_("Your device then checks that it is you: by fingerprint, face or its own PIN."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Name of the passkey")
        name.help_text = _("A name you will recognise: the device it is on, for instance.")
        name.max_length = LONGEST_NAME
        name.widget.attrs["maxlength"] = LONGEST_NAME
        self.order_fields(["name", "passwordless", "credential"])

    def clean_name(self) -> str:
        return super().clean_name()[:LONGEST_NAME]

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]
        _check_origin(credential)
        return credential


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name of the passkey"), max_length=LONGEST_NAME)


class _AnswersForUs(webauthn.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        _check_origin(self.cleaned_data["credential"])
        return super().clean_credential()


class AuthenticatePasskeyForm(_AnswersForUs):
    @property
    def has_passkey(self) -> bool:
        return Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN).exists()


class LoginPasskeyForm(_AnswersForUs, webauthn.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(_AnswersForUs, webauthn.ReauthenticateWebAuthnForm):
    pass
