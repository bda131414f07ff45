from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import policies, sealing, second_factor
from .models import User


class MFAAdapter(DefaultMFAAdapter):
    """Where allauth's second factors ask the portal: words, seals, and whose passkeys they are."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy(
            "Your duty requires a second factor, and this is your only one. Please add another one first."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Please set up an authenticator app or a passkey first."),
        "incorrect_code": gettext_lazy("This did not work. Please check the code, or try again with the key."),
        "code_used": gettext_lazy("This code has already been used. Please wait for the next one."),
        "wrong_origin": gettext_lazy("This passkey belongs to another website. You were not signed in."),
    }

    def get_totp_issuer(self) -> str:
        return "CCIPRA"

    def build_totp_svg(self, url: str) -> str:
        """Drawn with attributes alone: the content security policy forbids styles in the page."""
        return segno.make(url, error="m").svg_inline(
            scale=5, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        person = authenticator.user
        return policies.second_factor_of(person) != "required" or len(second_factor.factors_of(person)) > 1

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the address the operator has set, whatever host a request names."""
        return {"id": urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost", "name": "CCIPRA"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.name if isinstance(user, User) else str(user)}
