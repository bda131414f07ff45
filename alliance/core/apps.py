from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "alliance.core"
    label = "core"

    def ready(self) -> None:
        from . import jobs, legal, navigation, tracing  # noqa: F401  what the law asks for is set on the settings page
        from .imports import kinds, requests
        from .search import visibility

        post_migrate.connect(begin_chain, sender=self)
        tracing.connect()
        jobs.finished(requests.stopped)
        navigation.register(
            navigation.Entry("account", _("Files and background jobs"), "core:jobs", order=35),
            navigation.Entry(
                "office",
                _("Imports"),
                "core:imports",
                order=30,
                who=lambda request: bool(kinds.kinds_for(request.user, "office")),
            ),
            navigation.Entry(
                "office",
                _("Synonyms"),
                "core:synonyms",
                order=90,
                who=lambda request: visibility.can_edit_synonyms(request.user),
            ),
        )


def begin_chain(using: str, **kwargs: Any) -> None:
    """A new database begins its audit chain at zero. A head that is there already is left alone."""
    from .chain_check import GENESIS
    from .models import ChainHead

    ChainHead.objects.using(using).get_or_create(pk=1, defaults={"seq": 0, "hash": GENESIS})
