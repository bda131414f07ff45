from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllianceConfig(AppConfig):
    """The front door, and the commands that set the whole portal up."""

    name = "alliance"
    label = "alliance"
    verbose_name = _("Alliance")

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from alliance.core import navigation

        navigation.register(
            navigation.Entry("public", _("How it works"), "processes", order=70),
            navigation.Entry("public", _("Glossary"), "glossary", order=80),
            navigation.Entry("public", _("About"), "about", order=90),
        )
        # What each app can take in from a table (alliance/core/imports).
        autodiscover_modules("importing")
