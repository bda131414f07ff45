from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParksConfig(AppConfig):
    name = "parks"
    verbose_name = _("Parks")

    def ready(self) -> None:
        from alliance.core import navigation, search

        from . import translations
        from .search import SOURCE

        search.register(SOURCE)
        navigation.register(navigation.Entry("public", _("Parks"), "parks:park_list", order=10))
        translations.register()
