"""Specialised clusters for everybody: the list, and the page of each that the council approved."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core import markdown
from alliance.core.bilingual import BilingualText
from alliance.core.limits import limited
from alliance.core.parts import render_part, wants_part
from alliance.core.search.views import SEARCHES, has_words
from alliance.core.sharedparts import shared, shared_page
from alliance.core.templatetags.ui import bi
from alliance.core.views.lists import offer

from .. import chain, policies
from ..cluster_list import CLUSTERS, cards
from ..models import Cluster, ClusterMember, FieldOfWork
from ..presentation import Story, names_of


@login_not_required
@require_safe
@limited(SEARCHES, when=has_words)
def cluster_list(request: HttpRequest) -> HttpResponse:
    made = partial(shared, "parks:cluster_list", request.META.get("QUERY_STRING", ""), partial(_make_list, request))
    if wants_part(request):
        part = made()
        response = render_part(request, "parks/cluster_list.html", "parks/_cluster_list_part.html", part)
        response["HX-Push-Url"] = part["link"]
        return response

    def context() -> dict[str, Any]:
        part = made()
        status = 404 if part["is_beyond_end"] else 200
        return {**part, "status": status, "crumbs": [(_("Home"), reverse("home")), (_("Specialised clusters"), None)]}

    response = shared_page(request, "parks/cluster_list.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _make_list(request: HttpRequest) -> dict[str, Any]:
    """The list as everybody sees it at this address."""
    listing = CLUSTERS.read(request.GET)
    context = {
        "listing": listing,
        "cards": cards(listing) if listing.view.code == "cards" else [],
        "export": offer(listing),
        "is_filtered": bool(listing.chosen),
    }
    return {
        "list": render_to_string("parks/_cluster_list.html", context, request),
        "total": listing.total,
        "link": listing.link(),
        "is_beyond_end": listing.is_beyond_end,
    }


@login_not_required
@require_safe
def cluster_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A cluster that the council approved, dissolved ones included. Drafts do not exist here."""
    cluster = get_object_or_404(Cluster.objects.public().select_related("lead_park"), slug=slug)
    manages = policies.can_manage_clusters(request.user)

    def context() -> dict[str, Any]:
        return {
            **shown(cluster),
            "manages": manages,
            "crumbs": [
                (_("Home"), reverse("home")),
                (_("Specialised clusters"), reverse("parks:cluster_list")),
                (bi(cluster.name, mark=False), None),
            ],
        }

    return shared_page(request, "parks/cluster_detail.html", context, variant=f"{manages:d}")


def shown(cluster: Cluster) -> dict[str, Any]:
    """What a page says of a cluster, in the active language."""
    places = list(
        cluster.places.filter(since__isnull=False)
        .shown()
        .select_related("park__province", "park__city")
        .order_by("since", "pk")
    )
    held = [place for place in places if place.state == ClusterMember.State.ACCEPTED]
    provinces = {place.park.province_id: place.park.province for place in held}
    return {
        "cluster": cluster,
        "stages": chain.stages(held),
        "held": by_park(held),
        "earlier": [place for place in places if place.state == ClusterMember.State.LEFT],
        "fields": names_of(FieldOfWork, cluster.fields),
        "provinces": list(provinces.values()),
        "charter": _story(cluster.charter),
        "goals": _story(cluster.goals),
        "lead": cluster.lead_park if cluster.lead_park and cluster.lead_park.is_public else None,
        "parks_url": f"{reverse('parks:park_list')}?cluster={cluster.slug}" if cluster.is_in_force else "",
    }


def place_line(place: ClusterMember) -> str:
    return format_html("{} · {}", bi(place.park.name, mark=False), place.get_role_display())


def by_park(held: list[ClusterMember]) -> list[dict[str, Any]]:
    """Each park once, with all places it holds."""
    found: dict[int, dict[str, Any]] = {}
    for place in held:
        line = found.setdefault(place.park_id, {"park": place.park, "places": [], "since": place.since})
        line["places"].append(place)
    return list(found.values())


def _story(text: BilingualText) -> Story | None:
    return Story(markdown.render(text), text.lang, text.is_fallback) if text else None
