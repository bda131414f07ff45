from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Lifecycles register themselves when they are imported.
FLOWS = ("attempts", "certificates", "changes", "cohorts", "placements", "programmes", "sessions", "versions")
# Pages of sessions lie in the menu where their reader comes from.
SESSIONS = ("desk/training/sessions/", "desk/training/attendance-changes/")


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from alliance.core import navigation, search, sitemap
        from alliance.notifications import desk
        from alliance.notifications import invariants as nightly

        from . import (  # noqa: F401
            attendance_requirement,
            importing,
            invariants,
            listening,
            lists,
            menus_assessment,
            menus_placements,
            merging,
            merging_placements,
            notices_assessment,
            notices_placements,
            personal,
            personal_assessment,
            personal_certificates,
            personal_placements,
            policies,
            policies_seats,
            requirement_results,
        )
        from .certificates import batches, checks, menus, trust  # noqa: F401
        from .notices import cohorts, programmes, seats, sessions, versions  # noqa: F401
        from .search import SOURCE

        for name in FLOWS:
            import_module(f"training.workflows.{name}")
        nightly.register(invariants.broken)
        self._show_places()
        menus.register()
        search.register(SOURCE)
        sitemap.register(public_pages)
        navigation.register(navigation.Entry("public", _("Training"), "training:programme_list", order=20))

        def has_part(request):  # type: ignore[no-untyped-def]
            who = request.user
            return policies.runs_any(who) or policies.teaches_any(who) or policies.awards_any(who)

        def oversees(request):  # type: ignore[no-untyped-def]
            return policies.oversees(request.user)

        navigation.register(
            navigation.Entry("desk", _("Programmes"), "training:desk_programmes", order=30, who=has_part),
            navigation.Entry("office", _("Joint training"), "training:office_programmes", order=24, who=oversees),
        )

        def sees_cohorts(request):  # type: ignore[no-untyped-def]
            return policies_seats.sees_any_people(request.user)

        def teaches(request):  # type: ignore[no-untyped-def]
            return policies.teaches_any(request.user)

        navigation.register(
            navigation.Entry("desk", _("Cohorts"), "training:desk_cohorts", order=31, who=sees_cohorts, also=SESSIONS),
            navigation.Entry("desk", _("My sessions"), "training:teaching", order=32, who=teaches, also=SESSIONS),
            navigation.Entry(
                "desk", _("Rooms"), "training:rooms", order=38, who=lambda request: policies.runs_any(request.user)
            ),
        )
        desk.register_panel("training:teaching_panel", 15, who=teaches, title=_("My sessions"))
        desk.register_next_step(
            desk.NextStep(
                "training:office_programmes",
                30,
                oversees,
                _("Joint training"),
                _("Every programme with its partners and cohorts."),
            )
        )

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
                also=("desk/training/parks/",),
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


def public_pages() -> Iterator[Any]:
    """Programmes and their published curricula, for search engines."""
    from django.urls import reverse

    from alliance.core.sitemap import Entry

    from .models import CurriculumVersion, Programme

    yield Entry(reverse("training:programme_list"))
    yield Entry(reverse("training:university_list"))
    for programme in Programme.objects.public().only("slug", "updated_at"):
        yield Entry(programme.get_absolute_url(), programme.updated_at)
    versions = CurriculumVersion.objects.public().select_related("curriculum")
    for version in versions.filter(curriculum__programme__state__in=Programme.PUBLIC_STATES):
        yield Entry(version.get_absolute_url(), version.published_at)
