from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation, sharedparts


class AccountsConfig(AppConfig):
    name = "alliance.accounts"
    label = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        from . import (  # noqa: F401  each makes itself known: lifecycles, search, what the law asks
            checks,
            decided_privacy,
            export,
            merging,
            personal,
            policies,
            purposes,
            search,
            watch,
            workflows,
        )

        sharedparts.keep_apart(lambda request: bool(purposes.new_texts(request.user)))
        navigation.register(
            navigation.Entry("desk", _("Team"), "accounts:team", order=60, who=lambda request: bool(request.duties)),
            navigation.Entry(
                "desk", _("Find your organisation"), "accounts:join", order=60, who=lambda request: not request.duties
            ),
            navigation.Entry(
                "office",
                _("Organisations and teams"),
                "accounts:organisations",
                order=60,
                who=lambda request: policies.can_see_organisations(request.user),
            ),
            navigation.Entry(
                "office",
                _("Settings of the alliance"),
                "accounts:settings",
                order=95,
                who=lambda request: policies.can_see_office(request.user),
            ),
            navigation.Entry(
                "council",
                _("Settings of the alliance"),
                "accounts:settings",
                order=90,
                who=lambda request: (
                    policies.can_see_settings(request.user) and not policies.can_see_office(request.user)
                ),
            ),
            navigation.Entry(
                "office",
                _("Lost second factors"),
                "accounts:lost_factors",
                order=70,
                who=lambda request: policies.can_help_with_factors(request.user),
            ),
            navigation.Entry("account", _("My details"), "accounts:profile", order=10),
            navigation.Entry("account", _("My duties"), "accounts:duties", order=20),
            navigation.Entry("account", _("Security"), "accounts:security", order=30),
            navigation.Entry("account", _("E-mail addresses"), "account_email", order=40),
            navigation.Entry("account", _("Password"), "account_change_password", order=50),
            navigation.Entry("account", _("Linked accounts"), "accounts:connections", order=55),
            navigation.Entry("account", _("My data"), "accounts:my_data", order=60),
            navigation.Entry("account", _("Consents"), "accounts:consents", order=65),
            navigation.Entry(
                "office",
                _("Requests about data"),
                "accounts:data_requests",
                order=86,
                who=lambda request: policies.can_protect_data(request.user),
            ),
            navigation.Entry(
                "office",
                _("Data incidents"),
                "accounts:breaches",
                order=87,
                who=lambda request: policies.can_protect_data(request.user),
            ),
        )
