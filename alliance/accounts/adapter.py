import contextlib
import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from alliance.core.errors import RuleBroken

from . import emails, invited, policies, services
from .models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Where allauth asks the portal: words, letters, ways on."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("This is the address you sign in with. Please choose another one first."),
        "duplicate_email": _("This address is yours already."),
        "email_password_mismatch": _("E-mail and password do not go together. Please check both."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link is no longer valid."),
        "max_email_addresses": _("You can have up to %d addresses."),
        "rate_limited": _("Too many attempts. Please wait a few minutes and try again."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
        "unverified_primary_email": _("Please confirm this address first."),
    }

    # Letters ----------------------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person it goes to. Where the mail server is away, the page says so and stays."""
        person = context.get("user") or User.objects.filter(emailaddress__email=email).order_by("pk").first()
        with translation.override(person.language if person else translation.get_language()):
            mail = emails.compose(template_prefix, email, context)
        if mail is None:
            super().send_mail(template_prefix, email, context)
            return
        try:
            mail.send()
        except (OSError, SMTPException) as error:
            logger.warning("letter %s was not sent: %s", template_prefix, error.__class__.__name__)
            words = _("The e-mail could not be sent just now. Please try again in a few minutes.")
            messages.warning(allauth_context.request, words)

    # Invitations ------------------------------------------------------------------------------------------------------

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        invitation = invited.remembered(request)
        return invitation is not None and invitation.email == email.lower()

    def post_login(self, request: HttpRequest, user: Any, *, signup: bool, **kwargs: Any) -> HttpResponse:
        """Whoever signed up by an invitation has accepted it thereby, and goes to the desk."""
        invitation = invited.remembered(request)
        if invitation and signup:
            # Taken back in this very moment: the invitation's page, where the person goes next, says so.
            with contextlib.suppress(RuleBroken):
                services.accept_invitation(invitation, by=user)
                invited.forget(request)
                kwargs["redirect_url"] = self.get_login_redirect_url(request)
        return super().post_login(request, user, signup=signup, **kwargs)

    # Ways on ----------------------------------------------------------------------------------------------------------

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the desk; whoever acts for nobody yet, to finding their organisation."""
        if not policies.duties_of(request.user):
            return reverse("accounts:join")
        return super().get_login_redirect_url(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def logout(self, request: HttpRequest) -> None:
        super().logout(request)
        request.signed_out = True  # type: ignore[attr-defined]
