"""Sessions on the programme desk: plan, change, cancel, open, close, lock; and what a trainer teaches."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.parts import render_part
from alliance.core.views.steps import reason_in, step_of, take_step

from .. import acting, conflicts, policies
from ..forms.sessions import NewSessionForm, SessionForm
from ..models import AttendanceChange, Session
from ..services import filling
from ..services import sessions as services
from ..workflows.sessions import SESSION
from .session_access import planned_by, session_of

BACK, AHEAD = timedelta(days=14), timedelta(days=60)


def desk_crumb() -> tuple[str, str]:
    return (_("Desk"), reverse("notifications:desk"))


def cohort_crumbs(cohort: Any, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    trail: list[tuple[Any, str | None]] = [
        desk_crumb(),
        (_("Cohorts"), reverse("training:desk_cohorts")),
        (cohort.title, reverse("training:desk_cohort", args=[cohort.code])),
    ]
    return [*trail, *more]


def session_crumbs(session: Session, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    page = reverse("training:desk_session", args=[session.pk]) if more else None
    return cohort_crumbs(session.cohort, (str(session), page), *more)


@require_safe
def teaching(request: HttpRequest) -> HttpResponse:
    """What the reader teaches: to do now, to come, and what was."""
    if not (policies.teaches_any(request.user) or policies.runs_any(request.user)):
        raise Http404
    context = {"crumbs": [desk_crumb(), (_("My sessions"), None)], **_taught(request)}
    return render(request, "training/sessions/teaching.html", context)


@require_safe
def teaching_panel(request: HttpRequest) -> HttpResponse:
    """On "my desk": what the reader teaches next."""
    context = {key: rows[:4] for key, rows in _taught(request).items()}
    context["crumbs"] = [desk_crumb(), (_("My sessions"), None)]
    return render_part(request, "training/sessions/panel.html", "training/sessions/_panel.html", context)


def _taught(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    mine = list(
        Session.objects.filter(trainer=request.user.pk, ends_at__gte=now - BACK, starts_at__lte=now + AHEAD)
        .exclude(state=Session.State.CANCELLED)
        .select_related("cohort", "unit", "room")
        .order_by("starts_at")
    )
    to_do = [
        session
        for session in mine
        if session.state in (Session.State.OPEN, Session.State.CLOSED)
        or (session.state == Session.State.SCHEDULED and session.starts_at <= now + timedelta(hours=1))
    ]
    done = [session for session in mine if session.state == Session.State.LOCKED]
    coming = [session for session in mine if session not in to_do and session not in done]
    return {"to_do": to_do, "coming": coming, "done": done[::-1]}


@require_safe
def desk_session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: when, where, who, where it stands and what to do next."""
    session = session_of(request, pk)
    may_see = policies.can_see_attendance(request.user, session.cohort)
    programme = session.cohort.version.curriculum.programme
    context = {
        "session": session,
        "moves": SESSION.offered(request.user, session),
        "may_plan": policies.can_plan_cohorts(request.user, programme),
        "may_change": policies.can_plan_cohorts(request.user, programme) and is_changeable(session),
        "may_teach": policies.can_teach(request.user, session.cohort),
        "may_see": may_see,
        "crumbs": session_crumbs(session),
    }
    if may_see:
        context |= {
            "unmarked": filling.unmarked(session).count(),
            "conflicts": conflicts.of(session),
            "unlisted": session.unlisted.filter(settled_at=None).count(),
            "flagged": session.marks.exclude(flags=[]).count(),
            "changes": session.changes.filter(state=AttendanceChange.State.ASKED).select_related(
                "enrolment__person", "asked_by"
            ),
        }
    return render(request, "training/sessions/session.html", context)


def is_changeable(session: Session) -> bool:
    """C-5: until it begins."""
    return session.state == Session.State.SCHEDULED and session.starts_at > timezone.now()


@require_http_methods(["GET", "POST"])
def session_add(request: HttpRequest, code: str) -> HttpResponseBase:
    cohort = planned_by(request, code)
    form = NewSessionForm(cohort, request.POST or None, initial=_begin(cohort))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_sessions(cohort, by=request.user, times=form.all_times, **form.plan)  # type: ignore[arg-type]
        except RuleBroken as broken:
            _say(form, broken)
        else:
            messages.success(
                request,
                ngettext("%(n)d session is in the calendar.", "%(n)d sessions are in the calendar.", len(made))
                % {"n": len(made)},
            )
            first = timezone.localdate(made[0].starts_at)
            return redirect(f"{reverse('training:cohort_calendar', args=[cohort.code])}?on={first.isoformat()}")
    context = {
        "cohort": cohort,
        "form": form,
        "crumbs": cohort_crumbs(cohort, (_("Add sessions"), None)),
    }
    return render(request, "training/sessions/edit.html", context, status=422 if form.errors else 200)


def _begin(cohort: Any) -> dict[str, Any]:
    return {"on": max(timezone.localdate(cohort.starts_at), timezone.localdate() + timedelta(days=1))}


def _say(form: SessionForm, broken: RuleBroken) -> None:
    """A clash is told beside the field that makes it."""
    field = {"starts_at": "starts", "ends_at": "ends"}.get(name := getattr(broken, "field", ""), name)
    form.add_error(field if field in form.fields else None, str(broken))


@require_safe
def session_clashes(request: HttpRequest, code: str) -> HttpResponse:
    """What already stands in the way of what is being typed; before anything is sent."""
    cohort = planned_by(request, code)
    pk = request.GET.get("session", "")
    form = NewSessionForm(cohort, {"weeks": 1, **request.GET.dict()})
    lines: list[str] = []
    form.is_valid()
    if {"on", "starts", "ends"} <= set(form.cleaned_data):
        data = form.cleaned_data
        weeks, skip = data.get("weeks") or 1, data.get("skip_holidays", False)
        for start, end in services.weekly(*form.times, weeks, skip_holidays=skip):
            tried = Session(
                cohort=cohort, starts_at=start, ends_at=end, trainer=data.get("trainer"), room=data.get("room")
            )
            beside = [int(pk)] if pk.isdecimal() and len(pk) < 18 else []
            lines += [services.clash_words(field, other) for field, other in services.clashes(tried, beside=beside)]
    context = {"lines": lines, "cohort": cohort, "crumbs": cohort_crumbs(cohort, (_("Clashes"), None))}
    return render_part(request, "training/sessions/clashes.html", "training/sessions/_clashes.html", context)


@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    session = session_of(request, pk)
    if not policies.can_plan_cohorts(request.user, session.cohort.version.curriculum.programme):
        raise PermissionDenied
    form = SessionForm(session.cohort, request.POST or None, initial=SessionForm.initial_of(session))
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.times
        try:
            changed = services.change_session(
                session,
                by=request.user,  # type: ignore[arg-type]
                starts_at=starts_at,
                ends_at=ends_at,
                **form.plan,
            )
        except RuleBroken as broken:
            _say(form, broken)
        else:
            told = any(getattr(changed, name) != getattr(session, name) for name in services.SHOWN)
            messages.success(
                request, _("Moved. Everybody with a seat is told.") if told else _("The session is changed.")
            )
            return redirect("training:desk_session", session.pk)
    context = {
        "cohort": session.cohort,
        "session": session,
        "form": form,
        "is_changeable": is_changeable(session),
        "crumbs": session_crumbs(session, (_("Change"), None)),
    }
    return render(request, "training/sessions/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def session_move(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """Open, close, lock, cancel: what it means, and the button."""
    session = session_of(request, pk)
    move = step_of(SESSION, session, verb, request.user)
    return take_step(
        request,
        SESSION,
        session,
        move,
        lambda form: acting.apply(SESSION, session, verb, by=request.user, reason=reason_in(form)),
        reader=_("Everybody with a seat reads it."),
        longest=300,
        back=reverse("training:desk_session", args=[pk]),
        title=str(session),
        about=render_to_string("training/_when.html", {"session": session}),
        crumbs=session_crumbs(session, (move.label, None)),
    )
