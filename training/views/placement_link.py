"""What a supervisor or guardian sees through the link of a letter: no account, both languages, plain forms.

Opening the page changes nothing; only a form that is sent uses the link up.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliance.core.errors import RuleBroken
from alliance.core.limits import Limit, limited

from .. import agreement
from ..forms_placements import NameForm
from ..models import PlacementGrade, PlacementLink
from ..services import placement_links
from ..services import placements as services

LINKS = Limit("placement_link", each=60, overall=1200, seconds=60)
Purpose = PlacementLink.Purpose


@login_not_required
@never_cache
@limited(LINKS)
@require_http_methods(["GET", "POST"])
def placement_link(request: HttpRequest, token: str) -> HttpResponseBase:
    link = placement_links.find(token)
    if link is None:
        return render(request, "training/placements/link_gone.html", {"standing": "unknown"}, status=404)
    if link.used_at or not link.is_open():
        return _gone(request, link)
    problem = ""
    form = NameForm(request.POST or None) if link.purpose in (Purpose.SIGN_HOST, Purpose.SIGN_GUARDIAN) else None
    if request.method == "POST":
        try:
            if _take(request, link, form):
                return redirect("training:placement_link", token)
        except RuleBroken as broken:
            problem = str(broken)
    return _page(request, link, form, problem)


def _gone(request: HttpRequest, link: PlacementLink) -> HttpResponse:
    """Used: what came of it. Expired or replaced: what to do."""
    standing = "used" if link.used_at else "replaced" if link.replaced_at else "expired"
    context = {"standing": standing, "link": link, "placement": link.placement, "days": link.days.order_by("on")}
    return render(request, "training/placements/link_gone.html", context, status=200 if link.used_at else 410)


def _take(request: HttpRequest, link: PlacementLink, form: NameForm | None) -> bool:
    if form is not None:
        if not form.is_valid():
            return False
        services.sign_by_link(link, name=form.cleaned_data["name"])
    elif link.purpose == Purpose.ASSESS:
        given = {n.removeprefix("grade-"): str(v) for n, v in request.POST.items() if n.startswith("grade-")}
        services.assess_by_link(link, given)
    else:
        seen = {
            int(name.removeprefix("seen-")): int(str(value))
            for name, value in request.POST.items()
            if name.startswith("seen-") and name[5:].isdigit() and str(value).isdigit()
        }
        placement_links.confirm(link, {pk: _answer(request, pk) for pk in seen}, seen)
    return True


def _answer(request: HttpRequest, pk: int) -> str:
    """Empty confirms; a day that is not right needs words."""
    if request.POST.get(f"answer-{pk}") == "yes":
        return ""
    words = request.POST.get(f"words-{pk}", "").strip()
    if request.POST.get(f"answer-{pk}") != "no":
        raise RuleBroken(_("Please answer for each day."))
    if not words:
        raise RuleBroken(_("Please say what is not right with the day you did not confirm."))
    return words


def _page(request: HttpRequest, link: PlacementLink, form: NameForm | None, problem: str) -> HttpResponse:
    context: dict[str, Any] = {
        "link": link,
        "placement": link.placement,
        "form": form,
        "problem": problem,
        "parties": agreement.parties(link.placement),
        "grade_choices": PlacementGrade.Grade.choices,
        "competencies": [(row, request.POST.get(f"grade-{row.pk}", "")) for row in link.placement.competencies.all()],
    }
    if link.purpose == Purpose.CONFIRM and link.upto is not None:
        context["days"] = [
            (day, request.POST.get(f"answer-{day.pk}", ""), request.POST.get(f"words-{day.pk}", ""))
            for day in placement_links.asks_about(link.placement, link.upto).prefetch_related("competencies")
        ]
    wrong = problem or (form is not None and form.errors)
    return render(request, "training/placements/link.html", context, status=422 if wrong else 200)
