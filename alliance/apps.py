from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AllianceConfig(AppConfig):
    """The front door, and the commands that set the whole portal up."""

    name = "alliance"
    label = "alliance"
    verbose_name = _("Alliance")

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from alliance.core import navigation, sitemap

        navigation.register(
            navigation.Entry("more", _("How it works"), "processes", order=70),
            navigation.Entry("more", _("Glossary"), "glossary", order=80),
            navigation.Entry("more", _("About"), "about", order=90),
        )
        sitemap.register(front_pages)
        # What each app can take in from a table (alliance/core/imports).
        autodiscover_modules("importing")


def front_pages() -> Iterator[Any]:
    """The pages of the front door, for search engines."""
    from alliance.core import workflow
    from alliance.core.sitemap import Entry

    for name in ("home", "about", "processes", "glossary", "privacy", "terms", "core:audit"):
        yield Entry(reverse(name))
    for code in sorted(workflow.registry):
        yield Entry(reverse("process", args=[code]))
