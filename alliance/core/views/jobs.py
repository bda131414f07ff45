"""My long work: how far it is, its file, stopping it, asking again."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import audit, jobs
from ..errors import RuleBroken
from ..jobs.kinds import kind_of
from ..jobs.presentation import shown
from ..lists import remembered_options
from ..models import Job
from ..parts import render_part


@require_safe
def job_list(request: HttpRequest) -> HttpResponseBase:
    """What I asked for, the newest first; fresh every two seconds while something is under way."""
    page = Paginator(Job.objects.of(request.user), 20).get_page(request.GET.get("page"))
    for one in page:
        one.requested_by = request.user  # whose duties are loaded already
    with remembered_options():
        jobs_shown = [shown(one) for one in page]
        context = {
            "page": page,
            "jobs": jobs_shown,
            "has_open": any(one.is_open for one in jobs_shown),
            "crumbs": [(_("Account"), None), (_("Files and background jobs"), None)],
        }
        return render_part(request, "core/job_list.html", "core/_job_list.html", context)


@require_safe
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """How far it is, and in the end its file or why there is none. The page asks every second."""
    found = _mine(request, pk)
    seen = shown(found, ahead=_ahead(found))
    context = {
        "job": seen,
        # Said aloud only when there is something new to say.
        "is_news": request.GET.get("said") != seen.milestone,
        "crumbs": [(_("Account"), None), (_("Files and background jobs"), reverse("core:jobs")), (seen.title, None)],
    }
    return render_part(request, "core/job.html", "core/_job_part.html", context)


def _ahead(found: Job) -> int:
    if found.state != Job.State.QUEUED:
        return 0
    return Job.objects.filter(state=Job.State.QUEUED, created_at__lt=found.created_at).count()


@require_POST
def job_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    jobs.cancel(_mine(request, pk), by=request.user)
    return redirect("core:job", pk)


@require_POST
def job_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    try:
        new = jobs.again(_mine(request, pk), by=request.user)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("core:job", pk)
    return redirect("core:job", new.pk)


@require_safe
def job_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file, to who asked for it and may still see what it holds (platform spec, 6.26)."""
    found = _mine(request, pk)
    kind = kind_of(found)
    if kind is None or not found.has_file or not kind.may(request.user, found.params):
        raise Http404
    with transaction.atomic():
        audit.record("job.fetched", found, by=request.user, kind=found.kind)
    try:
        file = found.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=found.file_name, content_type=found.media_type)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _mine(request: HttpRequest, pk: uuid.UUID) -> Job:
    """Other people's work does not exist."""
    try:
        found = Job.objects.of(request.user).get(pk=pk)
    except Job.DoesNotExist:
        raise Http404 from None
    found.requested_by = request.user
    return found
