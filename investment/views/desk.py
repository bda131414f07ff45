"""The promoters' desk: begin a project, bring its parks together, see what comes next."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.amounts import percent
from alliance.core.errors import RuleBroken
from alliance.core.views.steps import reason_in, step_of, take_step

from .. import policies
from ..checks import checks
from ..forms.projects import AskParkForm, CodeForm, NewProjectForm
from ..models import Project, ProjectParty, ProjectVersion
from ..services import parties as parties_of
from ..services import projects as services
from ..tones import tone_of
from ..workflows.projects import PROJECT
from .access import WITH_PARTIES, desk_project_of, project_steps, trail, trail_of

MOST_SHOWN = 200


@require_safe
def desk_projects(request: HttpRequest) -> HttpResponse:
    """The projects that the reader's parks promote or are asked to."""
    if not policies.promotes_any(request.user):
        raise Http404
    parks = policies.promoting_parks(request.user)
    mine = {park.pk for park in parks}
    waiting = ProjectVersion.objects.filter(state=ProjectVersion.State.OFFERED).defer("content")
    projects = Project.objects.of_parks(mine).prefetch_related(
        *WITH_PARTIES, Prefetch("versions", waiting, to_attr="offered"), "offered__signatures"
    )[:MOST_SHOWN]
    context = {
        "entries": [_entry(project, mine) for project in projects],
        "may_start": bool(mine),
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Joint projects"), None)],
    }
    return render(request, "investment/desk/projects.html", context)


def _entry(project: Project, mine: set[int]) -> dict[str, Any]:
    offered = next(iter(project.offered), None)  # type: ignore[attr-defined]
    signed = {signature.park_id for signature in offered.signatures.all()} if offered else set()
    parties = [party for party in project.parties.all() if party.until_at is None]
    return {
        "project": project,
        "tone": tone_of(project),
        "parks": [party.park.name for party in parties],
        "to_sign": offered if offered and any(p.park_id in mine - signed for p in parties) else None,
    }


@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponseBase:
    leads = policies.promoting_parks(request.user)
    if not leads:
        raise Http404
    form = NewProjectForm(request.POST if request.method == "POST" else None, leads=leads)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        project = services.start_project(values.pop("lead"), by=request.user, **values)
        messages.success(request, _("The draft is there. Ask the other parks, and write."))
        return redirect("investment:desk_project", project.slug)
    context = {"form": form, "crumbs": trail((_("Begin a joint project"), None))}
    return render(request, "investment/desk/project_new.html", context, status=422 if form.errors else 200)


def _desk(request: HttpRequest, project: Project, *, status: int = 200, **more: Any) -> HttpResponse:
    versions = list(project.versions.defer("content").prefetch_related("signatures__park"))
    draft = project.versions.filter(state=ProjectVersion.State.DRAFT).first()
    offered = next((one for one in versions if one.state == ProjectVersion.State.OFFERED), None)
    signed = {signature.park_id for signature in offered.signatures.all()} if offered else set()
    leads = policies.leads(request.user, project)
    signs = {park.pk for park in policies.signing_parks(request.user, project)}
    parties = [party for party in project.parties.all() if party.until_at is None]
    ticks = checks(draft.content, today=timezone.localdate()) if draft else []
    context = {
        "project": project,
        "tone": tone_of(project),
        "leads": leads,
        "promotes": policies.promotes(request.user, project),
        "oversees": policies.oversees(request.user),
        "parties": [
            {
                "party": party,
                "shares": [percent(share) for share in (party.cost_share, party.risk_share, party.benefit_share)]
                if party.cost_share is not None
                else [],
                "has_signed": party.park_id in signed,
                "may_drop": leads and not party.is_lead and draft is not None,
                "may_leave": party.park_id in signs and not party.is_lead and party.leaving_at is None,
            }
            for party in parties
        ],
        "versions": [(one, tone_of(one)) for one in versions],
        "draft": draft,
        "offered": offered,
        "checks": ticks,
        "lacking": [check for check in ticks if check.is_must and not check.is_met],
        "letters": project.letters.all()[:5],
        # While a version is written or waits for signatures there is nothing to hand in.
        "moves": project_steps(request, project, but=("submit",) if draft or offered else ()),
        "may_begin_version": policies.promotes(request.user, project)
        and draft is None
        and offered is None
        and project.is_rewritable,
        "ask_form": AskParkForm(),
        "code_form": CodeForm(initial={"project_code": project.project_code}),
        "crumbs": trail((project.title, None)),
    } | more
    return render(request, "investment/desk/project.html", context, status=status)


@require_safe
def desk_project(request: HttpRequest, slug: str) -> HttpResponse:
    return _desk(request, desk_project_of(request, slug))


@require_POST
def park_ask(request: HttpRequest, slug: str) -> HttpResponseBase:
    project = desk_project_of(request, slug)
    if not policies.leads(request.user, project):
        raise PermissionDenied
    form = AskParkForm(request.POST)
    if form.is_valid():
        try:
            parties_of.ask_park(project, form.cleaned_data["found"], by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Asked: %(name)s.") % {"name": form.cleaned_data["found"].name})
            return redirect(reverse("investment:desk_project", args=[slug]) + "#parks")
    return _desk(request, project, status=422, ask_form=form)


def _party_of(request: HttpRequest, slug: str, pk: int) -> ProjectParty:
    project = desk_project_of(request, slug)
    return get_object_or_404(ProjectParty.objects.select_related("project", "park"), pk=pk, project=project)


def _acted(request: HttpRequest, slug: str, action: Any, done: str) -> HttpResponseBase:
    try:
        action()
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, done)
    return redirect(reverse("investment:desk_project", args=[slug]) + "#parks")


@require_POST
def park_drop(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    party = _party_of(request, slug, pk)
    if not policies.leads(request.user, desk_project_of(request, slug)):
        raise PermissionDenied
    done = _("%(park)s is no longer part of the draft.") % {"park": party.park.name}
    return _acted(request, slug, lambda: parties_of.drop_park(party, by=request.user), done)


@require_http_methods(["GET", "POST"])
def park_leave(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Asked once more: the others have to sign anew."""
    party = _party_of(request, slug, pk)
    project = desk_project_of(request, slug)
    if party.park not in policies.signing_parks(request.user, project):
        raise PermissionDenied
    if request.method == "POST":
        response = _acted(
            request, slug, lambda: parties_of.leave_project(party, by=request.user), _("The other parks are told.")
        )
        # Out at once where nothing was signed: the desk is not theirs any more.
        still = policies.can_see_desk(request.user, Project.objects.prefetch_related(*WITH_PARTIES).get(slug=slug))
        return response if still else redirect("investment:desk_projects")
    context = {"project": project, "party": party, "crumbs": trail_of(project, (_("Leave"), None))}
    return render(request, "investment/desk/park_leave.html", context)


@require_POST
def code_enter(request: HttpRequest, slug: str) -> HttpResponseBase:
    project = desk_project_of(request, slug)
    if not policies.promotes(request.user, project):
        raise PermissionDenied
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _desk(request, project, status=422, code_form=form)
    services.enter_code(project, form.cleaned_data["project_code"], by=request.user)
    messages.success(request, _("Saved."))
    return redirect(reverse("investment:desk_project", args=[slug]) + "#code")


@require_http_methods(["GET", "POST"])
def project_move(request: HttpRequest, slug: str, verb: str) -> HttpResponseBase:
    """One step of the project, asked once more where it is not easily taken back."""
    project = desk_project_of(request, slug)
    move = step_of(PROJECT, project, verb, request.user)
    back = "investment:office_project" if policies.oversees(request.user) else "investment:desk_project"
    return take_step(
        request,
        PROJECT,
        project,
        move,
        lambda form: services.move_project(project, verb, by=request.user, reason=reason_in(form)),
        reader=_("All parks of the project read it."),
        longest=600,
        back=reverse(back, args=[slug]),
        title=project.title,
        crumbs=trail_of(project, (move.label, None)),
    )
