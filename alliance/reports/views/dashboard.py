"""The council's dashboard: every figure with its definition, date and change, and the way to the parks behind it."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance.core import sheets
from alliance.core.models import Division
from alliance.core.sharedparts import shared_page
from parks.models import Submission

from .. import board, figures, periods, policies, prepared, tables
from ..figures import FIGURES, Filters
from ..forms import SHOWN, DashboardFilter, read_filters, read_period
from ..periods import Period

OLDEST = 6
# Seconds; the clocks of what waits are written with the counts, so no longer than these live.
WRITTEN = 60


class Asked(NamedTuple):
    """What an address of the dashboard asks for, and the names that were read to understand it."""

    filters: dict[str, str]
    period: Period
    unknown: list[str]
    form: DashboardFilter
    provinces: Mapping[str, Division]
    clusters: Mapping[str, Any]


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    if not policies.can_see_dashboard(request.user):
        raise PermissionDenied
    return shared_page(request, "reports/dashboard.html", lambda: make_context(request))


def make_context(request: HttpRequest) -> dict[str, Any]:
    """The dashboard as everybody sees it who may: nothing in it depends on the reader."""
    crumbs = [(_("My desk"), reverse("notifications:desk")), (_("Council dashboard"), None)]
    asked = _asked(request)
    counted = prepared.counted(asked.period, asked.filters)
    # The same counts at the same address read the same, so what was written of them is kept as long as they hold.
    key = f"{counted.made_at.isoformat()} {counted.version} {get_language()} {request.META.get('QUERY_STRING', '')}"
    kept = "dashboard:" + hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()
    body = cache.get(kept) if settings.SHARED_PART_SECONDS else None
    if body is None:
        body = render_to_string("reports/_dashboard.html", _body(asked, counted))
        if settings.SHARED_PART_SECONDS:
            cache.set(kept, body, timeout=WRITTEN)
    return {"body": body, "crumbs": crumbs}


def _body(asked: Asked, counted: prepared.Counted) -> dict[str, Any]:
    filters, period = asked.filters, asked.period
    return {
        "board": board.make(counted, asked.provinces, asked.clusters),
        "counted": counted,
        "period": period,
        "form": asked.form,
        "is_filtered": bool(filters) or period.kind != periods.NOW,
        "unknown": asked.unknown,
        "dashboard_url": reverse("reports:dashboard"),
        "pending_url": board.rows_url(FIGURES["pending"], filters, period),
        "oldest": _oldest_submissions(filters) if period.at is None else None,
        "csv_url": reverse("reports:dashboard_csv") + _query(filters, period),
        "order_url": reverse("reports:reports") + _query(filters, period),
    }


@require_GET
def dashboard_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every figure of the dashboard in one table: all in all, and by each value it tells parks apart by."""
    if not policies.can_see_dashboard(request.user):
        raise PermissionDenied
    asked = _asked(request)
    counted = prepared.counted(asked.period, asked.filters)
    made = board.make(counted, asked.provinces, asked.clusters, board.nowhere)
    lines = sheets.csv_lines(tables.columns(), tables.rows(made))
    response = StreamingHttpResponse(lines, content_type=sheets.CSV)
    name = f"council-figures-{asked.period.code or timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(request: HttpRequest) -> Asked:
    provinces = figures.provinces()
    known: dict[str, dict[str, Any]] = {code: figures.choices_of(code) for code in SHOWN if code != "province"}
    known["province"] = {code: province.short for code, province in provinces.items()}
    filters, unknown = read_filters(request.GET, known)
    period, foreign = read_period(request.GET)
    if foreign:
        unknown.append(f"{gettext_lazy('Period')}: {foreign[:40]}")
    form = DashboardFilter(filters, known, period)
    return Asked(filters, period, unknown, form, provinces, known["cluster"])


def _query(filters: Mapping[str, str], period: Period) -> str:
    asked = {**({"at": period.code} if period.code else {}), **filters}
    return f"?{urlencode(asked)}" if asked else ""


def _oldest_submissions(filters: Filters) -> QuerySet[Submission]:
    """Those that have waited longest; the figure "pending" counts the same parks."""
    return (
        Submission.objects.filter(
            state=Submission.State.SUBMITTED, park__in=figures.rows(FIGURES["pending"], filters).values("pk")
        )
        .select_related("park__province")
        .order_by("due_at", "pk")[:OLDEST]
    )
