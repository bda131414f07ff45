"""What an operator should know before people rely on the portal: record numbers, facts of the notice, providers."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import Error

from alliance.core.legal import LEGAL_ADDRESS, LEGAL_ENTITY, PRIVACY_CONTACT

from .decided_privacy import DATA_LOCATION
from .providers import switched_on

FACTS = (LEGAL_ENTITY, LEGAL_ADDRESS, PRIVACY_CONTACT, DATA_LOCATION)


@register(Tags.security, deploy=True)
def footer_numbers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Sites in the mainland show two numbers at their foot (6.66); an operator elsewhere silences what is not due."""
    found: list[CheckMessage] = []
    if not settings.ICP_NUMBER:
        hint = "Set ICP_NUMBER, such as 京ICP备12345678号. Where none is due: SILENCED_CHECKS=privacy.W001"
        found.append(Warning("The footer shows no ICP record number.", hint=hint, id="privacy.W001"))
    if not settings.PSB_NUMBER:
        hint = "Set PSB_NUMBER, such as 京公网安备 11010502030000号. Where none is due: SILENCED_CHECKS=privacy.W002"
        found.append(Warning("The footer shows no public-security record number.", hint=hint, id="privacy.W002"))
    return found


@register(Tags.security, deploy=True)
def sign_in_server(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Who speaks to a sign-in server without TLS lets others sign in as anybody."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if all(app["settings"]["server_url"].startswith("https://") for app in apps):
        return []
    return [Warning("OIDC_SERVER_URL does not begin with https://.", id="privacy.W003")]


@register(Tags.database)
def facts_of_the_notice(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """`manage.py check --database default` asks; the notice itself shows what is missing to everybody."""
    if not databases or not settings.PRODUCTION:
        return []
    try:
        missing = [fact.code for fact in FACTS if not any(fact.both().values())]
    except Error:
        return []  # the tables are not there yet
    if not missing:
        return []
    hint = f"The data desk writes them in the office, under settings of the alliance: {', '.join(missing)}."
    return [Warning("The privacy notice lacks facts that only the operator knows.", hint=hint, id="privacy.W004")]


def outbound_hosts() -> list[tuple[str, str]]:
    """Whom the portal's servers speak to by themselves, as (host, why code), from what is switched on."""
    hosts = [(settings.EMAIL_HOST, "mail")] if settings.EMAIL_HOST else []
    hosts += [(host, provider.code) for provider in switched_on().values() for host in provider.hosts]
    return hosts
