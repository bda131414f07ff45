"""The parks behind a number: as they are, or as they were on a past day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance.accounts.models import Duty
from alliance.core import bilingual
from alliance.core.bilingual import BilingualText
from parks.models import Park, Submission

from .. import board, facts, figures, policies
from ..figures import DIMENSIONS, FIGURES, Figure, Filters
from ..forms import SHOWN, read_filters, read_period
from ..models import ParkFact
from ..periods import Period

ROWS = 50


@dataclass(frozen=True)
class Row:
    """A park as the list shows it. An empty url is a park that visitors do not find today."""

    pk: int
    name: Any
    url: str
    province: Any
    standing: str
    standing_text: str
    completeness_zh: int | None
    completeness_en: int | None
    confirmed_at: datetime | None
    due_at: datetime | None
    managers: list[str]


@require_GET
def rows(request: HttpRequest, figure: str) -> HttpResponse:
    """The parks behind a number. Everybody who reads the dashboard may read them."""
    if not policies.can_see_dashboard(request.user):
        raise PermissionDenied
    if figure not in FIGURES:
        raise Http404
    chosen = FIGURES[figure]
    # The names of clusters are asked for only where one is named.
    known = {
        code: figures.choices_of(code)
        for code, dimension in DIMENSIONS.items()
        if not dimension.is_many or code in request.GET
    }
    filters, unknown = read_filters(request.GET, known)
    period, foreign = read_period(request.GET)
    if foreign:
        unknown.append(f"{_('Period')}: {foreign[:40]}")
    missing = _missing(chosen, filters, period)
    page = Paginator(_found(chosen, filters, period, missing), ROWS).get_page(request.GET.get("page"))
    context = {
        "figure": chosen,
        "as_of": period.at or timezone.now(),
        "is_past": period.at is not None,
        "page": page,
        "rows": _rows(list(page), period),
        "missing": missing,
        "is_recorded": period.at is None or period.at >= facts.state().recorded_from,
        "unknown": unknown,
        "chips": [_chip(chosen, code, filters, known, period) for code in filters],
        "shows_clock": chosen.code in {"pending", "overdue"},
        "dashboard_url": _dashboard_url(filters, period),
        "crumbs": [
            (_("My desk"), reverse("notifications:desk")),
            (_("Council dashboard"), _dashboard_url(filters, period)),
            (chosen.title, None),
        ],
    }
    return render(request, "reports/rows.html", context)


def _missing(figure: Figure, filters: Filters, period: Period) -> str:
    """Why nobody can say which parks these were."""
    if period.at is None:
        return ""
    state = facts.state()
    is_recorded = figure.is_recorded or any(DIMENSIONS[code].is_recorded for code in filters)
    since = state.recorded_from if is_recorded else state.known_from
    return board.not_recorded(since) if period.at < since else ""


def _found(figure: Figure, filters: Filters, period: Period, missing: str) -> Any:
    if missing:
        return ParkFact.objects.none().order_by("pk")
    found = figures.rows(figure, filters, period.at).select_related("province").order_by(*bilingual.order_by_name())
    if period.at is not None:
        return found.select_related("park")
    managers = Duty.objects.active().filter(role_code="park_manager").select_related("person")
    waiting = Submission.objects.filter(state=Submission.State.SUBMITTED)
    return found.prefetch_related(
        Prefetch("organisation__duties", managers, to_attr="managers"),
        Prefetch("submissions", waiting, to_attr="waiting"),
    )


def _rows(found: list[Any], period: Period) -> list[Row]:
    if period.at is None:
        return [_row_now(park) for park in found]
    managers = _managers_then([fact.organisation_id for fact in found], period.at)
    return [_row_then(fact, managers.get(fact.organisation_id, [])) for fact in found]


def _row_now(park: Park) -> Row:
    return Row(
        park.pk,
        park.name,
        park.get_absolute_url() if park.is_public else "",
        park.province.short,
        park.standing,
        park.get_standing_display(),
        park.completeness_zh,
        park.completeness_en,
        park.confirmed_at,
        next((submission.due_at for submission in park.waiting), None),  # type: ignore[attr-defined]
        [duty.person.name for duty in park.organisation.managers],  # type: ignore[attr-defined]
    )


def _row_then(fact: ParkFact, managers: list[str]) -> Row:
    return Row(
        fact.park_id,
        _name(fact),
        fact.park.get_absolute_url() if fact.park.is_public else "",
        fact.province.short,
        fact.standing,
        fact.get_standing_display(),
        fact.completeness_zh,
        fact.completeness_en,
        fact.confirmed_at,
        fact.due_at,
        managers,
    )


def _name(fact: ParkFact) -> BilingualText:
    """The name it bore then."""
    return bilingual.pick(fact.name_zh, fact.name_en)


def _managers_then(organisations: list[int], moment: datetime) -> dict[int, list[str]]:
    day = timezone.localdate(moment)
    held = Duty.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        Q(ended_at__isnull=True) | Q(ended_at__gt=moment),
        organisation__in=organisations,
        role_code="park_manager",
        starts_on__lte=day,
        created_at__lte=moment,
    )
    found: dict[int, list[str]] = {}
    for organisation, name in held.order_by("pk").values_list("organisation", "person__name"):
        found.setdefault(organisation, []).append(name)
    return found


def _chip(
    figure: Figure, code: str, filters: Filters, known: Mapping[str, Mapping[str, Any]], period: Period
) -> dict[str, Any]:
    rest = {other: value for other, value in filters.items() if other != code}
    url = board.rows_url(figure, rest, period)
    return {"label": DIMENSIONS[code].title, "value": known[code][filters[code]], "url": url}


def _dashboard_url(filters: Filters, period: Period) -> str:
    shown = {code: value for code, value in filters.items() if code in SHOWN}
    asked = {**({"at": period.code} if period.code else {}), **shown}
    return reverse("reports:dashboard") + (f"?{urlencode(asked)}" if asked else "")
