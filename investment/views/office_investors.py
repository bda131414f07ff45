"""The investment desk's queue of investors, and its decisions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.views.lists import show_list
from alliance.core.views.steps import offered_steps, step_of, take_step

from .. import policies
from ..forms.investors import CHECKS, DecisionForm
from ..investor_list import OFFICE_INVESTORS
from ..models import Interest, Investor
from ..services import investors as services
from ..workflows.investors import INVESTOR
from .investors import page_context


def _investor_of(request: HttpRequest, slug: str) -> Investor:
    if not policies.oversees(request.user):
        raise Http404
    return get_object_or_404(Investor.objects.select_related("organisation"), organisation__slug=slug)


def _trail(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [
        (_("Desk"), reverse("notifications:desk")),
        (_("Registered investors"), reverse("investment:office_investors")),
        *more,
    ]


@require_safe
def office_investors(request: HttpRequest) -> HttpResponse:
    if not policies.oversees(request.user):
        raise Http404
    listing = OFFICE_INVESTORS.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "investment/investors/office_list.html",
        crumbs=[(_("Desk"), reverse("notifications:desk")), (_("Registered investors"), None)],
    )


def look_at(investor: Investor) -> list[dict[str, Any]]:
    """What the portal itself can compare; the rest is the desk's to look up."""
    organisation = investor.organisation
    same = Investor.objects.exclude(pk=investor.pk).select_related("organisation")
    doubles = [
        *same.filter(organisation__name_zh__iexact=organisation.name_zh)[:3],
        *(same.filter(country=investor.country, foreign_id=investor.foreign_id)[:3] if investor.foreign_id else ()),
    ]
    files = list(investor.documents.select_related("file"))
    return [
        {
            "label": _("The credit code is well formed, its check character included")
            if investor.is_mainland
            else _("A number in its own register is given"),
            "is_met": bool(investor.number),
            "detail": investor.number,
        },
        {
            "label": _("No other investor has this name or number"),
            "is_met": not doubles,
            "detail": _("; ").join(sorted({str(one.organisation.name) for one in doubles})),
        },
        {
            "label": _("Every document could be read and was found clean"),
            "is_met": bool(files) and all(one.is_ready for one in files),
            "detail": "",
        },
        {
            "label": _("The documents were handed in"),
            "is_met": investor.handed_in_at is not None,
            "detail": "",
        },
    ]


@require_safe
def office_investor(request: HttpRequest, slug: str) -> HttpResponse:
    investor = _investor_of(request, slug)
    interests = Interest.objects.sent().filter(investor=investor).select_related("project").order_by("-sent_at")
    context = page_context(request, investor) | {
        "checks": look_at(investor),
        "check_names": CHECKS,
        "moves": offered_steps(
            INVESTOR,
            investor,
            request.user,
            lambda verb: reverse("investment:investor_move", args=[slug, verb]),
            asking=DecisionForm.NEEDS,
        ),
        "interests": interests[:50],
        "crumbs": _trail((investor.organisation.name, None)),
    }
    return render(request, "investment/investors/office_investor.html", context)


@require_http_methods(["GET", "POST"])
def investor_move(request: HttpRequest, slug: str, verb: str) -> HttpResponseBase:
    """One decision; what it needs is asked on a page of its own."""
    investor = _investor_of(request, slug)
    move = step_of(INVESTOR, investor, verb, request.user)
    back = reverse("investment:office_investor", args=[slug])

    def act(form: Any) -> None:
        services.move_investor(investor, verb, by=request.user, **(form.values() if form else {}))  # type: ignore[arg-type]

    return take_step(
        request,
        INVESTOR,
        investor,
        move,
        act,
        form=(lambda data: DecisionForm(data, verb=verb)) if verb in DecisionForm.NEEDS else None,
        back=back,
        title=investor.organisation.name,
        crumbs=_trail((investor.organisation.name, back), (move.label, None)),
    )
