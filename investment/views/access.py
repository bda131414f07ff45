"""The objects of a request, fetched within what the person may see: what is not theirs does not exist."""

from collections.abc import Collection
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.core.views.steps import Offered, offered_steps

from .. import policies
from ..models import Project, ProjectVersion
from ..workflows.projects import PROJECT

WITH_PARTIES = ("parties__park__organisation",)
Trail = list[tuple[Any, str | None]]


def desk_project_of(request: HttpRequest, slug: str) -> Project:
    """A project whose desk the reader sees."""
    project = get_object_or_404(
        Project.objects.select_related("field", "province", "city", "version").prefetch_related(*WITH_PARTIES),
        slug=slug,
    )
    if not policies.can_see_desk(request.user, project):
        raise Http404
    return project


def project_steps(request: HttpRequest, project: Project, *, but: Collection[str] = ()) -> list[Offered]:
    """The steps of the project that the reader may take from here."""
    return offered_steps(
        PROJECT,
        project,
        request.user,
        lambda verb: reverse("investment:project_move", args=[project.slug, verb]),
        but=but,
    )


def version_of(request: HttpRequest, slug: str, number: int) -> ProjectVersion:
    project = desk_project_of(request, slug)
    version = get_object_or_404(
        ProjectVersion.objects.select_related("offered_by", "written_by").prefetch_related(
            "signatures__park", "signatures__signed_by"
        ),
        project=project,
        number=number,
    )
    version.project = project
    return version


def trail(*more: tuple[Any, str | None]) -> Trail:
    return [
        (_("Desk"), reverse("notifications:desk")),
        (_("Joint projects"), reverse("investment:desk_projects")),
        *more,
    ]


def trail_of(project: Project, *more: tuple[Any, str | None]) -> Trail:
    return trail((project.title, reverse("investment:desk_project", args=[project.slug])), *more)
