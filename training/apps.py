from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from . import (  # noqa: F401
            menus_assessment,
            menus_placements,
            merging,
            merging_placements,
            notices_assessment,
            notices_placements,
            personal,
            personal_assessment,
            personal_placements,
            requirement_results,
        )
        from .workflows import attempts, placements  # noqa: F401
