"""Keep attendance on the programme desk: the list, the code on the screen, each learner's marks, late changes."""

from collections import Counter
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.parts import render_part, wants_part
from alliance.core.workflow import apply

from .. import checkin, conflicts, policies, rosters
from ..attendance import PARTIAL
from ..forms.sessions import CorrectionForm, MarkForm, RefusalForm, UnlistedForm
from ..models import AttendanceChange, AttendanceMark, Enrolment, Kind, Session, UnlistedAttendee
from ..services import marking
from ..workflows.changes import CHANGE
from .session_access import attended_at, learner_of, taught_by
from .sessions import session_crumbs


def _is_markable(session: Session) -> bool:
    return session.state in (Session.State.OPEN, Session.State.CLOSED)


def rows_of(session: Session, learners: list[Enrolment]) -> list[dict[str, Any]]:
    """Each learner with the mark that counts; two queries, however many."""
    marks = {
        mark.enrolment_id: mark
        for mark in AttendanceMark.objects.filter(session=session, enrolment__in=learners).effective()
    }
    flagged = set(
        AttendanceMark.objects.filter(session=session).exclude(flags=[]).values_list("enrolment_id", flat=True)
    )
    return [
        {
            "enrolment": learner,
            "mark": marks.get(learner.pk),
            "is_flagged": learner.pk in flagged,
            # Sent back with the button: a double click marks once.
            "nonce": get_random_string(24, "0123456789abcdef"),
        }
        for learner in learners
    ]


@require_safe
def session_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The list on the trainer's phone: a name, and large buttons."""
    session = attended_at(request, pk)
    may_teach = policies.can_teach(request.user, session.cohort)
    rows = rows_of(session, rosters.learners(session))
    counts = Counter(row["mark"].kind if row["mark"] else "" for row in rows)
    context = {
        "session": session,
        "rows": rows,
        "counts": [(label, counts[kind]) for kind, label in Kind.choices if counts[kind]],
        "unmarked": counts[""],
        "is_markable": may_teach and _is_markable(session),
        "may_teach": may_teach,
        "kinds": Kind.choices,
        "partial": PARTIAL,
        "conflicts": conflicts.of(session),
        "unlisted": [
            (row, UnlistedForm(session, prefix=str(row.pk)) if may_teach else None)
            for row in session.unlisted.filter(settled_at=None).select_related("actor")
        ],
        "crumbs": session_crumbs(session, (_("Attendance"), None)),
    }
    return render(request, "training/attendance/list.html", context)


@require_POST
def attendance_mark(request: HttpRequest, pk: int, enrolment: int) -> HttpResponseBase:
    """One button of the list. With htmx the row alone comes back, else the list."""
    session = taught_by(request, pk)
    learner = learner_of(session, enrolment)
    form = MarkForm(request.POST)
    problem = ""
    if form.is_valid():
        try:
            marking.mark(
                session,
                learner,
                form.cleaned_data["kind"],
                by=request.user,  # type: ignore[arg-type]
                minutes_present=form.cleaned_data["minutes"],
                nonce=request.POST.get("nonce", "")[:64],
            )
        except RuleBroken as broken:
            problem = str(broken)
    else:
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
    if not wants_part(request):
        if problem:
            messages.error(request, f"{learner.person.name}: {problem}")
        return redirect(f"{reverse('training:session_attendance', args=[session.pk])}#learner-{learner.pk}")
    context = {
        "session": session,
        "row": rows_of(session, [learner])[0] | {"problem": problem, "asked": form.data.get("kind", "")},
        "kinds": Kind.choices,
        "partial": PARTIAL,
        "is_markable": _is_markable(session),
        "may_teach": True,
    }
    return render(request, "training/attendance/_row.html", context)


@require_POST
def attendance_rest(request: HttpRequest, pk: int) -> HttpResponseBase:
    session = taught_by(request, pk)
    try:
        count = marking.mark_rest_present(session, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(
            request,
            ngettext("%(n)d learner is marked as present.", "%(n)d learners are marked as present.", count)
            % {"n": count},
        )
    return redirect("training:session_attendance", session.pk)


@require_POST
def unlisted_settle(request: HttpRequest, pk: int, unlisted: int) -> HttpResponseBase:
    session = taught_by(request, pk)
    row = get_object_or_404(UnlistedAttendee, pk=unlisted, session=session)
    form = UnlistedForm(session, request.POST, prefix=str(row.pk))
    if form.is_valid():
        try:
            marking.settle_unlisted(row, form.cleaned_data["enrolment"], by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, _("Noted who it was."))
    else:
        messages.error(request, _("Choose somebody from the list."))
    return redirect("training:session_attendance", session.pk)


# Each learner's marks -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def mark_history(request: HttpRequest, pk: int, enrolment: int) -> HttpResponseBase:
    """Everything that was said of one learner in one session, and the correction with its reason."""
    session = attended_at(request, pk)
    learner = learner_of(session, enrolment)
    may_teach = policies.can_teach(request.user, session.cohort)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST":
        if not may_teach:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = marking.correct(
                    session,
                    learner,
                    form.cleaned_data["kind"],
                    by=request.user,  # type: ignore[arg-type]
                    reason=form.cleaned_data["reason"],
                    minutes_present=form.cleaned_data["minutes"],
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                asked = isinstance(made, AttendanceChange)
                messages.success(
                    request,
                    _("Asked for. It counts once a second person confirms it.") if asked else _("Corrected."),
                )
                return redirect("training:mark_history", session.pk, learner.pk)
    marks = list(
        AttendanceMark.objects.filter(session=session, enrolment=learner)
        .select_related("actor", "second")
        .order_by("-received_at", "-pk")
    )
    counts = AttendanceMark.objects.filter(session=session, enrolment=learner).effective().first()
    context = {
        "session": session,
        "learner": learner,
        "marks": marks,
        "counts": counts,
        "shared": _same_device(marks),
        "changes": session.changes.filter(enrolment=learner).select_related("asked_by", "decided_by"),
        "form": form if may_teach and session.state != Session.State.CANCELLED else None,
        "is_final": session.state == Session.State.LOCKED,
        "crumbs": session_crumbs(
            session,
            (_("Attendance"), reverse("training:session_attendance", args=[session.pk])),
            (learner.person.name, None),
        ),
    }
    return render(request, "training/attendance/history.html", context, status=422 if form.errors else 200)


def _same_device(marks: list[AttendanceMark]) -> list[Enrolment]:
    """Others who checked in with a device of this learner's."""
    digests = {mark.device_digest for mark in marks if mark.device_digest}
    if not digests:
        return []
    others = AttendanceMark.objects.filter(session=marks[0].session_id, device_digest__in=digests)
    return list(
        Enrolment.objects.filter(pk__in=others.values("enrolment"))
        .exclude(pk=marks[0].enrolment_id)
        .select_related("person")
    )


@require_http_methods(["GET", "POST"])
def attendance_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A change to final attendance: read it beside what stands, confirm or refuse it."""
    change = get_object_or_404(
        AttendanceChange.objects.select_related("session", "enrolment__person", "asked_by", "decided_by"), pk=pk
    )
    session = change.session = attended_at(request, change.session_id)
    offered = CHANGE.offered(request.user, change)
    form = RefusalForm(request.POST or None)
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        try:
            move = CHANGE.move(verb)
        except MoveRefused:
            raise Http404 from None
        if not move.who(request.user, change):
            raise PermissionDenied
        if form.is_valid():
            try:
                apply(CHANGE, change, verb, by=request.user, reason=form.cleaned_data["reason"])
            except RuleBroken as broken:
                form.add_error("reason" if move.needs_reason else None, str(broken))
            else:
                messages.success(request, str(move.done))
                return redirect("training:mark_history", change.session_id, change.enrolment_id)
    counts = AttendanceMark.objects.filter(session=session, enrolment=change.enrolment_id).effective().first()
    context = {
        "change": change,
        "session": session,
        "moves": [move for move in offered if _is_for(request, change, move.verb)],
        "is_own": change.asked_by_id == request.user.pk,
        "counts": counts,
        "form": form,
        "crumbs": session_crumbs(
            session,
            (_("Attendance"), reverse("training:session_attendance", args=[session.pk])),
            (_("Change"), None),
        ),
    }
    return render(request, "training/attendance/change.html", context, status=422 if form.errors else 200)


def _is_for(request: HttpRequest, change: AttendanceChange, verb: str) -> bool:
    """Whoever asked takes back; the others decide."""
    return (verb == "withdraw") == (change.asked_by_id == request.user.pk)


# The code on the screen -----------------------------------------------------------------------------------------------


@require_safe
def session_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """For the projector: a code that changes every 15 seconds, and how many are there."""
    session = taught_by(request, pk)
    context = _code(request, session) | {"crumbs": session_crumbs(session, (_("Code for the screen"), None))}
    return render(request, "training/attendance/screen.html", context)


@require_safe
def session_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the screen that renews itself."""
    session = taught_by(request, pk)
    context = _code(request, session) | {"crumbs": session_crumbs(session, (_("Code for the screen"), None))}
    return render_part(request, "training/attendance/screen.html", "training/attendance/_code.html", context)


def _code(request: HttpRequest, session: Session) -> dict[str, Any]:
    now = timezone.now()
    is_open = session.state == Session.State.OPEN
    checked_in = AttendanceMark.objects.filter(session=session, kind__in=[Kind.PRESENT, *PARTIAL])
    return {
        "session": session,
        "is_open": is_open,
        "code": _picture(session, checkin.code_of(session, checkin.window_of(now))) if is_open else "",
        "there": checked_in.values("enrolment").distinct().count(),
        "learners": Enrolment.objects.on_roster().filter(cohort=session.cohort_id).count(),
    }


def _picture(session: Session, code: str) -> SafeString:
    """Black on white whatever the theme: cameras want it so."""
    address = settings.PUBLIC_BASE_URL + reverse("training:check_in", args=[session.pk, code])
    picture = segno.make(address, error="m", micro=False)
    svg = picture.svg_inline(
        border=4, light="#fff", dark="#000", omitsize=True, svgclass="qr", lineclass=None, title=_("Code to check in")
    )
    return mark_safe(svg)
