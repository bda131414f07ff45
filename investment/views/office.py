"""The investment desk: every project, admission by criteria, the letter of the decision (J-1)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.views.lists import show_list

from .. import policies
from ..forms.admission import CriterionForm
from ..models import AdmissionCheck, AdmissionLetter, Criterion, Project
from ..office_list import OFFICE_PROJECTS
from ..presentation import facts, share_lines, text_of
from ..services import admission
from ..tones import tone_of
from .access import desk_project_of, project_steps, trail_of


def _trail(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [
        (_("Secretariat"), reverse("notifications:office")),
        (_("Joint projects"), reverse("investment:office_projects")),
        *more,
    ]


@require_safe
def office_projects(request: HttpRequest) -> HttpResponse:
    if not policies.oversees(request.user):
        raise Http404
    listing = OFFICE_PROJECTS.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "investment/office/projects.html",
        crumbs=[(_("Secretariat"), reverse("notifications:office")), (_("Joint projects"), None)],
    )


def _office_project_of(request: HttpRequest, slug: str) -> Project:
    if not policies.oversees(request.user):
        raise Http404
    return desk_project_of(request, slug)


@require_safe
def office_project(request: HttpRequest, slug: str) -> HttpResponse:
    """One project with the nine criteria, what was found about each, and the decision."""
    return _page(request, _office_project_of(request, slug))


def _page(
    request: HttpRequest, project: Project, form: CriterionForm | None = None, *, status: int = 200
) -> HttpResponse:
    found = {
        check.criterion: check
        for check in AdmissionCheck.objects.filter(version=project.version_id).select_related("checked_by")
    }
    criteria = []
    for criterion in Criterion:
        check = found.get(criterion)
        bound = form if form is not None and form.data.get("criterion") == criterion else None
        initial = {"criterion": criterion.value}
        if check:
            initial |= {"is_met": "yes" if check.is_met else "no", "evidence": check.evidence}
        criteria.append(
            {
                "code": criterion.value,
                "label": criterion.label,
                "check": check,
                "form": bound or CriterionForm(initial=initial, auto_id=f"id_{criterion.value}_%s"),
                "is_open": bound is not None,
            }
        )
    content = project.version.content if project.version else None
    context = {
        "project": project,
        "tone": tone_of(project),
        "criteria": criteria,
        "met": sum(1 for check in found.values() if check.is_met),
        "whole": len(Criterion),
        "checks_now": project.state == Project.State.IN_REVIEW and policies.can_decide_project(request.user, project),
        "facts": facts(content) if content else None,
        "lines": share_lines(content) if content else [],
        "summary": text_of(content, "summary") if content else project.summary,
        "moves": project_steps(request, project),
        "letters": project.letters.all()[:10],
        "crumbs": _trail((project.title, None)),
    }
    return render(request, "investment/office/project.html", context, status=status)


@require_POST
def criteria_check(request: HttpRequest, slug: str) -> HttpResponseBase:
    project = _office_project_of(request, slug)
    form = CriterionForm(request.POST, auto_id=f"id_{request.POST.get('criterion', '')[:20]}_%s")
    if not form.is_valid():
        return _page(request, project, form, status=422)
    data = form.cleaned_data
    try:
        admission.check_criterion(
            project, data["criterion"], is_met=data["is_met"], evidence=data["evidence"], by=request.user
        )
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return _page(request, project, form, status=422)
    messages.success(request, _("Noted."))
    return redirect(reverse("investment:office_project", args=[slug]) + f"#{data['criterion']}")


@require_safe
def letter(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The decision as its parks read and print it."""
    project = desk_project_of(request, slug)
    found = get_object_or_404(
        AdmissionLetter.objects.select_related("version", "decided_by"), project=project, number=number
    )
    labels = dict(Criterion.choices)
    context = {
        "project": project,
        "letter": found,
        "lines": [
            (labels.get(check["criterion"], check["criterion"]), check["is_met"], check["evidence"])
            for check in found.checks
        ],
        # As they stood in what was decided on.
        "parks": [line.name for line in share_lines(found.version.content)],
        "title": text_of(found.version.content, "title"),
        "crumbs": trail_of(project, (found.number, None)),
    }
    return render(request, "investment/desk/letter.html", context)
