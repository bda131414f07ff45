"""Newly published projects as a feed, in the language of its address and with the conditions of the list."""

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.core.lists import Listing

from .lists import NO_PROMISE, PROJECTS, where
from .models import Project
from .presentation import money

MOST = 40


class ProjectFeed(Feed):
    """Nothing that is offered stands in it (J-5)."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Listing:
        return PROJECTS.read(request.GET)

    def title(self, listing: Listing) -> str:
        name = _("Joint projects of the cultural industry parks")
        return f"{name}{_(': ')}{listing.in_words}" if listing.in_words else str(name)

    def description(self, listing: Listing) -> str:
        return str(NO_PROMISE)

    def link(self, listing: Listing) -> str:
        return settings.PUBLIC_BASE_URL + listing.link(page=None, view=None, sort=None)

    def feed_url(self, listing: Listing) -> str:
        path, query = reverse("investment:project_feed"), listing.query
        return settings.PUBLIC_BASE_URL + (f"{path}?{query}" if query else path)

    def items(self, listing: Listing) -> list[Project]:
        rows = listing.definition.fetch(listing.filter.narrowed())
        return list(rows.order_by("-published_at", "pk")[:MOST])

    def item_title(self, project: Project) -> str:
        return str(project.title)

    def item_description(self, project: Project) -> str:
        facts = [
            str(project.summary),
            _("Capital sought: %(amount)s") % {"amount": money(project.need)},
            " · ".join(str(place) for place in where(project)),
            _("Sample: no figure is real.") if project.is_sample else "",
            str(NO_PROMISE),
        ]
        return "\n".join(fact for fact in facts if fact)

    def item_link(self, project: Project) -> str:
        return settings.PUBLIC_BASE_URL + project.get_absolute_url()

    def item_guid(self, project: Project) -> str:
        return f"{settings.PUBLIC_BASE_URL}/projects/{project.slug}"

    item_guid_is_permalink = False

    def item_pubdate(self, project: Project) -> Any:
        return project.published_at

    def item_categories(self, project: Project) -> list[str]:
        return [str(name) for name in (project.field and project.field.name, project.get_kind_display()) if name]
