from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "alliance.core"
    label = "core"

    def ready(self) -> None:
        post_migrate.connect(begin_chain, sender=self)


def begin_chain(using: str, **kwargs: Any) -> None:
    """A new database begins its audit chain at zero. A head that is there already is left alone."""
    from .chain_check import GENESIS
    from .models import ChainHead

    ChainHead.objects.using(using).get_or_create(pk=1, defaults={"seq": 0, "hash": GENESIS})
