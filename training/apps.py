from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from alliance.core.navigation import Entry, register
        from alliance.notifications import desk

        from . import (  # noqa: F401
            attendance_requirement,
            merging,
            personal,
            policies,
            policies_seats,
        )
        from .notices import cohorts, seats  # noqa: F401
        from .notices import sessions as _sessions  # noqa: F401
        from .workflows import changes, sessions  # noqa: F401
        from .workflows.cohorts import COHORT  # noqa: F401

        def sees_cohorts(request: HttpRequest) -> bool:
            return policies_seats.sees_any_people(request.user)

        def teaches(request: HttpRequest) -> bool:
            return policies.teaches_any(request.user)

        desk.register_panel("training:teaching_panel", 15, who=teaches, title=_("My sessions"))
        register(
            Entry("desk", _("Cohorts"), "training:desk_cohorts", order=28, who=sees_cohorts),
            Entry("desk", _("My sessions"), "training:teaching", order=30, who=teaches),
            Entry("desk", _("Rooms"), "training:rooms", order=36, who=lambda r: policies.runs_any(r.user)),
        )
