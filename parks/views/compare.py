"""Parks side by side."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core.limits import limited
from alliance.core.lists import EXPORTS
from alliance.core.lists.comparison import LEAST_COMPARED, MOST_COMPARED

from .. import comparison, policies
from .public import compare_url


@login_not_required
@require_safe
def park_compare(request: HttpRequest) -> HttpResponse:
    """Two to five parks, line by line. With fewer it says how to choose, with more it shows the first five."""
    selection = comparison.select(request.GET.getlist("park"))
    listing = reverse("parks:park_list")
    query = "&".join(f"park={slug}" for slug in selection.slugs)
    context = {
        "selection": selection,
        "sections": comparison.compare(selection.rows) if selection.is_enough else [],
        "columns": [
            (park, compare_url([slug for slug in selection.slugs if slug != park.slug])) for park in selection.rows
        ],
        "back_url": f"{listing}?{query}" if query else listing,
        "export_url": f"{reverse('parks:park_compare_export')}?{query}",
        "list_url": f"{reverse('parks:list_add')}?{query}" if query and policies.can_keep_lists(request.user) else "",
        "most": MOST_COMPARED,
        "least": LEAST_COMPARED,
        "crumbs": [(_("Home"), reverse("home")), (_("Parks"), listing), (_("Compare"), None)],
    }
    return render(request, "parks/park_compare.html", context)


@login_not_required
@require_safe
@limited(EXPORTS)
def park_compare_export(request: HttpRequest) -> HttpResponse:
    selection = comparison.select(request.GET.getlist("park"))
    if not selection.is_enough:
        return redirect(compare_url(selection.slugs))
    sections = comparison.compare(selection.rows)
    response = HttpResponse(comparison.csv_lines(selection.rows, sections), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="comparison-{timezone.localdate():%Y%m%d}.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response
