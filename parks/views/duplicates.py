"""Entries that look alike: why, and what somebody says about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.accounts.models import Duty, Organisation, User
from alliance.core import jobs
from alliance.core.errors import RuleBroken

from .. import lookalikes, policies
from ..finding import FIND
from ..merging import RANK
from ..models import LookAlike, Park

PER_PAGE = 20
SHOWN = {"open": LookAlike.State.OPEN, "different": LookAlike.State.DIFFERENT}


def _require(request: HttpRequest) -> None:
    if not policies.can_see_all(request.user):
        raise Http404
    if not policies.can_merge(request.user):
        raise PermissionDenied


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs to look at, the most alike first; or those somebody judged not the same."""
    _require(request)
    return _page(request)


def _page(request: HttpRequest, problem: str = "", at: int = 0, typed: str = "") -> HttpResponse:
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    pairs = LookAlike.objects.standing().filter(state=SHOWN[show]).select_related("first__province", "second__province")
    page = Paginator(pairs.order_by("-score", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    known = _known(rows)
    context = {
        "show": show,
        "page": page,
        "rows": [_row(row, known) for row in rows],
        "problem": problem,
        "problem_at": at,
        "typed": typed,
        "to_look_at": LookAlike.objects.to_look_at().count(),
        "judged": LookAlike.objects.standing().filter(state=LookAlike.State.DIFFERENT).count(),
        "crumbs": [(_("Secretariat"), reverse("notifications:office")), (_("Possible duplicates"), None)],
    }
    return render(request, "parks/office/duplicates.html", context, status=422 if problem else 200)


def _known(rows: list[LookAlike]) -> dict[str, Any]:
    """Parks and number of people of everything on the page, in three queries."""
    pks = {pk for row in rows for pk in (row.first_id, row.second_id)}
    parks = Park.objects.filter(organisation__in=pks).select_related("province", "city").defer("story_zh", "story_en")
    held = Duty.objects.active().filter(organisation__in=pks).values_list("organisation", flat=True)
    people: dict[int, int] = {}
    for pk in held:
        people[pk] = people.get(pk, 0) + 1
    judges = User.objects.in_bulk([int(row.judged_by) for row in rows if row.judged_by.isdigit()])
    return {
        "parks": {park.organisation_id: park for park in parks},
        "people": people,
        "judges": {str(pk): person for pk, person in judges.items()},
    }


def _row(pair: LookAlike, known: dict[str, Any]) -> dict[str, Any]:
    sides = [_side(organisation, known) for organisation in (pair.first, pair.second)]
    # The entry that more stands behind is offered to stay.
    kept, gone = sorted(sides, key=lambda side: side["weight"], reverse=True)
    return {
        "pair": pair,
        "sides": sides,
        "merge_url": reverse("parks:merge_prepare", args=[gone["organisation"].slug, kept["organisation"].slug]),
        "reasons": [(lookalikes.REASONS[code], points) for code, points in pair.reasons if code in lookalikes.REASONS],
        "person": known["judges"].get(pair.judged_by),
    }


def _side(organisation: Organisation, known: dict[str, Any]) -> dict[str, Any]:
    park = known["parks"].get(organisation.pk)
    people = known["people"].get(organisation.pk, 0)
    rank = RANK[Park.Standing(park.standing)] if park else -1
    full = park.completeness_zh + park.completeness_en if park else 0
    return {
        "organisation": organisation,
        "park": park,
        "people": people,
        "weight": (rank, people, full, -organisation.pk),
    }


@require_POST
def duplicate_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Not the same, with a reason; or: look again after all."""
    _require(request)
    pair = get_object_or_404(LookAlike, pk=pk)
    reason = request.POST.get("reason", "")
    if "reopen" in request.POST:
        lookalikes.reopen(pair, by=request.user)
        messages.info(request, _("The pair is among those to look at again."))
        return redirect("parks:duplicates")
    try:
        lookalikes.judge_different(pair, by=request.user, reason=reason)
    except RuleBroken as broken:
        return _page(request, str(broken), pk, reason)
    messages.success(request, _("Remembered: these two are not the same. Nobody will be asked again."))
    return redirect("parks:duplicates")


@require_POST
def duplicates_refresh(request: HttpRequest) -> HttpResponse:
    """Look now and not only at night."""
    _require(request)
    try:
        job = jobs.request(FIND, by=request.user)
    except jobs.TooMany as broken:
        messages.warning(request, str(broken))
        return redirect("parks:duplicates")
    return redirect("core:job", job.pk)
