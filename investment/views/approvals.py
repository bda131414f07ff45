"""The approvals tracker of a project: what is needed, of whom, how long it takes (J-4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.core.errors import RuleBroken

from .. import policies
from ..approval_lines import lines_of
from ..forms.approvals import ApprovalForm, ApprovalStepForm
from ..models import Project, ProjectApproval
from ..services import approvals as services
from ..workflows.approvals import APPROVAL
from .access import desk_project_of, trail_of


@require_http_methods(["GET", "POST"])
def approvals(request: HttpRequest, slug: str) -> HttpResponseBase:
    project = desk_project_of(request, slug)
    form = ApprovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not policies.promotes(request.user, project):
            raise PermissionDenied
        if form.is_valid():
            try:
                services.add_approval(project, by=request.user, **form.cleaned_data)
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("Added."))
                return redirect("investment:approvals", slug)
    return _page(request, project, form)


def _page(request: HttpRequest, project: Project, form: ApprovalForm) -> HttpResponse:
    promotes = policies.promotes(request.user, project)
    entries: list[dict[str, Any]] = []
    for line in lines_of(project):
        line.approval.project = project
        moves = APPROVAL.offered(request.user, line.approval)
        entries.append({"line": line, "moves": moves, "may_remove": promotes and not line.steps})
    context = {
        "project": project,
        "entries": entries,
        "form": form,
        "promotes": promotes,
        "crumbs": trail_of(project, (_("Approvals"), None)),
    }
    return render(request, "investment/desk/approvals.html", context, status=422 if form.errors else 200)


def _approval_of(request: HttpRequest, slug: str, pk: int) -> ProjectApproval:
    project = desk_project_of(request, slug)
    approval = get_object_or_404(ProjectApproval, pk=pk, project=project)
    approval.project = project
    return approval


@require_http_methods(["GET", "POST"])
def approval_step(request: HttpRequest, slug: str, pk: int, verb: str) -> HttpResponseBase:
    """What happened, and on which day."""
    approval = _approval_of(request, slug, pk)
    move = next((move for move in APPROVAL.moves if move.verb == verb), None)
    if move is None:
        raise Http404
    if not move.who(request.user, approval):
        raise PermissionDenied
    form = ApprovalStepForm(
        request.POST if request.method == "POST" else None, verb=verb, needs_reason=move.needs_reason
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.move_approval(approval, verb, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, str(move.done))
            return redirect(reverse("investment:approvals", args=[slug]) + f"#a{pk}")
    context = {
        "form": form,
        "move": move,
        "approval": approval,
        "project": approval.project,
        "crumbs": trail_of(
            approval.project, (_("Approvals"), reverse("investment:approvals", args=[slug])), (move.label, None)
        ),
    }
    return render(request, "investment/desk/approval_step.html", context, status=422 if form.errors else 200)


@require_POST
def approval_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    try:
        services.remove_approval(_approval_of(request, slug, pk), by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Removed."))
    return redirect("investment:approvals", slug)
