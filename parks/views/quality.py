"""The secretariat's console of gaps: each number leads to its rows, and from rows to a letter."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.accounts.models import Duty, User
from alliance.core import bilingual, jobs
from alliance.core.errors import RuleBroken
from alliance.core.parts import render_part

from .. import policies, quality
from ..decided import NUDGE_PAUSE_DAYS
from ..finding import NUDGE
from ..models import Nudge, NudgedPark, QualityDay
from ..notices_quality import nudge_message
from ..quality import DIMENSIONS, GAPS, Filters, Gap
from ..services import nudging

ROWS = 50
TREND_DAYS = 60
NAMED = 40


def _require(request: HttpRequest) -> None:
    if not policies.can_see_all(request.user):
        raise Http404


def _url(name: str, filters: Filters, *args: Any) -> str:
    address = reverse(name, args=args)
    return f"{address}?{urlencode(filters)}" if filters else address


def _numbers(filters: Filters) -> list[dict[str, Any]]:
    """Each gap with its number, its rows and its trend."""
    counted = quality.count(filters)
    days = list(QualityDay.objects.order_by("-on")[:TREND_DAYS])[::-1] if not filters else []
    return [
        {
            "gap": gap,
            "value": counted[code],
            "of": counted["all"],
            "url": _url("parks:quality_rows", filters, code),
            "trend": [day.counts.get(code, 0) for day in days] if len(days) > 1 else [],
            "change": counted[code] - days[0].counts.get(code, 0) if len(days) > 1 else None,
            "fewer": days[0].counts.get(code, 0) - counted[code] if len(days) > 1 else None,
            "since": days[0].on if len(days) > 1 else None,
        }
        for code, gap in GAPS.items()
    ]


def _filter_fields(filters: Filters) -> list[dict[str, Any]]:
    return [
        {"code": code, "title": dimension.title, "value": filters.get(code, ""), "choices": dimension.choices().items()}
        for code, dimension in DIMENSIONS.items()
    ]


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """Where the register has gaps now."""
    _require(request)
    filters = quality.read_filters(request.GET)
    context = {
        "numbers": _numbers(filters),
        "fields": _filter_fields(filters),
        "is_filtered": bool(filters),
        "now": timezone.now(),
        "may_nudge": policies.can_nudge(request.user),
        "nudges": [
            {"nudge": nudge, "gap": GAPS.get(nudge.gap)} for nudge in Nudge.objects.annotate(count=Count("parks"))[:5]
        ],
        "crumbs": [(_("Secretariat"), reverse("notifications:office")), (_("Data quality"), None)],
    }
    return render(request, "parks/office/quality.html", context)


@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """The same numbers as a part of "my desk"."""
    _require(request)
    numbers = sorted(_numbers({}), key=lambda number: -number["value"])
    return render_part(
        request, "parks/office/quality_panel.html", "parks/office/_quality_panel.html", {"numbers": numbers[:5]}
    )


def _gap(code: str) -> Gap:
    if code not in GAPS:
        raise Http404
    return GAPS[code]


@require_safe
def gap_rows(request: HttpRequest, gap: str) -> HttpResponse:
    """The entries behind a number, with who answers for each."""
    _require(request)
    return _rows_page(request, _gap(gap))


def _rows_page(request: HttpRequest, gap: Gap, problem: str = "") -> HttpResponse:
    filters = quality.read_filters(request.GET)
    found = quality.rows(gap, filters)
    managers = Duty.objects.active().filter(role_code="park_manager").select_related("person")
    page = Paginator(
        found.select_related("province")
        .prefetch_related(Prefetch("organisation__duties", managers, to_attr="managers"))
        .order_by(*bilingual.order_by_name()),
        ROWS,
    ).get_page(request.GET.get("page"))
    last = {
        line.park_id: line.settled_at
        for line in NudgedPark.objects.filter(
            park__in=[park.pk for park in page], outcome__in=nudging.WRITTEN
        ).order_by("settled_at")
    }
    context = {
        "gap": gap,
        "page": page,
        "rows": [{"park": park, "last": last.get(park.pk)} for park in page],
        "fields": _filter_fields(filters),
        "query": urlencode(filters),
        "may_nudge": policies.can_nudge(request.user),
        "problem": problem,
        "crumbs": [
            (_("Secretariat"), reverse("notifications:office")),
            (_("Data quality"), _url("parks:quality", filters)),
            (gap.title, None),
        ],
    }
    return render(request, "parks/office/quality_rows.html", context, status=422 if problem else 200)


def _chosen(request: HttpRequest, gap: Gap, filters: Filters) -> Any:
    """The ticked entries, or all of the filter; only such as have the gap."""
    found = quality.rows(gap, filters)
    if "all" in request.POST:
        return found
    ids = [int(pk) for pk in request.POST.getlist("park") if pk.isdecimal() and len(pk) < 12]
    return found.filter(pk__in=ids)


@require_http_methods(["POST"])
def nudge_prepare(request: HttpRequest, gap: str) -> HttpResponse:
    """First who will get which letter; with `confirm` the letters go."""
    _require(request)
    if not policies.can_nudge(request.user):
        raise PermissionDenied
    chosen_gap = _gap(gap)
    filters = quality.read_filters(request.GET)
    parks = _chosen(request, chosen_gap, filters)
    if not parks.exists():
        return _rows_page(request, chosen_gap, _("Please tick at least one entry."))
    if "confirm" in request.POST:
        try:
            nudge = nudging.start(chosen_gap, parks.order_by("pk"), filters, by=request.user)
            job = jobs.request(NUDGE, by=request.user, nudge=nudge.pk)
        except (RuleBroken, jobs.TooMany) as broken:
            return _rows_page(request, chosen_gap, str(broken))
        return redirect("core:job", job.pk)
    return render(request, "parks/office/nudge_prepare.html", _preview(request, chosen_gap, filters, parks))


def _preview(request: HttpRequest, gap: Gap, filters: Filters, parks: Any) -> dict[str, Any]:
    total = parks.count()
    resting = nudging.resting(parks).count()
    due = parks.exclude(pk__in=nudging.resting(parks).values("pk"))
    acting = Duty.objects.active().filter(role_code__in=["park_manager", "park_editor"])
    with_people = due.filter(organisation__in=acting.values("organisation"))
    vacant = due.exclude(organisation__in=acting.values("organisation"))
    named = list(with_people.select_related("organisation", "province").order_by("pk")[:NAMED])
    sample = named[0] if named else parks.select_related("organisation").order_by("pk").first()
    letters: list[dict[str, Any]] = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            message = nudge_message(sample, gap)
            letters.append(
                {
                    "lang": "zh-Hans" if language == "zh-hans" else "en",
                    "subject": str(message.subject),
                    "lines": [str(line) for line in message.lines],
                    "action": str(message.action),
                }
            )
    for letter, title in zip(letters, (_("In Chinese"), _("In English")), strict=True):
        letter["title"] = title
    return {
        "gap": gap,
        "total": total,
        "resting": resting,
        "told": with_people.count(),
        "vacant": vacant.count(),
        "vacant_named": list(vacant.select_related("province").order_by("pk")[:NAMED]),
        "named": [{"park": park, "people": nudging.recipients(park)} for park in named],
        "letters": letters,
        "pause": NUDGE_PAUSE_DAYS.value(),
        "is_all": "all" in request.POST,
        "ids": [] if "all" in request.POST else list(parks.order_by("pk").values_list("pk", flat=True)),
        "query": urlencode(filters),
        "crumbs": [
            (_("Data quality"), _url("parks:quality", filters)),
            (gap.title, _url("parks:quality_rows", filters, gap.code)),
            (_("Write to them"), None),
        ],
    }


@require_safe
def nudge(request: HttpRequest, pk: int) -> HttpResponse:
    """How a nudge went, park by park."""
    _require(request)
    found = get_object_or_404(Nudge, pk=pk)
    lines = found.parks.select_related("park__province")
    outcome = request.GET.get("outcome", "")
    if outcome in NudgedPark.Outcome.values:
        lines = lines.filter(outcome=outcome)
    counted = dict(found.parks.order_by().values_list("outcome").annotate(Count("pk")))
    context = {
        "nudge": found,
        "gap": GAPS.get(found.gap),
        "sender": User.objects.filter(pk=int(found.sent_by)).first() if found.sent_by.isdigit() else None,
        "is_all": outcome not in NudgedPark.Outcome.values,
        "outcomes": [(one, counted.get(one.value, 0), outcome == one.value) for one in NudgedPark.Outcome],
        "page": Paginator(lines.order_by("pk"), ROWS).get_page(request.GET.get("page")),
        "crumbs": [(_("Data quality"), reverse("parks:quality")), (_("Letters"), None)],
    }
    return render(request, "parks/office/nudge.html", context)
