from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from alliance.notifications import invariants as nightly

        from . import invariants, listening, merging, personal  # noqa: F401
        from .notices import cohorts, seats  # noqa: F401
        from .workflows.cohorts import COHORT  # noqa: F401

        nightly.register(invariants.broken)
        self._show_places()

    def _show_places(self) -> None:
        """The menus and the panel of "my desk" around places in cohorts."""
        from alliance.core import navigation, sitemap
        from alliance.notifications import desk

        from . import people_list, policies, policies_seats

        navigation.register(
            navigation.Entry(
                "desk", _("My learning"), "training:learning", order=60, who=lambda request: bool(request.user.pk)
            ),
            navigation.Entry(
                "desk",
                _("Our trainees"),
                "training:park_training",
                order=40,
                who=lambda request: policies.nominates_any(request.user),
            ),
            navigation.Entry(
                "desk",
                people_list.PEOPLE.title,
                "training:people",
                order=44,
                who=lambda request: policies_seats.sees_any_people(request.user),
            ),
        )
        desk.register_panel("training:learning_panel", 30, title=_("My learning"))
        sitemap.register(people_list.public_pages)
