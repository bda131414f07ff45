"""A prospectus of a selection: what it will hold, and having it made in the background."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.core import limits, typeset
from alliance.core.errors import RuleBroken
from alliance.core.search.views import SEARCHES, has_words
from parks.models import Cluster

from ..lists import card_of, for_page
from ..prospectus import choosing, making
from ..prospectus.choosing import Choice
from .public import trail, with_query


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited(SEARCHES, when=has_words)
def project_prospectus(request: HttpRequest) -> HttpResponseBase:
    """What everybody may choose and read; whoever signs in has it made."""
    try:
        choice = choosing.read(request.GET)
    except choosing.Unknown:
        raise Http404 from None
    if request.method != "POST":
        return _page(request, choice)
    if not request.user.is_authenticated:
        return redirect_to_login(with_query(reverse("investment:project_prospectus"), _kept(choice, request)))
    if wait := limits.take(making.PROSPECTUSES, limits.who(request)):
        return limits.refuse(request, wait)
    try:
        job = making.order(choice, request.POST.getlist("project"), by=request.user)
    except RuleBroken as broken:
        return _page(request, choice, refusal=str(broken), picked=set(request.POST.getlist("project")))
    return redirect("core:job", job.pk)


def _kept(choice: Choice, request: HttpRequest) -> str:
    """The query that brings a visitor back to the same ticks after signing in."""
    slugs = choosing.distinct(request.POST.getlist("project"))
    shown = set(choice.projects().values_list("slug", flat=True)[: choosing.MOST])
    return choice.query if set(slugs) == shown else Choice(choosing.PICKED, slugs=slugs).query


def _page(request: HttpRequest, choice: Choice, *, refusal: str = "", picked: set[str] | None = None) -> HttpResponse:
    total = choice.projects().count()
    projects = list(for_page(choice.projects())[: choosing.MOST])
    here = reverse("investment:project_prospectus")
    context: dict[str, Any] = {
        "choice": choice,
        "in_words": choice.in_words(),
        "cards": [
            card_of(project, {project.slug} if picked is None or project.slug in picked else ()) for project in projects
        ],
        "total": total,
        "least": choosing.LEAST,
        "most": choosing.MOST,
        "is_enough": total >= choosing.LEAST,
        "is_cut": total > choosing.MOST,
        "refusal": refusal,
        "action": with_query(here, choice.query),
        "list_url": with_query(
            reverse("investment:project_list"), choice.value if choice.kind == choosing.LIST else ""
        ),
        "here": here,
        "regions": [(code, province.region, choice.value == code) for code, province in choosing.regions()],
        "clusters": [(one.slug, one.name, choice.value == one.slug) for one in Cluster.objects.public().in_force()],
        "has_fonts": typeset.are_fonts_there(),
        "register_url": reverse("account_signup"),
        "crumbs": trail((_("Prospectus"), None)),
    }
    return render(request, "investment/public/prospectus.html", context, status=422 if refusal else 200)
