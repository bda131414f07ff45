"""The directory and the page of a park, for everybody."""

from functools import cache, partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core import search, tiles
from alliance.core.bilingual import pick
from alliance.core.limits import limited
from alliance.core.lists import Listing
from alliance.core.lists.comparison import LEAST_COMPARED, MOST_COMPARED
from alliance.core.parts import render_part, wants_part
from alliance.core.search.views import SEARCHES, has_words
from alliance.core.sharedparts import shared, shared_page
from alliance.core.templatetags.ui import bi
from alliance.core.views.lists import offer, send_list

from .. import comparison, policies
from ..directory import PARKS, draw_page
from ..models import Park
from ..presentation import present, relations


@login_not_required
@require_safe
@limited(SEARCHES, when=has_words)
def park_list(request: HttpRequest) -> HttpResponse:
    """The directory: cards, table or map of one and the same list."""
    made = partial(shared, "parks:park_list", request.META.get("QUERY_STRING", ""), partial(make_list, request))
    if wants_part(request):
        part = made()
        response = render_part(request, "parks/park_list.html", "parks/_park_list_part.html", part)
        # The address bar shows the short form, without the empty fields of the form.
        response["HX-Push-Url"] = part["link"]
        return response
    response = shared_page(request, "parks/park_list.html", lambda: page_context(made()))
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_context(made: dict[str, Any]) -> dict[str, Any]:
    # Beyond the last page there is nothing at this address; the page says so and leads back.
    status = 404 if made["is_beyond_end"] else 200
    return {**made, "status": status, "crumbs": [(_("Home"), reverse("home")), (_("Parks"), None)]}


def make_list(request: HttpRequest) -> dict[str, Any]:
    """The list as everybody sees it at this address: nothing in it depends on the reader."""
    listing = PARKS.read(request.GET)
    context = directory_context(listing, request.GET.getlist("park"))
    return {
        "list": render_to_string("parks/_park_list.html", context, request),
        "total": listing.total,
        "link": listing.link(),
        "is_beyond_end": listing.is_beyond_end,
    }


def directory_context(listing: Listing, picked: list[str]) -> dict[str, Any]:
    selection = comparison.select(picked)
    slugs = set(selection.slugs)
    is_full = len(selection.rows) >= MOST_COMPARED
    has_cards = listing.view.code == "cards"
    on_page = {park.slug for park in listing.page} if has_cards and slugs else set[str]()
    return {
        "listing": listing,
        "cards": draw_page(listing, slugs, is_full=is_full) if has_cards else "",
        "tiles": province_tiles(listing),
        "ranking": province_ranking(listing) if listing.view.code == "map" else [],
        "selection": selection,
        "kept_picks": [slug for slug in selection.slugs if slug not in on_page],
        "picks": [
            (park, listing.link(park=[slug for slug in selection.slugs if slug != park.slug]))
            for park in selection.rows
        ],
        "compare_url": compare_url(selection.slugs),
        "most": MOST_COMPARED,
        "least": LEAST_COMPARED,
        "export": offer(listing),
        "meant": meant(listing) if not listing.total else [],
    }


def meant(listing: Listing) -> list[tuple[Any, str]]:
    """Names that sound like words which found nothing, each with its list."""
    if not listing.text:
        return []
    names = [pick(found.title_zh, found.title_en) for found in search.suggestions(search.parse(listing.text))]
    return [(name, listing.link(q=name)) for name in names if name]


def province_tiles(listing: Listing) -> tiles.TileMap:
    """The provinces with the rows of this very list; a tile adds its province to the filter, or takes it away."""
    chosen = listing.chosen.get("province", [])
    provinces = listing.filter.known_options["province"]
    links = listing.links(
        "province",
        (
            (code, [other for other in chosen if other != code] if code in chosen else [*chosen, code])
            for code in provinces
        ),
    )
    return tiles.tile_map(
        provinces.values(),  # type: ignore[arg-type]
        listing.places,
        url=lambda province: links[province.code],
        current=set(chosen),
    )


def province_ranking(listing: Listing) -> list[tuple[Any, int, str]]:
    """The map as a table: provinces by number of rows, each with the list of its rows."""
    provinces = listing.filter.known_options["province"]
    ranked = sorted(listing.places.items(), key=lambda item: (-item[1], item[0]))
    return [
        (provinces[code], number, listing.link(province=[code], view=None))
        for code, number in ranked
        if code in provinces
    ]


def compare_url(slugs: list[str]) -> str:
    return f"{reverse('parks:park_compare')}?{'&'.join(f'park={slug}' for slug in slugs)}"


@login_not_required
@require_safe
def park_export(request: HttpRequest) -> HttpResponseBase:
    """The list that the reader sees, as CSV, under the address that people and programs know."""
    return send_list(request, PARKS, "csv")


@login_not_required
@require_safe
def park_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What is published of a park. Drafts and suspended parks are not found, as if they did not exist."""
    sees_contact = policies.can_see_contact(request.user)

    @cache
    def park() -> Park:
        return get_object_or_404(Park.objects.public().select_related("province", "city", "organisation"), slug=slug)

    # Which park it is matters only to those who edit any; everybody else shares its page without asking for it.
    edits = policies.edits_some(request.user) and policies.can_edit_profile(request.user, park())

    def context() -> dict[str, Any]:
        listing = reverse("parks:park_list")
        crumbs = [
            (_("Home"), reverse("home")),
            (_("Parks"), listing),
            (park().province.short, f"{listing}?province={park().province_id}"),
            (bi(park().name, mark=False), None),
        ]
        return {**make_park(request, park(), sees_contact, edits), "park": park(), "crumbs": crumbs}

    return shared_page(request, "parks/park_detail.html", context, variant=f"{sees_contact:d}{edits:d}")


def make_park(request: HttpRequest, park: Park, sees_contact: bool, edits: bool) -> dict[str, Any]:
    """The body of the page, the same for all who may see as much and do as much."""
    prefetch_related_objects([park], *relations())
    context = present(park, sees_members_only=sees_contact)
    context["compare_url"] = f"{reverse('parks:park_list')}?park={park.slug}"
    context["edit_url"] = reverse("parks:desk_park", args=[park.slug]) if edits else ""
    return {
        "body": render_to_string("parks/_park.html", context, request),
        "structured_data": context["structured_data"],
    }
