"""Frozen figures: the list, one of them with its parks, two compared."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from alliance.core.limits import Limit, limited

from .. import figures, policies, snapshots
from ..figures import DIMENSIONS
from ..forms import PeriodForm, read_filters
from ..models import Snapshot

ROWS = 50
PER_PAGE = 25
# Freezing twenty thousand parks takes a second or two of the database.
SNAPSHOTS = Limit("snapshot", each=12, overall=120, seconds=3600)


def _visible() -> QuerySet[Snapshot]:
    """Without the parks behind the numbers, which only their list needs."""
    return Snapshot.objects.defer("content").select_related("made_by")


def _require(request: HttpRequest) -> None:
    if not policies.can_see_dashboard(request.user):
        raise PermissionDenied


def _crumbs(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [(_("My desk"), reverse("notifications:desk")), (_("Snapshots"), reverse("reports:snapshots")), *more]


@require_safe
def snapshot_list(request: HttpRequest) -> HttpResponse:
    _require(request)
    page = Paginator(_visible(), PER_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.label = snapshots.period_of(one).label
        one.conditions = _conditions(one)
    context = {
        "page": page,
        "form": PeriodForm(),
        "compared": [(one.pk, f"{one.label} · {one.as_of:%Y-%m-%d} · {_numbered(one)}") for one in page],
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Snapshots"), None)],
    }
    return render(request, "reports/snapshot_list.html", context)


@require_POST
@limited(SNAPSHOTS)
def snapshot_make(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = PeriodForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose a period."))
        return redirect("reports:snapshots")
    made = snapshots.make(form.cleaned_data["at"], form.filters(), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The figures are frozen with the parks behind them."))
    return redirect(made)


@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    found = get_object_or_404(_visible(), pk=pk)
    board = snapshots.shown(found)
    context = {
        "snapshot": found,
        "label": snapshots.period_of(found).label,
        "conditions": _conditions(found),
        "board": board,
        "counted": board.counted,
        "order_url": f"{reverse('reports:reports')}?snapshot={found.pk}",
        "crumbs": _crumbs((snapshots.period_of(found).label, None)),
    }
    return render(request, "reports/snapshot.html", context)


@require_safe
def snapshot_rows(request: HttpRequest, pk: int, figure: str) -> HttpResponse:
    """The parks that a number of the snapshot counts, as they were frozen."""
    _require(request)
    found = get_object_or_404(Snapshot, pk=pk)
    known = snapshots.figures_of(found)
    if figure not in known:
        raise Http404
    labels = {code: figures.choices_of(code) for code in snapshots.DIMENSIONS_KEPT}
    filters, unknown = read_filters(request.GET, labels)
    rows = snapshots.rows_of(found, figure, filters)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "snapshot": found,
        "label": snapshots.period_of(found).label,
        "figure": known[figure],
        "page": page,
        "rows": [
            (park, labels["province"].get(park.values["province"]), labels["standing"].get(park.values["standing"]))
            for park in page
        ],
        "chips": [(DIMENSIONS[code].title, labels[code][value]) for code, value in filters.items()],
        "unknown": unknown,
        "crumbs": _crumbs((snapshots.period_of(found).label, found.get_absolute_url()), (known[figure].title, None)),
    }
    return render(request, "reports/snapshot_rows.html", context)


@require_safe
def snapshot_compare(request: HttpRequest) -> HttpResponse:
    """Two snapshots side by side, with the parks that came and went."""
    _require(request)
    chosen = [value for value in (request.GET.get("a", ""), request.GET.get("b", "")) if value.isdecimal()][:2]
    found = {str(one.pk): one for one in Snapshot.objects.filter(pk__in=[int(value[:12]) for value in chosen])}
    pair = sorted((found[value] for value in chosen if value in found), key=lambda one: (one.as_of, one.pk))
    if len(pair) < 2:
        messages.error(request, _("Please choose two snapshots."))
        return redirect("reports:snapshots")
    earlier, later = pair
    context = {
        "earlier": earlier,
        "later": later,
        "earlier_label": snapshots.period_of(earlier).label,
        "later_label": snapshots.period_of(later).label,
        "is_like": earlier.filters == later.filters,
        "differences": snapshots.compare(earlier, later),
        "crumbs": _crumbs((_("Two compared"), None)),
    }
    return render(request, "reports/snapshot_compare.html", context)


def _conditions(snapshot: Snapshot) -> str:
    """Its filter in words."""
    labels = {code: figures.choices_of(code) for code in snapshot.filters}
    return _(", ").join(str(labels[code].get(value, value)) for code, value in snapshot.filters.items())


def _numbered(snapshot: Snapshot) -> str:
    return pgettext("snapshot", "no. %(n)s") % {"n": snapshot.pk}
