from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from alliance.notifications import invariants as nightly

        from . import invariants, merging, personal  # noqa: F401
        from .notices import cohorts, seats  # noqa: F401
        from .workflows.cohorts import COHORT  # noqa: F401

        nightly.register(invariants.broken)
