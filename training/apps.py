from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from alliance.core.navigation import Entry, register

        from . import (  # noqa: F401
            attendance_requirement,
            merging,
            personal,
            policies,
        )
        from .notices import cohorts, seats  # noqa: F401
        from .notices import sessions as _sessions  # noqa: F401
        from .workflows import changes, sessions  # noqa: F401
        from .workflows.cohorts import COHORT  # noqa: F401

        register(
            Entry("desk", _("My sessions"), "training:teaching", order=30, who=lambda r: policies.teaches_any(r.user)),
            Entry("desk", _("Rooms"), "training:rooms", order=36, who=lambda r: policies.runs_any(r.user)),
        )
