"""Reports: order one, find mine again, have them come by the clock."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core import typeset
from alliance.core.errors import RuleBroken
from alliance.core.jobs.presentation import shown
from alliance.core.limits import limited

from .. import council_report, policies, schedules, snapshots
from ..forms import SHOWN, ReportForm, ScheduleForm
from ..models import ReportSchedule, Snapshot

MINE = 8
CHANGES = {
    "pause": (schedules.pause, gettext_lazy("The schedule is paused.")),
    "resume": (schedules.resume, gettext_lazy("The schedule goes on.")),
    "end": (schedules.end, gettext_lazy("The schedule is removed.")),
    "leave": (schedules.leave, gettext_lazy("You no longer get this report.")),
}


def _require(request: HttpRequest) -> None:
    if not policies.can_see_dashboard(request.user):
        raise PermissionDenied


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """What there is, a form to order it, mine, and those by the clock."""
    _require(request)
    initial = {code: value for code, value in request.GET.items() if len(value) < 40}
    form = ReportForm(initial={"language": request.user.language, **initial})
    return _page(request, form)


@require_POST
@limited(council_report.REPORTS)
def report_order(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = form.cleaned_data
    snapshot = _snapshot(asked["snapshot"])
    try:
        job = council_report.order(
            by=request.user,  # type: ignore[arg-type]
            period=asked["at"],
            language=asked["language"],
            file_format=asked["file_format"],
            filters=snapshot.filters if snapshot else form.filters(),
            with_parks=asked["with_parks"],
            snapshot=snapshot,
        )
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return _page(request, form, status=422)
    return redirect("core:job", job.pk)


def _snapshot(pk: Any) -> Snapshot | None:
    try:
        return Snapshot.objects.defer("content").filter(pk=int(pk)).first() if pk else None
    except (ValueError, OverflowError):
        return None


def _page(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    snapshot = _snapshot(form["snapshot"].value())
    mine = list(council_report.mine(request.user)[:MINE])  # type: ignore[arg-type]
    for job in mine:
        job.requested_by = request.user  # whose duties are loaded already
    context = {
        "form": form,
        "snapshot": snapshot,
        "snapshot_label": snapshots.period_of(snapshot).label if snapshot else "",
        "jobs": [shown(job) for job in mine],
        "schedule_url": reverse("reports:schedule_new") + _filters_of(request),
        "schedules": [_shown(schedule, request.user) for schedule in _schedules()],
        "has_fonts": typeset.are_fonts_there(),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Reports"), None)],
    }
    return render(request, "reports/report_list.html", context, status=status)


def _filters_of(request: HttpRequest) -> str:
    asked = {code: request.GET[code] for code in SHOWN if request.GET.get(code)}
    return f"?{urlencode(asked)}" if asked else ""


def _schedules() -> Any:
    return ReportSchedule.objects.select_related("created_by").prefetch_related("recipients")


def _shown(schedule: ReportSchedule, person: Any) -> dict[str, Any]:
    recipients = list(schedule.recipients.all())
    return {
        "schedule": schedule,
        "recipients": recipients,
        "parks": council_report.filters_in_words(schedule.filters),
        "may_change": policies.can_change_schedule(person, schedule),
        "is_mine": any(one.pk == person.pk for one in recipients),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_new(request: HttpRequest) -> HttpResponse:
    _require(request)
    people = schedules.possible_recipients()
    person: Any = request.user
    first = {"recipients": [person.pk], "language": person.language, "cadence": "monthly", "file_format": "pdf"}
    # From the dashboard or a report with filters, the schedule begins with the same ones.
    first |= {code: value for code, value in request.GET.items() if code in SHOWN and len(value) < 40}
    form = ScheduleForm(request.POST or None, people=people, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            schedules.make(
                by=person,
                cadence=form.cleaned_data["cadence"],
                language=form.cleaned_data["language"],
                file_format=form.cleaned_data["file_format"],
                recipients=list(form.cleaned_data["recipients"]),
                filters=form.filters(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The report is scheduled from now on."))
            return redirect("reports:reports")
    context = {
        "form": form,
        "crumbs": [
            (_("My desk"), reverse("notifications:desk")),
            (_("Reports"), reverse("reports:reports")),
            (_("New schedule"), None),
        ],
    }
    return render(request, "reports/schedule_new.html", context, status=422 if form.errors else 200)


@require_POST
def schedule_change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Pause, go on, remove, or no longer for me."""
    _require(request)
    if verb not in CHANGES:
        raise Http404
    schedule = get_object_or_404(ReportSchedule, pk=pk)
    change, done = CHANGES[verb]
    change(schedule, by=request.user)  # type: ignore[operator]
    messages.success(request, str(done))
    return redirect("reports:reports")
