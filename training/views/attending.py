"""What a learner has of sessions: the calendar, one session, checking in, and attendance with every term."""

import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.errors import RuleBroken

from .. import attending as records
from .. import checkin, policies
from ..attendance import GRACE, percent
from ..models import AttendanceMark, Enrolment, Session
from ..services import marking
from .sessions import desk_crumb

# What a learner's browser calls itself when checking in; it leads to nobody and is told apart within one session only.
DEVICE, DEVICE_FOR = "checkin_device", 365 * 24 * 3600


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Where calendars lead to: a session as those who attend it see it; who teaches goes on to the desk."""
    found = get_object_or_404(
        Session.objects.select_related(
            "cohort__version__curriculum__programme", "unit", "room__organisation", "trainer"
        ).prefetch_related("cohort__version__curriculum__programme__partners"),
        pk=pk,
    )
    enrolment = (
        Enrolment.objects.holding()
        .filter(cohort=found.cohort_id, person=request.user.pk)
        .select_related("cohort")
        .first()
    )
    if enrolment is None:
        if policies.can_see_desk(request.user, found.cohort.version.curriculum.programme):
            return redirect("training:desk_session", found.pk)
        if not _sends_people(request, found):
            raise Http404
    mark = AttendanceMark.objects.filter(session=found, enrolment=enrolment).effective().first() if enrolment else None
    context = {
        "session": found,
        "enrolment": enrolment,
        "mark": mark,
        "crumbs": [desk_crumb(), (_("My calendar"), reverse("training:my_calendar")), (str(found), None)],
    }
    return render(request, "training/learning/session.html", context)


def _sends_people(request: HttpRequest, found: Session) -> bool:
    """A park's people see where those it sent are learning."""
    parks = policies.nominating_parks(request.user)
    return Enrolment.objects.holding().filter(cohort=found.cohort_id, park__in=parks).exists()


@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponseBase:
    """Where the code on the screen leads to (A-3). Opening it writes nothing; the page sends itself on."""
    found = get_object_or_404(Session.objects.select_related("cohort", "unit", "room"), pk=pk)
    is_holder = Enrolment.objects.on_roster().filter(cohort=found.cohort_id, person=request.user.pk).exists()
    is_valid = checkin.is_valid(found, code, timezone.now())
    # Who holds a valid code stands before the screen; to anybody else the session does not exist.
    if not is_holder and not is_valid:
        raise Http404
    mark, problem = None, ""
    if not is_holder:
        problem = _("You have no seat in this cohort, so you cannot check in here.")
    elif request.method == "POST":
        device = request.COOKIES.get(DEVICE, "")[:64] or secrets.token_urlsafe(16)
        try:
            mark = marking.check_in(found, code, by=request.user, device=device)  # type: ignore[arg-type]
        except RuleBroken as broken:
            problem = str(broken)
    elif found.state == Session.State.OPEN and not is_valid:
        problem = _("The code has changed meanwhile. Please scan the screen again.")
    elif found.state != Session.State.OPEN:
        problem = _("Checking in is possible while the session is open. Ask the trainer.")
    context = {
        "session": found,
        "mark": mark,
        "problem": problem,
        "crumbs": [desk_crumb(), (_("My calendar"), reverse("training:my_calendar")), (_("Check in"), None)],
    }
    response = render(request, "training/learning/check_in.html", context, status=409 if problem else 200)
    if request.method == "POST" and not problem:
        response.set_cookie(
            DEVICE, device, max_age=DEVICE_FOR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response


@require_safe
def learner_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The rate with every term (A-7): for the learner, the home park, the programme's people."""
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("person", "park", "cohort__version__curriculum__programme").prefetch_related(
            "cohort__version__curriculum__programme__partners"
        ),
        pk=pk,
    )
    if not policies.can_see_enrolment(request.user, enrolment) or not enrolment.holds_seat:
        raise Http404
    record = records.records_of([enrolment])[enrolment.pk]
    terms = record.terms
    is_own = enrolment.person_id == request.user.pk
    context = {
        "enrolment": enrolment,
        "is_own": is_own,
        "terms": terms,
        "rate": percent(terms.rate),
        "highest": percent(terms.highest),
        "minimum": percent(record.minimum),
        "is_near": terms.is_near(record.minimum),
        "is_out_of_reach": terms.is_out_of_reach(record.minimum),
        "lines": _lines(record, request),
        "left_out": _left_out(record),
        "grace": GRACE,
        "before": record.before,
        "counts_from": enrolment.enrolled_at
        if enrolment.cohort.version.counts_from_enrolment and not record.before
        else None,
        "crumbs": [
            desk_crumb(),
            *([(_("My calendar"), reverse("training:my_calendar"))] if is_own else []),
            (_("Attendance"), None),
        ],
    }
    return render(request, "training/learning/attendance.html", context)


def _lines(record: records.Record, request: HttpRequest) -> list[dict[str, Any]]:
    """Every session that counts, with what it adds."""
    rows = Session.objects.filter(pk__in=[line.meeting.pk for line in record.lines]).select_related("unit")
    found = {row.pk: row for row in rows}
    kinds = dict(AttendanceMark._meta.get_field("kind").choices or ())
    marks = {
        mark.session_id: mark
        for mark in AttendanceMark.objects.filter(enrolment__in=[record.enrolment, *record.before])
        .effective()
        .select_related(None)
    }
    return [
        {
            "session": found[line.meeting.pk],
            "line": line,
            "kind": kinds.get(line.kind, "") if line.kind else "",
            "mark": marks.get(line.meeting.pk),
        }
        for line in record.lines
    ]


def _left_out(record: records.Record) -> list[Session]:
    """Sessions of the cohort that count for nothing here, so that nobody looks for them in vain."""
    counted = [line.meeting.pk for line in record.lines]
    return list(
        Session.objects.filter(cohort=record.enrolment.cohort_id).exclude(pk__in=counted).select_related("unit")
    )
