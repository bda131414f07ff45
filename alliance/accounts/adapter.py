import contextlib
import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from alliance.core.errors import RuleBroken

from . import emails, invited, passwords, policies, reauthentication, second_factor, services
from .models import DataRequest, SecurityEvent, User
from .models.people import PRIVILEGED_LENGTH
from .roles import ROLES
from .services import security

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Where allauth asks the portal: words, letters, ways on."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("This is the address you sign in with. Please choose another one first."),
        "duplicate_email": _("This address is yours already."),
        "email_password_mismatch": _("That e-mail and password do not match. Please check both."),
        "enter_current_password": _("This is not your current password."),
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

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A change of the account is told at every address of the person, one just left included (6.14)."""
        if email and not template_prefix.startswith("account/"):
            # Whoever names the address goes through all of them.
            super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)
            return
        addresses = list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))
        facts = {"user": user, **(context or {})}
        for address in dict.fromkeys([*filter(None, [email]), *addresses]):
            super().send_notification_mail(template_prefix, user, facts, address)

    # Signing in -------------------------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        if security.is_limited(credentials.get("email") or "", request):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        person = super().authenticate(request, **credentials)
        if person is not None and not person.password_is_long:
            self._note_length(person, credentials.get("password") or "")
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted alike whether the account exists or not; its owner sees it."""
        login = credentials.get("email") or ""
        person = User.objects.filter(emailaddress__email=login.strip().lower()).first()
        security.note(SecurityEvent.Kind.WRONG_PASSWORD, person, request, login=login)

    def _note_length(self, person: User, password: str) -> None:
        """For passwords set before lengths were noted: the moment of signing in tells."""
        if len(password) >= PRIVILEGED_LENGTH:
            person.password_is_long = True
            User.objects.filter(pk=person.pk).update(password_is_long=True)

    def clean_password(self, password: str, user: Any = None) -> str:
        """Whoever signs up with an invitation to a privileged duty needs its longer password from the beginning."""
        invitation = invited.remembered(allauth_context.request)
        if invitation is not None and ROLES[invitation.role_code].privileged:
            passwords.check_length(password, PRIVILEGED_LENGTH)
        return super().clean_password(password, user)

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        """By the second factor where one is set; the password alone is not enough then (6.19)."""
        methods = super().get_reauthentication_methods(user)
        if not user.is_authenticated or not second_factor.has_factor(user):
            return methods
        words = {
            "mfa_reauthenticate": _("Use a code instead"),
            "mfa_reauthenticate:webauthn": _("Use a passkey instead"),
        }
        strong = [method | {"description": words[method["id"]]} for method in methods if method["id"] in words]
        has_app = any(factor.type == "totp" for factor in second_factor.factors_of(user))
        return strong if has_app else strong[::-1]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Setting up a factor right after signing in asks for nothing twice."""
        if app == "allauth.mfa" and reauthentication.is_recent(allauth_context.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

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
        """To the desk; who acts for nobody yet, to finding an organisation; who is leaving, to where one stays."""
        if DataRequest.objects.closing().filter(person=request.user).exists():
            return reverse("accounts:my_data")
        if not policies.duties_of(request.user):
            return reverse("accounts:join")
        return super().get_login_redirect_url(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def logout(self, request: HttpRequest) -> None:
        request.signs_out = True  # type: ignore[attr-defined]
        super().logout(request)
        request.signed_out = True  # type: ignore[attr-defined]
