"""The promoters' desk for news of a project and for what became of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from alliance.core import markdown
from alliance.core.errors import RuleBroken

from .. import factsheet, policies
from ..forms.news import OutcomeForm, RetractForm, UpdateForm
from ..models import ProjectOutcome, ProjectUpdate
from ..services import outcomes, updates
from ..silence import expires_at
from .access import desk_project_of, trail_of


@require_http_methods(["GET", "POST"])
def desk_updates(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What was said so far, and a form for the next; written by promoters, read by the desk too."""
    project = desk_project_of(request, slug)
    writes = policies.promotes(request.user, project)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    form = UpdateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            updates.publish_update(project, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The update is published."))
            return redirect("investment:desk_updates", slug)
    rows = ProjectUpdate.objects.filter(project=project).select_related("written_by", "retracted_by")
    context = {
        "project": project,
        "form": form if writes and project.is_public else None,
        "updates": [(update, markdown.render(update.text)) for update in rows[:100]],
        "writes": writes,
        "expires_at": expires_at(project),
        "crumbs": trail_of(project, (_("Updates"), None)),
    }
    return render(request, "investment/desk/updates.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def update_retract(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    project = desk_project_of(request, slug)
    update = get_object_or_404(ProjectUpdate, project=project, pk=pk)
    if not policies.promotes(request.user, project):
        raise PermissionDenied
    form = RetractForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            updates.retract_update(update, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The update is taken back."))
            return redirect("investment:desk_updates", slug)
    context: dict[str, Any] = {
        "project": project,
        "update": update,
        "form": form,
        "crumbs": trail_of(project, (_("Take back an update"), None)),
    }
    return render(request, "investment/desk/update_retract.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def desk_results(request: HttpRequest, slug: str) -> HttpResponse | HttpResponseBase:
    """What became of the project: recorded by promoters, public at once, failures too."""
    project = desk_project_of(request, slug)
    writes = policies.promotes(request.user, project)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    kinds = outcomes.possible_kinds(project)
    standing = ProjectOutcome.objects.standing().filter(project=project)
    form = OutcomeForm(request.POST or None, kinds=kinds, standing=standing)
    if request.method == "POST" and form.is_valid():
        try:
            outcomes.record_outcome(project, form.cleaned_data.pop("kind"), by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The result is recorded and public."))
            return redirect("investment:desk_results", slug)
    found = list(ProjectOutcome.objects.filter(project=project).select_related("recorded_by", "corrected_by"))
    context = {
        "project": project,
        "form": form if writes and kinds else None,
        "results": factsheet.results(found),
        "crumbs": trail_of(project, (pgettext("project", "Results"), None)),
    }
    return render(request, "investment/desk/results.html", context, status=422 if form.errors else 200)
