"""Work for marking: the trainee hands it in, and whoever marks, checks or decides reads it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.files import documents, refusal_text, serve
from alliance.core.files.accept import shown_name
from alliance.core.limits import Limit
from alliance.core.parts import render_part

from .. import policies_assessment as allowed
from ..models import AssessmentItem, Attempt, Enrolment, WorkFile
from ..services import work
from ..workflows.attempts import MARKED_IN
from .reader import me
from .results import own_enrolments

HAND_INS = Limit("hand_in", each=40, overall=2000, seconds=600)


@require_http_methods(["GET", "POST"])
def my_work(request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
    """One item: what was handed in, and the form while nobody has marked it."""
    enrolment: Enrolment = get_object_or_404(own_enrolments(request), pk=pk)
    found = get_object_or_404(
        AssessmentItem.objects.select_related("unit"), pk=item, unit__version=enrolment.cohort.version_id
    )
    problems: list[str] = []
    if request.method == "POST":
        if wait := limits.take(HAND_INS, limits.who(request)):
            return limits.refuse(request, wait)
        problems = _take_in(request, enrolment, found)
        if not problems:
            return redirect("training:my_work", pk, item)
    return _page(request, enrolment, found, problems)


def _take_in(request: HttpRequest, enrolment: Enrolment, item: AssessmentItem) -> list[str]:
    """Each file for itself: one that is refused does not take the others along."""
    uploads = request.FILES.getlist("files")
    problems = [documents.too_large(shown_name(name)) for _field, name in getattr(request, "dropped_uploads", [])]
    if not uploads and not problems:
        return [_("Please choose one or more files.")]
    taken = 0
    for upload in uploads[: work.MOST + 1]:
        try:
            work.hand_in(enrolment, item, upload, by=me(request))
        except RuleBroken as broken:
            problems.append(str(broken))
        else:
            taken += 1
    if taken:
        messages.success(
            request, ngettext("%(n)d file is handed in.", "%(n)d files are handed in.", taken) % {"n": taken}
        )
    return problems


def _page(request: HttpRequest, enrolment: Enrolment, item: AssessmentItem, problems: list[str]) -> HttpResponseBase:
    attempt = work.attempt_under_way(enrolment, item)
    rows = list(WorkFile.objects.of([attempt])) if attempt else []
    is_open = enrolment.cohort.state in MARKED_IN and (attempt is None or attempt.state in work.TAKES)
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "item": item,
        "attempt": attempt,
        "lines": [(row, refusal_text(row.file)) for row in rows],
        "is_open": is_open,
        "is_waiting": any(not row.is_ready and not row.is_refused for row in rows),
        "has_room": len(rows) < work.MOST,
        "most": work.MOST,
        "kinds": documents.kinds(),
        "size": settings.DOCUMENT_MAX_BYTES // 1024 // 1024,
        "accept": ",".join(f".{kind}" for kind in documents.ACCEPTED),
        "problems": problems,
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (_("My results"), reverse("training:my_results_list")),
            (str(enrolment.cohort.title), reverse("training:my_results", args=[enrolment.pk])),
            (_("Hand in work"), None),
        ],
    }
    response = render_part(request, "training/results/work.html", "training/results/_work.html", context)
    if problems:
        response.status_code = 422
    return response


@require_POST
def my_work_remove(request: HttpRequest, token: UUID) -> HttpResponseBase:
    row = get_object_or_404(
        WorkFile.objects.select_related("attempt__enrolment"),
        file__token=token,
        attempt__enrolment__in=own_enrolments(request),
    )
    try:
        work.take_back(row, by=me(request))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You took the file back. It is deleted."))
    return redirect("training:my_work", row.attempt.enrolment_id, row.attempt.item_id)


@require_safe
def work_file(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """The file as it was handed in, once it was checked; for nobody else it exists."""
    row = get_object_or_404(WorkFile.objects.select_related("file"), file__token=token)
    attempt = Attempt.objects.select_related(
        "item", "enrolment__person", "enrolment__park", "enrolment__line_manager",
        "enrolment__cohort__version__curriculum__programme",
    ).get(pk=row.attempt_id)  # fmt: skip
    if not row.is_ready or not allowed.can_read_work(request.user, attempt):  # type: ignore[arg-type]
        raise Http404
    return serve.original(row.file)
