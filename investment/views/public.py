"""Joint projects for everybody: the list, the page of a project, projects side by side, results."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from alliance.core.limits import limited
from alliance.core.lists import EXPORTS, Listing
from alliance.core.lists.comparison import LEAST_COMPARED, MOST_COMPARED
from alliance.core.parts import render_part, wants_part
from alliance.core.search.views import SEARCHES, has_words
from alliance.core.sharedparts import shared, shared_page
from alliance.core.views.lists import offer
from parks.views.public import province_tiles

from .. import comparison, factsheet, policies
from ..lists import PROJECTS, card_of, ranking
from ..models import Project, ProjectOutcome
from ..services import followers

RESULTS_SHOWN = 24


def trail(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [(_("Home"), reverse("home")), (_("Joint projects"), reverse("investment:project_list")), *more]


# The list -----------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
@limited(SEARCHES, when=has_words)
def project_list(request: HttpRequest) -> HttpResponse:
    """Cards, table or map of one and the same list; the same for everybody (J-5)."""
    query = request.META.get("QUERY_STRING", "")
    made = partial(shared, "investment:project_list", query, partial(make_list, request))
    if wants_part(request):
        part = made()
        response = render_part(
            request, "investment/public/project_list.html", "investment/public/_list_part.html", part
        )
        response["HX-Push-Url"] = part["link"]
        return response
    response = shared_page(request, "investment/public/project_list.html", lambda: page_context(made()))
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_context(made: dict[str, Any]) -> dict[str, Any]:
    status = 404 if made["is_beyond_end"] else 200
    return {**made, "status": status, "crumbs": [(_("Home"), reverse("home")), (_("Joint projects"), None)]}


def make_list(request: HttpRequest) -> dict[str, Any]:
    listing = PROJECTS.read(request.GET)
    context = list_context(listing, request.GET.getlist("project"))
    return {
        "list": render_to_string("investment/public/_list.html", context, request),
        "total": listing.total,
        "link": listing.link(),
        "feed_url": context["feed_url"],
        "is_beyond_end": listing.is_beyond_end,
    }


def list_context(listing: Listing, picked: list[str]) -> dict[str, Any]:
    selection = comparison.select(picked)
    slugs = selection.slugs
    cards = [card_of(project, slugs) for project in listing.page] if listing.view.code == "cards" else []
    on_page = {card.project.slug for card in cards}
    query = listing.query
    feed_url = with_query(reverse("investment:project_feed"), query)
    prospectus = reverse("investment:project_prospectus")
    return {
        "listing": listing,
        "cards": cards,
        "is_full": len(slugs) >= MOST_COMPARED,
        "tiles": province_tiles(listing),
        "ranking": ranking(listing) if listing.view.code == "map" else [],
        "selection": selection,
        "kept_picks": [slug for slug in slugs if slug not in on_page],
        "picks": [
            (project, listing.link(project=[slug for slug in slugs if slug != project.slug]))
            for project in selection.rows
        ],
        "compare_url": compare_url(slugs),
        "prospectus_url": with_query(prospectus, listing.parameters(page=None, view=None, project=None).urlencode()),
        "picked_prospectus_url": with_query(prospectus, "&".join(f"project={slug}" for slug in slugs)),
        "most": MOST_COMPARED,
        "export": offer(listing),
        "feed_url": feed_url,
        "data": [
            ("RSS", feed_url),
            ("JSON", with_query(reverse("investment:project_json"), query)),
            ("OC4IDS", reverse("investment:projects_oc4ids")),
        ],
    }


def with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def compare_url(slugs: list[str]) -> str:
    return with_query(reverse("investment:project_compare"), "&".join(f"project={slug}" for slug in slugs))


# One project --------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The fact sheet. What is not public does not exist here; what is offered only some may read (J-5)."""
    project = get_object_or_404(factsheet.rows(), slug=slug)
    reads_offer = policies.can_read_offer(request.user, project)
    sees_desk = policies.can_see_desk(request.user, project)
    classes = policies.document_classes(request.user, project)
    context = factsheet.present(project, with_offer=reads_offer, classes=classes)
    interest = factsheet.address_of("investment:interest_new")
    context |= {
        "interest_url": f"{interest}?project={slug}" if interest and context["is_open"] else "",
        "follows": followers.follows(request.user, project),  # type: ignore[arg-type]
        "verify_url": factsheet.address_of("investment:investor_home"),
        "compare_url": with_query(reverse("investment:project_list"), f"project={slug}"),
        "oc4ids_url": reverse("investment:project_oc4ids", args=[slug]),
        "desk_url": reverse("investment:desk_project", args=[slug]) if sees_desk else "",
        "crumbs": trail((project.title, None)),
    }
    return render(request, "investment/public/project_detail.html", context)


# Side by side -------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def project_compare(request: HttpRequest) -> HttpResponse:
    """Two to five projects, line by line. With fewer it says how to choose, with more it shows the first five."""
    selection = comparison.select(request.GET.getlist("project"))
    query = "&".join(f"project={slug}" for slug in selection.slugs)
    # One letter can go to the parks of all that take interest now.
    opened = [project.slug for project in selection.rows if project.state in Project.OPEN_STATES]
    letter = "&".join(f"project={slug}" for slug in opened)
    context = {
        "selection": selection,
        "interest_url": with_query(reverse("investment:interest_new"), letter) if opened else "",
        "sections": comparison.compare(selection.rows) if selection.is_enough else [],
        "columns": [
            (card_of(project), compare_url([slug for slug in selection.slugs if slug != project.slug]))
            for project in selection.rows
        ],
        "back_url": with_query(reverse("investment:project_list"), query),
        "export_url": with_query(reverse("investment:project_compare_export"), query),
        "most": MOST_COMPARED,
        "least": LEAST_COMPARED,
        "crumbs": trail((_("Compare"), None)),
    }
    return render(request, "investment/public/project_compare.html", context)


@login_not_required
@require_safe
@limited(EXPORTS)
def project_compare_export(request: HttpRequest) -> HttpResponse:
    selection = comparison.select(request.GET.getlist("project"))
    if not selection.is_enough:
        return redirect(compare_url(selection.slugs))
    sections = comparison.compare(selection.rows)
    lines = comparison.csv_lines(selection.rows, sections)
    response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="projects-{timezone.localdate():%Y%m%d}.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response


# Results ------------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def project_results(request: HttpRequest) -> HttpResponse:
    """What became of projects, failures too."""
    known = {kind.value: kind.label for kind in ProjectOutcome.Kind}
    asked = request.GET.get("kind", "")
    kind = asked if asked in known else ""
    outcomes = ProjectOutcome.objects.public().select_related("project__field", "project__province")
    counts = dict.fromkeys(known, 0) | dict(outcomes.order_by().values_list("kind").annotate(number=Count("pk")))
    shown = outcomes.filter(kind=kind) if kind else outcomes
    page = Paginator(shown, RESULTS_SHOWN).get_page(request.GET.get("page"))
    here = reverse("investment:project_results")
    context = {
        "page": page,
        "results": factsheet.results(list(page)),
        "kinds": [(label, counts[value], f"{here}?kind={value}", value == kind) for value, label in known.items()],
        "all_url": here,
        "kind": kind,
        "total": sum(counts.values()),
        "crumbs": trail((pgettext("project", "Results"), None)),
    }
    return render(request, "investment/public/project_results.html", context)
