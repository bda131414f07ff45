"""The pipeline of projects: for everybody, and for the council with the time in each stage."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import pipeline, policies
from .public import trail


@login_not_required
@require_safe
def project_pipeline(request: HttpRequest) -> HttpResponse:
    """How many projects stand where; every number opens its rows."""
    context = {"pipeline": pipeline.read(), "now": timezone.now(), "crumbs": trail((_("Pipeline"), None))}
    return render(request, "investment/public/pipeline.html", context)


@require_safe
def council_pipeline(request: HttpRequest) -> HttpResponse:
    """The same with the days that projects spend in each state, a committee's included."""
    if not policies.can_see_pipeline(request.user):
        raise PermissionDenied
    context = {
        "pipeline": pipeline.read(),
        "stays": pipeline.stays(),
        "now": timezone.now(),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Pipeline of projects"), None)],
    }
    return render(request, "investment/council/pipeline.html", context)
