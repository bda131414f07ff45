"""Interests: the investor writes and sends, the parks answer, the desk watches the clocks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.limits import Limit
from alliance.core.lists import Listing
from alliance.core.views.lists import show_list
from alliance.core.views.steps import offered_steps, reason_in, step_of, take_step

from .. import countries, policies, reading
from .. import policies_investors as allowed
from ..forms.interests import InterestForm, InterestStepForm
from ..interest_lists import MY_INTERESTS, OFFICE_INTERESTS, PROJECT_INTERESTS, of_project
from ..models import Interest, InterestStep, Investor, Project, with_parties
from ..presentation import money
from ..services import interests as services
from ..tones import tone_of
from ..workflows.interests import INTEREST
from .access import desk_project_of, trail_of

SENDING = Limit("send_interest", each=30, overall=1000, seconds=3600)
# These follow from something else, so they are no buttons.
NO_BUTTONS = ("sign_agreement",)
# The way of an interest that comes to agreement; others leave it where they end.
WAY = (
    Interest.State.SENT,
    Interest.State.ACKNOWLEDGED,
    Interest.State.UNDER_REVIEW,
    Interest.State.ACCEPTED,
    Interest.State.NDA_SIGNED,
    Interest.State.DD_OPEN,
    Interest.State.NEGOTIATING,
    Interest.State.TERM_SHEET,
    Interest.State.CLOSED_WON,
)
Trail = list[tuple[Any, str | None]]


def interest_of(request: HttpRequest, token: UUID) -> Interest:
    """An interest that the reader's side has; to all others it does not exist."""
    found = get_object_or_404(
        Interest.objects.select_related("project", "investor__organisation").prefetch_related(
            with_parties("project__")
        ),
        token=token,
    )
    if not allowed.can_see_interest(request.user, found):
        raise Http404
    return found


def trail_for(request: HttpRequest, interest: Interest, *more: tuple[Any, str | None]) -> Trail:
    """Where the reader comes from: their own interests, the inbox of the project, or the desk's list."""
    desk = (_("Desk"), reverse("notifications:desk"))
    if allowed.invests_for(request.user, interest.investor):
        return [desk, (_("Our interests"), reverse("investment:interests")), *more]
    if policies.promotes(request.user, interest.project):
        inbox = reverse("investment:project_interests", args=[interest.project.slug])
        return trail_of(interest.project, (_("Interest of investors"), inbox), *more)
    return [desk, (_("Interests"), reverse("investment:office_interests")), *more]


# Lists --------------------------------------------------------------------------------------------------------------


def _list(request: HttpRequest, listing: Listing, template: str, **more: Any) -> HttpResponse:
    rows = [{"interest": row, "tone": tone_of(row), "amount": money(row.amount)} for row in listing.page.object_list]
    return show_list(request, listing, template, rows=rows, **more)


def _crumbs(title: Any) -> Trail:
    return [(_("Desk"), reverse("notifications:desk")), (title, None)]


@require_safe
def interests(request: HttpRequest) -> HttpResponse:
    """What the reader's organisations are interested in, with every clock."""
    if not policies.invests_any(request.user):
        raise Http404
    listing = MY_INTERESTS.read(request.GET, user=request.user)
    return _list(
        request,
        listing,
        "investment/interests/mine.html",
        may_write=bool(allowed.sends_for(request.user)),
        crumbs=_crumbs(_("Our interests")),
    )


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Who is interested in any project of the reader's parks."""
    if not policies.promotes_any(request.user):
        raise Http404
    listing = PROJECT_INTERESTS.read(request.GET, user=request.user)
    return _list(request, listing, "investment/interests/inbox.html", crumbs=_crumbs(_("Interest in our projects")))


@require_safe
def project_interests(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is interested in this project; for its parks alone, the desk has its own list."""
    project = desk_project_of(request, slug)
    if not policies.promotes(request.user, project):
        raise PermissionDenied
    listing = of_project(request.GET, project, user=request.user)
    return _list(
        request,
        listing,
        "investment/interests/inbox.html",
        project=project,
        # The project itself is no condition that somebody chose.
        own_chips=1,
        agreement=reading.agreement_in_force(project, timezone.now()),
        may_write_agreement=allowed.can_write_agreement(request.user, project),
        crumbs=trail_of(project, (_("Interest of investors"), None)),
    )


@require_safe
def office_interests(request: HttpRequest) -> HttpResponse:
    if not policies.oversees(request.user):
        raise Http404
    listing = OFFICE_INTERESTS.read(request.GET, user=request.user)
    late = Interest.objects.late(timezone.now()).count()
    return _list(
        request, listing, "investment/interests/office.html", late=late, crumbs=_crumbs(_("Interests of investors"))
    )


# Write --------------------------------------------------------------------------------------------------------------


def _chosen(request: HttpRequest) -> list[Project]:
    """The projects of the address, in its order: each once, public ones alone."""
    # What no column could hold is nobody's address.
    named = (text for text in request.GET.getlist("project") if text.isprintable())
    slugs = list(dict.fromkeys(named))[: services.MOST_AT_ONCE]
    found = {project.slug: project for project in Project.objects.filter(slug__in=slugs) if project.is_public}
    return [found[slug] for slug in slugs if slug in found]


@require_http_methods(["GET", "POST"])
def interest_new(request: HttpRequest) -> HttpResponseBase:
    """One letter to the parks of one project or of several (`?project=a&project=b`); the public pages lead here, so
    whoever is no investor yet learns how to become one."""
    investors, projects = allowed.sends_for(request.user), _chosen(request)
    if not investors or not projects:
        context = {
            "is_verified": bool(investors),
            "is_investor": policies.invests_any(request.user),
            "crumbs": _crumbs(_("Express interest")),
        }
        return render(request, "investment/interests/choose.html", context)
    form = InterestForm(request.POST or None, investors=investors, projects=projects)
    if request.method == "POST" and form.is_valid():
        if wait := limits.take(SENDING, limits.who(request)):
            return limits.refuse(request, wait)
        investor = form.cleaned_data.get("investor") or investors[0]
        sends = "send" in request.POST
        if not sends or form.require_sendable():
            try:
                return _keep(request, form, investor, projects, sends=sends)
            except RuleBroken as broken:
                form.add_error(None, str(broken))
    context = {
        "form": form,
        "projects": projects,
        "may_send": any(policies.is_signatory(request.user, one) for one in investors),
        "crumbs": _crumbs(_("Express interest")),
    }
    return render(request, "investment/interests/write.html", context, status=422 if form.errors else 200)


def _keep(
    request: HttpRequest, form: InterestForm, investor: Investor, projects: list[Project], *, sends: bool
) -> HttpResponseBase:
    from django.db import transaction

    person: Any = request.user
    if sends and not policies.is_signatory(person, investor):
        raise PermissionDenied
    with transaction.atomic():
        made = services.draft_interests(investor, projects, by=person, amounts=form.amounts(), **form.values())
        if sends:
            services.send_interests(made, by=person)
    if sends:
        done = ngettext("Sent to the parks of %(n)d project.", "Sent to the parks of %(n)d projects.", len(made))
    else:
        done = ngettext("%(n)d draft is kept.", "%(n)d drafts are kept. Your signatory can send them.", len(made))
    messages.success(request, done % {"n": len(made)})
    return redirect("investment:interest", made[0].token) if len(made) == 1 else redirect("investment:interests")


@require_http_methods(["GET", "POST"])
def interest_edit(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """Go on with a draft."""
    interest = interest_of(request, token)
    if not allowed.can_write_interest(request.user, interest):
        raise PermissionDenied
    said = {True: "yes", False: "no", None: ""}[interest.shares_owner]
    initial = {
        "message": interest.message,
        "shares_owner": said,
        "owner_declaration": interest.owner_declaration,
    }
    project = interest.project
    form = InterestForm(
        request.POST or None, initial=initial, projects=[project], amounts={project.pk: interest.amount}
    )
    if request.method == "POST" and form.is_valid():
        sends = "send" in request.POST
        if not sends or form.require_sendable():
            person: Any = request.user
            try:
                values = form.values() | {"amount": form.amounts()[project.pk]}
                services.change_interest(interest, values, by=person)
                if sends:
                    services.move_interest(interest, "send", by=person)
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, str(INTEREST.move("send").done) if sends else _("Saved."))
                return redirect("investment:interest", token)
    context = {
        "form": form,
        "projects": [project],
        "may_send": policies.is_signatory(request.user, interest.investor),
        "interest": interest,
        "crumbs": trail_for(
            request, interest, (project.title, reverse("investment:interest", args=[token])), (_("Write"), None)
        ),
    }
    return render(request, "investment/interests/write.html", context, status=422 if form.errors else 200)


# One interest -------------------------------------------------------------------------------------------------------


def way_of(interest: Interest, steps: list[InterestStep]) -> list[dict[str, Any]]:
    """The stages with the day each was reached: what both sides follow."""
    reached = {step.to_state: step.at for step in steps}
    return [
        {
            "label": state.label,
            "at": reached.get(state),
            "is_here": interest.state == state,
        }
        for state in WAY
    ]


@require_safe
def interest(request: HttpRequest, token: UUID) -> HttpResponse:
    found = interest_of(request, token)
    is_own = allowed.invests_for(request.user, found.investor)
    now = timezone.now()
    agreement = reading.agreement_in_force(found.project, now)
    acceptance = reading.newest_acceptance(found.investor, agreement) if agreement else None
    steps = list(found.steps.select_related("by"))
    moves = offered_steps(
        INTEREST,
        found,
        request.user,
        lambda verb: reverse("investment:interest_move", args=[token, verb]),
        but=NO_BUTTONS,
    )
    title = found.project.title if is_own else found.investor.organisation.name
    context = {
        "interest": found,
        "project": found.project,
        "investor": found.investor,
        "country": countries.name_of(found.investor.country),
        "tone": tone_of(found),
        "amount": money(found.amount),
        "is_own": is_own,
        "is_promoter": policies.promotes(request.user, found.project) and not is_own,
        "oversees": policies.oversees(request.user),
        "may_write": allowed.can_write_interest(request.user, found),
        "moves": moves,
        "is_waiting": not any(one.move.tone != "danger" for one in moves) and found.state != Interest.State.DRAFT,
        "way": way_of(found, steps),
        "steps": steps,
        "agreement": agreement,
        "acceptance": acceptance,
        "holds": acceptance is not None and acceptance.valid_until > now,
        "may_accept": allowed.can_accept_agreement(request.user, found),
        "talks": found.state in (Interest.State.ACCEPTED, *Interest.ROOM_STATES),
        "crumbs": trail_for(request, found, (title, None)),
    }
    return render(request, "investment/interests/interest.html", context)


@require_http_methods(["GET", "POST"])
def interest_move(request: HttpRequest, token: UUID, verb: str) -> HttpResponseBase:
    """One step of either side, asked once more where it cannot be taken back."""
    found = interest_of(request, token)
    move = step_of(INTEREST, found, verb, request.user, but=NO_BUTTONS)
    back = reverse("investment:interest", args=[token])

    def act(form: Any) -> None:
        code = form.cleaned_data.get("code", "") if form else ""
        services.move_interest(found, verb, by=request.user, reason=reason_in(form), code=code)  # type: ignore[arg-type]

    return take_step(
        request,
        INTEREST,
        found,
        move,
        act,
        form=InterestStepForm if move.needs_reason else None,
        back=back,
        title=found.project.title,
        crumbs=trail_for(request, found, (found.project.title, back), (move.label, None)),
    )
