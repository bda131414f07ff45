from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.core.errors import RuleBroken

from .. import policies, queries, services
from ..forms.team import ApproveForm, InviteForm, RefuseForm
from ..history import team_history
from ..models import Invitation, JoinRequest, Organisation
from ..services import TooManyInvitations

ORGANISATIONS_PER_PAGE = 25


@require_GET
def team(request: HttpRequest) -> HttpResponse:
    """The team of the organisation the person acts for."""
    if not request.acting:
        messages.info(request, _("You do not act for an organisation yet. Find yours here."))
        return redirect("accounts:join")
    organisation = request.acting.organisation
    if not policies.can_see_team(request.user, organisation):
        raise PermissionDenied
    return team_page(request, organisation)


@require_GET
def organisation_team(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page for an organisation by its address: for the desks, and for people with several duties."""
    return team_page(request, visible_organisation(request, slug))


@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """The desks find an organisation, those first that somebody asks to join."""
    if not policies.can_see_organisations(request.user):
        raise PermissionDenied
    query = queries.clean_query(request.GET.get("q", ""))
    only = request.GET.get("only", "")
    found = queries.organisations_for_desk(query, only)
    page = Paginator(found, ORGANISATIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "only": only, "page": page}
    return render(request, "accounts/organisations.html", context)


@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = visible_organisation(request, slug)
    if not policies.can_invite(request.user, organisation):
        raise PermissionDenied
    team = queries.team_of(organisation, request.user)
    form = InviteForm(request.POST, organisation=organisation, by=request.user, team=team.duties)
    status, headers = 200, {}
    if form.is_valid():
        data = form.cleaned_data
        try:
            invitation = services.invite(
                organisation,
                data["email"],
                data["role_code"],
                by=request.user,
                name=data["name"],
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                substitute=data["substitute"],
                language=data["language"],
            )
        except TooManyInvitations as broken:
            form.add_error(None, str(broken))
            status, headers = 429, {"Retry-After": str(broken.retry_after)}
        except RuleBroken as broken:
            form.add_error("email", str(broken))
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
            return redirect(team_url(request, organisation))
    response = team_page(request, organisation, team=team, invite_form=form, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


@require_POST
def resend_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    invitation = _manageable(request, slug, pk)
    try:
        invitation = services.resend_invitation(invitation, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        words = _("A new invitation to %(email)s is on its way. The old link is no longer valid.")
        messages.success(request, words % {"email": invitation.email})
    return redirect(team_url(request, invitation.organisation))


@require_POST
def revoke_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    invitation = _manageable(request, slug, pk)
    try:
        services.revoke_invitation(invitation, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The invitation to %(email)s was withdrawn.") % {"email": invitation.email})
    return redirect(team_url(request, invitation.organisation))


@require_POST
def approve_join(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organisation, join_request = _decidable(request, slug, pk)
    form = ApproveForm(request.POST, join_request=join_request, by=request.user)
    if form.is_valid():
        try:
            services.approve_join(join_request, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("%(person)s has joined.") % {"person": join_request.person})
            return redirect(team_url(request, organisation))
    return _still_asking(request, organisation, join_request, approve=form)


@require_POST
def refuse_join(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organisation, join_request = _decidable(request, slug, pk)
    form = RefuseForm(request.POST, join_request=join_request)
    if form.is_valid():
        try:
            services.refuse_join(join_request, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("%(person)s reads your reason.") % {"person": join_request.person})
            return redirect(team_url(request, organisation))
    return _still_asking(request, organisation, join_request, refuse=form)


# What the views share -------------------------------------------------------------------------------------------------


def visible_organisation(request: HttpRequest, slug: str) -> Organisation:
    """An organisation whose team the person may see; any other one does not exist for them."""
    organisation = get_object_or_404(Organisation, slug=slug)
    if not policies.can_see_team(request.user, organisation):
        raise Http404
    return organisation


def team_url(request: HttpRequest, organisation: Organisation) -> str:
    """The page of this team: the desk's own when the person acts for it."""
    if request.acting and request.acting.organisation_id == organisation.pk:
        return reverse("accounts:team")
    return reverse("accounts:organisation_team", args=[organisation.slug])


def team_crumbs(request: HttpRequest, organisation: Organisation, *more: tuple[Any, str | None]) -> list:
    """Where the reader is: below the desk for their own team, below the organisations for others."""
    if request.acting and request.acting.organisation_id == organisation.pk:
        trail: list[tuple[Any, str | None]] = [(_("My desk"), reverse("notifications:desk"))]
    elif policies.can_see_organisations(request.user):
        trail = [(_("Organisations and teams"), reverse("accounts:organisations")), (organisation.name, None)]
    else:
        trail = [(_("My duties"), reverse("accounts:duties")), (organisation.name, None)]
    trail.append((_("Team"), team_url(request, organisation) if more else None))
    return [*trail, *more]


def team_page(
    request: HttpRequest,
    organisation: Organisation,
    *,
    team: queries.Team | None = None,
    invite_form: InviteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    team = team or queries.team_of(organisation, request.user)
    can_invite = policies.can_invite(request.user, organisation)
    if can_invite and invite_form is None:
        invite_form = InviteForm(organisation=organisation, by=request.user, team=team.duties)
    for asking in team.asking:
        asking.approve = asking.approve or ApproveForm(join_request=asking.join_request, by=request.user)
        asking.refuse = asking.refuse or RefuseForm(join_request=asking.join_request)
    context = {
        "organisation": organisation,
        "team": team,
        "can_invite": can_invite,
        "invite_form": invite_form,
        "history": team_history(organisation),
        "crumbs": team_crumbs(request, organisation),
    }
    return render(request, "accounts/team.html", context, status=status)


def _manageable(request: HttpRequest, slug: str, pk: int) -> Invitation:
    organisation = visible_organisation(request, slug)
    invitation = get_object_or_404(Invitation.objects.select_related("organisation"), pk=pk, organisation=organisation)
    if not policies.can_manage_invitation(request.user, invitation):
        raise PermissionDenied
    return invitation


def _decidable(request: HttpRequest, slug: str, pk: int) -> tuple[Organisation, JoinRequest]:
    organisation = visible_organisation(request, slug)
    rows = JoinRequest.objects.select_related("organisation", "person")
    join_request = get_object_or_404(rows, pk=pk, organisation=organisation)
    if not policies.can_decide_join(request.user, organisation):
        raise PermissionDenied
    return organisation, join_request


def _still_asking(
    request: HttpRequest, organisation: Organisation, join_request: JoinRequest, **forms: Any
) -> HttpResponse:
    """The team page with the form that was not in order; a request that was decided meanwhile is only told of."""
    team = queries.team_of(organisation, request.user)
    asking = next((row for row in team.asking if row.join_request.pk == join_request.pk), None)
    if asking is None:
        messages.info(request, _("This request was decided meanwhile."))
        return redirect(team_url(request, organisation))
    for name, form in forms.items():
        setattr(asking, name, form)
    asking.is_open = True
    return team_page(request, organisation, team=team)
