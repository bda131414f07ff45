"""Linked accounts: seen, added, taken off, signed in with."""

from collections.abc import Callable

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.dingtalk import views as dingtalk
from allauth.socialaccount.providers.feishu import views as feishu
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.socialaccount.providers.weixin import views as weixin
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.core.errors import RuleBroken

from ..foreign import did_not_work, tell_all_addresses
from ..providers import switched_on, title_of
from ..reauthentication import recently_authenticated
from ..services import foreign

LANGUAGE = "foreign_account_language"
ANSWERS: dict[str, Callable[..., HttpResponse]] = {
    "weixin": weixin.oauth2_callback,
    "dingtalk": dingtalk.oauth2_callback,
    "feishu": feishu.oauth2_callback,
}


def _switched_off(request: HttpRequest) -> HttpResponse:
    """The page was opened before it was switched off."""
    messages.error(request, _("Signing in with this account is switched off here."))
    return redirect("accounts:connections" if request.user.is_authenticated else "account_login")


@require_GET
def connections(request: HttpRequest) -> HttpResponse:
    accounts = list(SocialAccount.objects.filter(user=request.user).order_by("provider", "pk"))
    linked = {account.provider for account in accounts}
    context = {
        "linked": [(account, title_of(account.provider), account.extra_data.get("name", "")) for account in accounts],
        "offered": [provider for provider in switched_on().values() if provider.provider_id not in linked],
    }
    return render(request, "accounts/connections.html", context)


@require_POST
@recently_authenticated
def link_connection(request: HttpRequest, code: str) -> HttpResponse:
    return _leave(request, code, AuthProcess.CONNECT, {"person": request.user.pk})


@login_not_required
@require_POST
def sign_in_with(request: HttpRequest, code: str) -> HttpResponse:
    return _leave(request, code, AuthProcess.LOGIN, None)


def _leave(request: HttpRequest, code: str, process: str, data: dict | None) -> HttpResponse:
    """To the provider by way of a page: browsers hold a form's redirects to `form-action 'self'` too, and which hosts
    a provider passes through on its way is its own affair. A page that leads on needs no exception (6.30)."""
    provider = switched_on().get(code)
    if provider is None:
        return _switched_off(request)
    request.session[LANGUAGE] = translation.get_language()
    known = get_adapter().get_provider(request, provider=provider.provider_id)
    try:
        answer = known.redirect(request, process, next_url=get_next_redirect_url(request), data=data)
    except (OSError, KeyError, ValueError):
        # A sign-in server is asked for its addresses first; it may be away or say something else.
        return did_not_work(request, provider.title)
    if not isinstance(answer, HttpResponseRedirectBase):
        return answer
    return render(request, "accounts/leaving.html", {"title": provider.title, "url": answer.url})


@login_not_required
@require_GET
def come_back(request: HttpRequest, code: str, **_kwargs: str) -> HttpResponse:
    """From the provider, in the language in which the person left."""
    provider = switched_on().get(code)
    if provider is None:
        raise Http404
    with translation.override(request.session.pop(LANGUAGE, None) or translation.get_language()):
        try:
            if code == "oidc":
                return openid_connect.callback(request, provider.provider_id)
            return ANSWERS[code](request)
        except (KeyError, TypeError, ValueError, AttributeError):
            # What the provider says of a person is not what it should be.
            return did_not_work(request, provider.title)


@require_POST
@recently_authenticated
def unlink_connection(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(SocialAccount, pk=pk, user=request.user)
    try:
        foreign.unlink(account, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        tell_all_addresses("account_disconnected", request.user, account)
        title = title_of(account.provider)
        messages.success(request, _("%(provider)s is no longer linked.") % {"provider": title})
    return redirect("accounts:connections")
