"""What allauth asks while somebody comes back from Weixin, DingTalk, Feishu or a sign-in server.

A foreign account opens nothing by itself. A signed-in person links it; from then on it stands for their password, and
the second factor is still asked. Equal e-mail addresses link nothing, and nobody signs up through it (6.13).
"""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from alliance.core.errors import RuleBroken

from .forms.fields import clean_line
from .models import User
from .providers import ForeignProvider, switched_on, title_of
from .services import foreign

LONGEST_NAME = 80


class ForeignAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Of all that the provider tells, the lasting id and the name shown there are kept; no mail, no picture."""
        account = sociallogin.account
        account.extra_data = kept(account.provider, account.extra_data)
        sociallogin.email_addresses = []
        return sociallogin.user

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        union_id = sociallogin.account.extra_data.get("union_id", "")
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(self._linked(request, sociallogin, union_id))
        if not sociallogin.is_existing:
            found = foreign.known_by_union(sociallogin.account.provider, union_id)
            if found is None:
                raise ImmediateHttpResponse(self._not_linked(request, sociallogin))
            sociallogin.account = foreign.move_to_new_id(found, sociallogin.account.uid)
            sociallogin.user = sociallogin.account.user
        foreign.remember_union(sociallogin.account, union_id)

    def _linked(self, request: HttpRequest, sociallogin: SocialLogin, union_id: str) -> HttpResponse:
        """Only for the person who set out to link it, in the same session."""
        target = redirect("accounts:connections")
        setting_out = (sociallogin.state.get("data") or {}).get("person")
        if not request.user.is_authenticated or setting_out != request.user.pk:
            messages.error(request, _("Please sign in again, and then link the account once more."))
            return target
        title = title_of(sociallogin.account.provider)
        account = SocialAccount(
            provider=sociallogin.account.provider,
            uid=sociallogin.account.uid,
            extra_data=sociallogin.account.extra_data,
        )
        try:
            is_new = foreign.link(request.user, account, union_id=union_id)
        except RuleBroken as broken:
            messages.error(request, str(broken))
            return target
        if is_new:
            tell_all_addresses("account_connected", request.user, account)
            messages.success(request, _("%(provider)s is linked. You can sign in with it now.") % {"provider": title})
        else:
            messages.info(request, _("%(provider)s was linked to your account already.") % {"provider": title})
        return target

    def _not_linked(self, request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
        context = {"title": title_of(sociallogin.account.provider)}
        return render(request, "accounts/not_linked.html", context, status=403)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        is_cancelled = error == AuthError.CANCELLED
        raise ImmediateHttpResponse(did_not_work(request, title_of(provider.sub_id), is_cancelled=is_cancelled))


def did_not_work(request: HttpRequest, title: Any, *, is_cancelled: bool = False) -> HttpResponse:
    context = {"title": title, "is_cancelled": is_cancelled}
    return render(request, "accounts/foreign_error.html", context, status=200 if is_cancelled else 401)


def kept(provider_id: str, said: dict[str, Any]) -> dict[str, str]:
    """The lasting id and the name from what the provider says of a person."""
    provider = next((on for on in switched_on().values() if on.provider_id == provider_id), None)
    if provider is None:
        return {}
    values = said.get("userinfo") or said.get("id_token") or said
    found = {"union_id": _first(values, provider.union_keys)[:191], "name": _name(values, provider)}
    return {key: value for key, value in found.items() if value}


def _first(said: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((value for key in keys if isinstance(value := said.get(key), str) and value), "")


def _name(said: dict[str, Any], provider: ForeignProvider) -> str:
    return clean_line(_first(said, provider.name_keys))[:LONGEST_NAME]


def tell_all_addresses(letter: str, person: User, account: SocialAccount) -> None:
    """At every change of what opens an account, all its confirmed addresses hear of it (6.14)."""
    adapter = get_account_adapter()
    facts = {"user": person, "provider": str(title_of(account.provider))}
    for email in person.emailaddress_set.filter(verified=True).values_list("email", flat=True):
        adapter.send_notification_mail(f"socialaccount/email/{letter}", person, facts, email=email)
