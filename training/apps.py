from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from . import merging, personal, personal_certificates, workflows_certificates  # noqa: F401
        from .certificates import batches, checks, menus, trust  # noqa: F401

        menus.register()
