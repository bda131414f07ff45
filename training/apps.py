from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from alliance.core import navigation, search, sitemap
        from alliance.notifications import desk

        from . import lists, merging, personal, personal_certificates, policies  # noqa: F401
        from .certificates import batches, checks, menus, trust  # noqa: F401
        from .notices import programmes, versions  # noqa: F401
        from .search import SOURCE
        from .workflows import certificates as certificate_flow  # noqa: F401
        from .workflows import programmes as programme_flow  # noqa: F401
        from .workflows import versions as version_flow  # noqa: F401

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
        desk.register_next_step(
            desk.NextStep(
                "training:office_programmes",
                30,
                oversees,
                _("Joint training"),
                _("Every programme with its partners and cohorts."),
            )
        )


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
