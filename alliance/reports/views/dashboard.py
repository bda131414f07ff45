"""The council's dashboard: every figure with its definition and date, and the parks behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance.accounts.models import Duty
from alliance.core import bilingual, charts, tiles
from alliance.core.models import Division
from parks.models import Submission

from .. import figures, policies
from ..figures import DIMENSIONS, FIGURES, NONE, Dimension, Figure, Filters
from ..forms import SHOWN, DashboardFilter, read_filters

ROWS = 50
OLDEST = 6
HEADLINES = ("entries", "members", "pending", "stale")
HEALTH = ("ready_zh", "ready_en", "one_language", "unmanaged", "members_unmanaged", "overdue", "suspended")
# What the tables by province and by type tell of each group.
COLUMNS = ("entries", "members", "ready_zh", "ready_en", "stale", "unmanaged")
BARS = ("band", "opened", "zh", "en", "freshness")
TYPES = ("formation", "structure", "site_form")


@dataclass(frozen=True)
class Number:
    """One figure as it is shown: how many, out of how many, and where its rows are."""

    figure: Figure
    value: int
    url: str
    whole: int | None = None


@dataclass(frozen=True)
class Group:
    """One line of a table: a value of a dimension with its numbers."""

    label: Any
    is_gap: bool
    numbers: list[Number]


@dataclass(frozen=True)
class Breakdown:
    """Parks told apart by one dimension: bars, and the same numbers as a table."""

    dimension: Dimension
    chart: charts.BarChart
    groups: list[Group]
    total: int


def rows_url(figure: Figure, filters: Filters) -> str:
    address = reverse("reports:rows", args=[figure.code])
    return f"{address}?{urlencode(filters)}" if filters else address


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    if not policies.can_see_dashboard(request.user):
        raise PermissionDenied
    provinces = figures.provinces()
    known = {code: figures.choices_of(code) for code in SHOWN if code != "province"}
    known["province"] = {code: province.short for code, province in provinces.items()}
    filters, unknown = read_filters(request.GET, known)

    values = figures.count([FIGURES[code] for code in HEADLINES + HEALTH], filters)
    by_province = figures.count_by(DIMENSIONS["province"], _figures(COLUMNS), filters)
    context = {
        "now": timezone.now(),
        "form": DashboardFilter(filters, known),
        "is_filtered": bool(filters),
        "unknown": unknown,
        "headlines": _numbers(HEADLINES, values, filters),
        "health": [
            Number(number.figure, number.value, number.url, _whole(number.figure, values))
            for number in _numbers(HEALTH, values, filters)
        ],
        "provinces_covered": sum(1 for row in by_province.values() if row["entries"]),
        "tiles": _tiles(provinces, by_province, filters),
        "columns": _figures(COLUMNS),
        "by_province": _groups(DIMENSIONS["province"], by_province, filters, known["province"]),
        "bars": {code: _breakdown(DIMENSIONS[code], filters) for code in BARS},
        "types": [_breakdown(DIMENSIONS[code], filters, COLUMNS) for code in TYPES],
        "pending_url": rows_url(FIGURES["pending"], filters),
        "oldest": _oldest_submissions(filters),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Council dashboard"), None)],
    }
    return render(request, "reports/dashboard.html", context)


def _figures(codes: tuple[str, ...]) -> list[Figure]:
    return [FIGURES[code] for code in codes]


def _numbers(codes: tuple[str, ...], values: Mapping[str, int], filters: Filters) -> list[Number]:
    return [Number(figure, values.get(figure.code, 0), rows_url(figure, filters)) for figure in _figures(codes)]


def _whole(figure: Figure, values: Mapping[str, int]) -> int | None:
    """What a figure is a part of, where that says something."""
    if figure.code in {"ready_zh", "ready_en", "one_language", "unmanaged"}:
        return values["entries"]
    if figure.code == "members_unmanaged":
        return values["members"]
    return values["pending"] if figure.code == "overdue" else None


def _groups(
    dimension: Dimension,
    counted: Mapping[str, Mapping[str, int]],
    filters: Filters,
    labels: Mapping[str, Any],
    codes: tuple[str, ...] = COLUMNS,
) -> list[Group]:
    """A line for each value, empty ones too; provinces without an entry are left to the map.

    Under a filter by the same dimension there is its one value: any other would name parks that are filtered out.
    """
    if dimension.code in filters:
        labels = {value: label for value, label in labels.items() if value == filters[dimension.code]}
    return [
        Group(label, value == NONE, _numbers(codes, counted.get(value, {}), {**filters, dimension.code: value}))
        for value, label in labels.items()
        if dimension.code != "province" or any(counted.get(value, {}).values())
    ]


def _breakdown(dimension: Dimension, filters: Filters, codes: tuple[str, ...] = ("entries",)) -> Breakdown:
    counted = figures.count_by(dimension, _figures(codes), filters)
    groups = _groups(dimension, counted, filters, figures.choices_of(dimension.code), codes)
    bars = [
        charts.Bar(str(group.label), group.numbers[0].value, group.numbers[0].url, tone="b4" if group.is_gap else "")
        for group in groups
    ]
    total = sum(group.numbers[0].value for group in groups)
    return Breakdown(dimension, charts.bar_chart(bars, title=str(dimension.title)), groups, total)


def _tiles(
    provinces: Mapping[str, Division], counted: Mapping[str, Mapping[str, int]], filters: Filters
) -> tiles.TileMap:
    """The map keeps its other provinces under a filter by province, since it is where one goes on to the next."""
    if "province" in filters:
        others = {code: value for code, value in filters.items() if code != "province"}
        counted = figures.count_by(DIMENSIONS["province"], [FIGURES["entries"]], others)
    return tiles.tile_map(
        provinces.values(),
        {code: row["entries"] for code, row in counted.items()},
        url=lambda province: rows_url(FIGURES["entries"], {**filters, "province": province.code}),
        current={filters["province"]} if "province" in filters else (),
    )


def _oldest_submissions(filters: Filters) -> QuerySet[Submission]:
    """Those that have waited longest; the figure "pending" counts the same parks."""
    return (
        Submission.objects.filter(
            state=Submission.State.SUBMITTED, park__in=figures.rows(FIGURES["pending"], filters).values("pk")
        )
        .select_related("park__province")
        .order_by("due_at", "pk")[:OLDEST]
    )


# Rows ---------------------------------------------------------------------------------------------------------------


@require_GET
def rows(request: HttpRequest, figure: str) -> HttpResponse:
    """The parks behind a number. Everybody who reads the dashboard may read them."""
    if not policies.can_see_dashboard(request.user):
        raise PermissionDenied
    if figure not in FIGURES:
        raise Http404
    chosen = FIGURES[figure]
    known = {code: figures.choices_of(code) for code in DIMENSIONS}
    filters, unknown = read_filters(request.GET, known)
    managers = Duty.objects.active().filter(role_code="park_manager").select_related("person")
    waiting = Submission.objects.filter(state=Submission.State.SUBMITTED)
    found = (
        figures.rows(chosen, filters)
        .select_related("province")
        .prefetch_related(
            Prefetch("organisation__duties", managers, to_attr="managers"),
            Prefetch("submissions", waiting, to_attr="waiting"),
        )
        .order_by(*bilingual.order_by_name())
    )
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "figure": chosen,
        "now": timezone.now(),
        "page": page,
        "unknown": unknown,
        "chips": [_chip(chosen, code, filters, known) for code in filters],
        "shows_clock": chosen.code in {"pending", "overdue"},
        "dashboard_url": _dashboard_url(filters),
        "crumbs": [
            (_("My desk"), reverse("notifications:desk")),
            (_("Council dashboard"), _dashboard_url(filters)),
            (chosen.title, None),
        ],
    }
    return render(request, "reports/rows.html", context)


def _chip(figure: Figure, code: str, filters: Filters, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    rest = {other: value for other, value in filters.items() if other != code}
    return {"label": DIMENSIONS[code].title, "value": known[code][filters[code]], "url": rows_url(figure, rest)}


def _dashboard_url(filters: Filters) -> str:
    shown = {code: value for code, value in filters.items() if code in SHOWN}
    return reverse("reports:dashboard") + (f"?{urlencode(shown)}" if shown else "")
