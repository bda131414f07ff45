"""Joint projects as data: JSON and CSV of the list as filtered, a feed, and OC4IDS."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core.limits import limited
from alliance.core.lists import EXPORTS
from alliance.core.search.views import SEARCHES, has_words
from alliance.core.views.lists import send_list

from .. import document_lines, factsheet, oc4ids
from ..feeds import ProjectFeed
from ..lists import NO_PROMISE, PROJECTS, current_parks
from ..models import Project

PER_PAGE = 100
_feed = ProjectFeed()


@login_not_required
@require_safe
@limited(SEARCHES, when=has_words)
def project_feed(request: HttpRequest) -> HttpResponse:
    return _feed(request)


@login_not_required
@require_safe
def project_csv(request: HttpRequest) -> HttpResponseBase:
    """The list that the reader sees, as CSV."""
    return send_list(request, PROJECTS, "csv")


@login_not_required
@require_safe
@limited(EXPORTS)
def project_json(request: HttpRequest) -> HttpResponse:
    """The list that the reader sees, a hundred projects at a time."""
    listing = PROJECTS.read(request.GET)
    number = listing.number
    first = (number - 1) * PER_PAGE
    rows = listing.definition.fetch(listing.ordered())[first : first + PER_PAGE]
    base = settings.PUBLIC_BASE_URL + reverse("investment:project_json")
    query = listing.parameters(page=None, view=None, project=None)
    more = listing.total > first + PER_PAGE
    if more:
        query["page"] = str(number + 1)
    found = {
        "total": listing.total,
        "page": number,
        "next": f"{base}?{query.urlencode()}" if more else None,
        "note": str(NO_PROMISE),
        "projects": [_line(project) for project in rows],
    }
    return _json(found)


def _line(project: Project) -> dict[str, Any]:
    """What a card says, for programs; nothing of what is offered (J-5)."""
    return {
        "slug": project.slug,
        "url": settings.PUBLIC_BASE_URL + project.get_absolute_url(),
        "title": {"zh": project.title_zh, "en": project.title_en},
        "summary": {"zh": project.summary_zh, "en": project.summary_en},
        "stage": project.public_state,
        "accepts_interest": project.state in Project.OPEN_STATES,
        "field": project.field_id,
        "kind": project.kind,
        "province": project.province_id,
        "city": project.city_id,
        "capital_sought": {"fen": project.need, "currency": "CNY"},
        "total_cost": {"fen": project.cost, "currency": "CNY"},
        "starts_on": project.starts_on,
        "published_at": project.published_at,
        "parks": [{"slug": park.slug, "zh": park.name_zh, "en": park.name_en} for park in current_parks(project)],
        "is_sample": project.is_sample,
    }


@login_not_required
@require_safe
@limited(EXPORTS)
def projects_oc4ids(request: HttpRequest) -> HttpResponse:
    """A package of public projects, newest first, a hundred at a time; the header `Link` leads to the next."""
    rows = factsheet.rows().prefetch_related(document_lines.everybodys()).order_by("-published_at", "pk")
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 8 else 1
    return _package(rows, max(number, 1))


def _package(rows: QuerySet[Project], number: int) -> HttpResponse:
    first = (number - 1) * PER_PAGE
    projects = list(rows[first : first + PER_PAGE + 1])
    here = settings.PUBLIC_BASE_URL + reverse("investment:projects_oc4ids")
    if not projects:
        # A package without projects is no package of this standard.
        return _json({"detail": _("There is no project on this page.")}, status=404)
    shown = projects[:PER_PAGE]
    response = _json(
        oc4ids.package(
            [oc4ids.project_of(project) for project in shown],
            uri=f"{here}?page={number}" if number > 1 else here,
            published=[factsheet.last_public_change(project) for project in shown],
        )
    )
    if len(projects) > PER_PAGE:
        response["Link"] = f'<{here}?page={number + 1}>; rel="next"'
    return response


@login_not_required
@require_safe
def project_oc4ids(request: HttpRequest, slug: str) -> HttpResponse:
    """One project as a package of its own."""
    project = get_object_or_404(factsheet.rows().prefetch_related(document_lines.everybodys()), slug=slug)
    here = settings.PUBLIC_BASE_URL + reverse("investment:project_oc4ids", args=[slug])
    published = [factsheet.last_public_change(project)]
    return _json(oc4ids.package([oc4ids.project_of(project)], uri=here, published=published))


def _json(found: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(found, status=status, json_dumps_params={"ensure_ascii": False})
    response["X-Robots-Tag"] = "noindex"
    return response
