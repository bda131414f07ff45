"""Follow a project from its page, and see all that one follows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken

from ..lists import card_of, for_page
from ..models import Project, ProjectFollow
from ..services import followers

PER_PAGE = 24


@require_http_methods(["GET", "HEAD", "POST"])
def project_follow(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A visitor is led here by way of signing in, and asked once more; the button of the page comes at once."""
    project = get_object_or_404(Project.objects.public(), slug=slug)
    if request.method != "POST":
        context = {"project": project, "crumbs": _trail((project.title, None))}
        return render(request, "investment/follows/follow.html", context)
    try:
        followers.follow(project, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You follow this project. You hear of its updates, stages and results."))
    return redirect(project)


@require_POST
def project_unfollow(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Also of what is no longer public: whoever follows it may let it go."""
    follow = get_object_or_404(ProjectFollow.objects.select_related("project"), project__slug=slug, person=request.user)
    followers.unfollow(follow.project, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("You no longer follow this project."))
    if follow.project.is_public and request.POST.get("next") == "page":
        return redirect(follow.project)
    return redirect("investment:followed_projects")


@require_safe
def followed_projects(request: HttpRequest) -> HttpResponse:
    """Those that are public, the newest followed first; what left the public is neither named nor counted."""
    rows = for_page(Project.objects.public().filter(follows__person=request.user).order_by("-follows__since", "pk"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": [card_of(project) for project in page],
        "list_url": reverse("investment:project_list"),
        "preferences_url": reverse("notifications:preferences"),
        "crumbs": _trail(),
    }
    return render(request, "investment/follows/followed.html", context)


def _trail(*more: tuple[object, str | None]) -> list[tuple[object, str | None]]:
    here = reverse("investment:followed_projects") if more else None
    return [(_("Desk"), reverse("notifications:desk")), (_("Projects you follow"), here), *more]
