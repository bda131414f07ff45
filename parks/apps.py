from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParksConfig(AppConfig):
    name = "parks"
    verbose_name = _("Parks")

    def ready(self) -> None:
        from alliance.core import navigation, search, sitemap
        from alliance.notifications import desk

        from . import (  # noqa: F401
            cluster_list,
            directory,
            finding,
            merging,
            notices,
            notices_clusters,
            notices_quality,
            office_list,
            personal,
            policies,
            translations,
            workflows,
            workflows_clusters,
        )
        from .search import CLUSTERS, SOURCE

        search.register(SOURCE)
        search.register(CLUSTERS)
        sitemap.register(directory.public_pages)
        sitemap.register(cluster_list.public_pages)
        navigation.register(navigation.Entry("public", _("Parks"), "parks:park_list", order=10))
        navigation.register(navigation.Entry("public", _("Clusters"), "parks:cluster_list", order=12))
        translations.register()

        def has_park(request):  # type: ignore[no-untyped-def]
            return policies.edits_any(request.user)

        def sees_office(request):  # type: ignore[no-untyped-def]
            return policies.can_see_all(request.user)

        navigation.register(
            navigation.Entry("desk", _("Park profile"), "parks:desk_parks", order=20, who=has_park),
            navigation.Entry("desk", _("Clusters"), "parks:desk_clusters", order=25, who=has_park),
            navigation.Entry("office", _("Parks"), "parks:office_parks", order=20, who=sees_office),
            navigation.Entry("office", _("Clusters"), "parks:office_clusters", order=25, who=sees_office),
            navigation.Entry("office", _("Lists of parks"), "parks:saved_lists", order=22, who=sees_office),
        )
        navigation.register(
            navigation.Entry(
                "office",
                _("Possible duplicates"),
                "parks:duplicates",
                order=40,
                who=lambda request: policies.can_merge(request.user),
            ),
            navigation.Entry("office", _("Data quality"), "parks:quality", order=30, who=sees_office),
        )
        desk.register_next_step(
            desk.NextStep(
                "parks:quality",
                10,
                sees_office,
                _("Data quality"),
                _("Which entries have gaps, and a letter to those who can fill them."),
            )
        )
        desk.register_next_step(
            desk.NextStep(
                "parks:duplicates",
                20,
                lambda request: policies.can_merge(request.user),
                _("Possible duplicates"),
                _("Pairs that look alike and nobody has judged."),
            )
        )
        desk.register_panel("parks:quality_panel", 20, who=sees_office, title=_("Data quality"))
        desk.register_panel("parks:profile_panel", 10, who=has_park, title=_("Park profile"))
