"""Which foreign accounts people may sign in with: each is on when the environment names its id and its secret."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance import env


@dataclass(frozen=True)
class ForeignProvider:
    """Where people have an account already.

    `provider_id` is what linked rows carry. `hosts`: whom the portal itself asks. `union_keys` name, in what the
    provider says of a person, the id that stays when the operator registers the portal anew.
    """

    code: str
    title: str | Promise
    provider_id: str
    hosts: tuple[str, ...] = ()
    union_keys: tuple[str, ...] = ()
    name_keys: tuple[str, ...] = ()


CHINESE = (
    ForeignProvider("weixin", _("Weixin"), "weixin", ("api.weixin.qq.com",), ("unionid",), ("nickname",)),
    ForeignProvider("dingtalk", _("DingTalk"), "dingtalk", ("api.dingtalk.com",), ("unionId",), ("nick",)),
    ForeignProvider("feishu", _("Feishu"), "feishu", ("open.feishu.cn",), ("union_id",), ("name", "en_name")),
)
# What the person calls themselves at a sign-in server, in the order in which it is looked for.
OIDC_NAMES = ("name", "preferred_username", "nickname")


def from_environment() -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS as the environment asks for it."""
    found: dict[str, Any] = {}
    for provider in CHINESE:
        prefix = provider.code.upper()
        client_id, secret = env.text(f"{prefix}_CLIENT_ID"), env.text(f"{prefix}_CLIENT_SECRET")
        if client_id and secret:
            found[provider.code] = {"APP": {"client_id": client_id, "secret": secret, "name": provider.code}}
    server, client_id = env.text("OIDC_SERVER_URL").rstrip("/"), env.text("OIDC_CLIENT_ID")
    secret = env.text("OIDC_CLIENT_SECRET")
    if server and client_id and secret:
        found["openid_connect"] = oidc(server, client_id, secret, env.text("OIDC_NAME", "OpenID Connect"))
    return found


def oidc(server: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """One sign-in server. Its people are known by the server too: another one's number 1 is somebody else."""
    known_as = f"oidc-{hashlib.sha256(server.encode()).hexdigest()[:8]}"
    app = {"provider_id": known_as, "name": name, "client_id": client_id, "secret": secret}
    return {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": server}}]}


def switched_on() -> dict[str, ForeignProvider]:
    """Those people may use, by code."""
    asked: Mapping[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    found = {provider.code: provider for provider in CHINESE if provider.code in asked}
    for app in asked.get("openid_connect", {}).get("APPS", []):
        host = app["settings"]["server_url"].partition("://")[2].partition("/")[0]
        found["oidc"] = ForeignProvider("oidc", app["name"], app["provider_id"], (host,), (), OIDC_NAMES)
    return found


def title_of(provider_id: str) -> str | Promise:
    """What a linked row's provider is called, also while it is off."""
    known = {provider.provider_id: provider.title for provider in (*CHINESE, *switched_on().values())}
    return known.get(provider_id, "OpenID Connect" if provider_id.startswith("oidc") else provider_id)
