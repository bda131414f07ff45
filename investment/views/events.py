"""Promotion events: what is announced, who takes part, requests for one-to-one meetings, the timetable, results."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken

from .. import policies, policies_investors
from .. import policies_events as allowed
from ..forms.events import EventForm, JoinForm, ResultForm
from ..forms.questions import ReasonForm
from ..models import EventInvestor, EventMeeting, EventProject, EventWish, Project, PromotionEvent
from ..services import events as services
from ..workflows.events import EVENT

PER_PAGE = 25
TONES = {"open": "ok", "planned": "info", "cancelled": "bad"}
State = PromotionEvent.State


def event_of(request: HttpRequest, pk: int) -> PromotionEvent:
    event = get_object_or_404(PromotionEvent, pk=pk)
    if not allowed.can_see_event(request.user, event):
        raise Http404
    return event


def _crumbs(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [
        (_("Desk"), reverse("notifications:desk")),
        (_("Promotion events"), reverse("investment:promotion_events") if more else None),
        *more,
    ]


def _here(event: PromotionEvent) -> tuple[Any, str]:
    return (event.title, reverse("investment:promotion_event", args=[event.pk]))


@require_safe
def promotion_events(request: HttpRequest) -> HttpResponse:
    if not allowed.may_see_any(request.user):
        raise Http404
    oversees = policies.oversees(request.user)
    rows = PromotionEvent.objects.all() if oversees else PromotionEvent.objects.exclude(state=State.DRAFT)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [{"event": one, "tone": TONES.get(one.state, "")} for one in page.object_list]
    context = {"page": page, "oversees": oversees, "crumbs": _crumbs()}
    return render(request, "investment/events/list.html", context)


@require_http_methods(["GET", "POST"])
def event_new(request: HttpRequest) -> HttpResponseBase:
    if not policies.oversees(request.user):
        raise Http404
    form = EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            event = services.create_event(form.values(), by=person)
        except RuleBroken as broken:
            form.add_error("on", str(broken))
        else:
            messages.success(request, _("Saved as a draft."))
            return redirect("investment:promotion_event", event.pk)
    return _form(request, form, _("New promotion event"), back=reverse("investment:promotion_events"))


@require_http_methods(["GET", "POST"])
def event_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    event = event_of(request, pk)
    if not policies.oversees(request.user):
        raise PermissionDenied
    local = timezone.localtime(event.starts_at)
    initial = {name: getattr(event, name) for name in services.FIELDS} | {"on": local.date(), "at": local.time()}
    form = EventForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            services.change_event(event, form.values(), by=person)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved."))
            return redirect("investment:promotion_event", pk)
    return _form(request, form, _("Change the event"), event=event)


def _parts(request: HttpRequest) -> list[tuple[str, Any]]:
    """Whom the reader can bring: open projects of their parks, their verified investors."""
    projects = policies_investors.projects_of(request.user).filter(state__in=Project.OPEN_STATES)
    investors = policies_investors.sends_for(request.user)
    return [
        *((f"project-{project.pk}", project.title) for project in projects),
        *((f"investor-{investor.pk}", investor.organisation.name) for investor in investors),
    ]


@require_safe
def promotion_event(request: HttpRequest, pk: int) -> HttpResponse:
    """One page for all: what each may see and do in it differs."""
    event = event_of(request, pk)
    oversees = policies.oversees(request.user)
    projects = list(
        event.projects.select_related("project", "person", "event").prefetch_related(
            "project__parties__park__organisation"
        )
    )
    investors = list(event.investors.select_related("investor__organisation", "person", "event"))
    mine = [part for part in projects if allowed.is_of_project(request.user, part)]
    own = [part for part in investors if allowed.is_of_investor(request.user, part)]
    wishes = {(wish.project_id, wish.investor_id): wish for wish in EventWish.objects.filter(project__event=event)}
    parts = _parts(request) if event.state == State.OPEN else []
    meetings = event.meetings.select_related(
        "event", "project__project", "investor__investor__organisation", "host", "guest"
    ).prefetch_related("project__project__parties__park__organisation")
    shown = [one for one in meetings if oversees or one.project in mine or one.investor in own]
    now = timezone.now()
    context = {
        "event": event,
        "tone": TONES.get(event.state, ""),
        "oversees": oversees,
        "moves": EVENT.offered(request.user, event),
        "may_edit": oversees and event.state == State.DRAFT,
        "is_open": event.state == State.OPEN,
        "form": JoinForm(event=event, parts=parts) if parts else None,
        "projects": projects,
        "investors": investors if oversees else own,
        "mine": [(part, [(one, wishes.get((part.pk, one.pk))) for one in investors]) for part in mine],
        "own": [(part, [(one, wishes.get((one.pk, part.pk))) for one in projects]) for part in own],
        "requests": len(wishes) if oversees else None,
        "meetings": [
            (
                one,
                one.state == EventMeeting.State.PLANNED
                and event.state == State.PLANNED
                and one.starts_at <= now
                and allowed.can_record(request.user, one),
            )
            for one in shown
        ],
        "crumbs": _crumbs((event.title, None)),
    }
    return render(request, "investment/events/event.html", context)


@require_POST
def event_join(request: HttpRequest, pk: int) -> HttpResponseBase:
    event = event_of(request, pk)
    parts = _parts(request)
    if not parts:
        raise PermissionDenied
    form = JoinForm(request.POST, event=event, parts=parts)
    if not form.is_valid():
        messages.error(request, _("Choose who takes part."))
        return redirect("investment:promotion_event", pk)
    kind, _dash, key = form.cleaned_data["part"].partition("-")
    person: Any = request.user
    try:
        if kind == "project":
            project = policies_investors.projects_of(person).get(pk=key)
            services.join_project(event, project, away=form.cleaned_data["away"], by=person)
        else:
            investor = next(one for one in policies_investors.sends_for(person) if one.pk == int(key))
            services.join_investor(event, investor, away=form.cleaned_data["away"], by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You take part. Ask for the meetings you want."))
    return redirect("investment:promotion_event", pk)


@require_POST
def event_leave(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A project or an investor that is not the reader's own is not found."""
    event = event_of(request, pk)
    kind, _dash, key = request.POST.get("part", "").partition("-")
    model: Any = {"project": EventProject, "investor": EventInvestor}.get(kind)
    if model is None or not key.isdecimal() or len(key) > 15:
        raise Http404
    part = get_object_or_404(model.objects.select_related("event", kind), event=event, pk=int(key))
    if not allowed.is_of_part(request.user, part):
        raise Http404
    person: Any = request.user
    try:
        services.leave(part, by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You no longer take part."))
    return redirect("investment:promotion_event", pk)


@require_POST
def event_ask(request: HttpRequest, pk: int, project: int, investor: int) -> HttpResponseBase:
    """Ask for a meeting, or no longer; `wants` says which."""
    event = event_of(request, pk)
    ours = get_object_or_404(EventProject.objects.select_related("project", "event"), event=event, pk=project)
    theirs = get_object_or_404(
        EventInvestor.objects.select_related("investor__organisation", "event"), event=event, pk=investor
    )
    # Who else takes part is nobody's business but the parks'.
    if not allowed.is_of_project(request.user, ours) and not allowed.is_of_investor(request.user, theirs):
        raise Http404
    person: Any = request.user
    wants = request.POST.get("wants") != "no"
    try:
        services.ask(ours, theirs, wants=wants, by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Asked for.") if wants else _("No longer asked for."))
    return redirect("investment:promotion_event", pk)


@require_http_methods(["GET", "POST"])
def event_move(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    event = event_of(request, pk)
    move = next((move for move in EVENT.moves if move.verb == verb), None)
    if move is None:
        raise Http404
    if not move.who(request.user, event):
        raise PermissionDenied
    form = ReasonForm(request.POST or None, needs_reason=move.needs_reason)
    if request.method == "POST" and (form.is_valid() or not move.needs_reason):
        person: Any = request.user
        reason = form.cleaned_data["reason"] if move.needs_reason else ""
        try:
            services.move_event(event, verb, by=person, reason=reason)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, str(move.done))
            return redirect("investment:promotion_event", pk)
    return _form(request, form, move.label, event=event, tone=move.tone, help_text=move.help)


@require_http_methods(["GET", "POST"])
def event_result(request: HttpRequest, pk: int, meeting: int) -> HttpResponseBase:
    event = event_of(request, pk)
    found = get_object_or_404(
        EventMeeting.objects.select_related("event", "project__project", "investor__investor__organisation"),
        event=event,
        pk=meeting,
    )
    if not allowed.can_record(request.user, found):
        raise Http404
    form = ResultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            services.record_result(found, by=person, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Recorded."))
            return redirect("investment:promotion_event", pk)
    title = _("What came of it: %(investor)s") % {"investor": found.investor.investor.organisation.name}
    return _form(request, form, title, event=event)


def _form(
    request: HttpRequest, form: Any, title: Any, *, event: PromotionEvent | None = None, back: str = "", **more: Any
) -> HttpResponse:
    above = (_here(event),) if event else ()
    context = {
        "form": form,
        "title": title,
        "event": event,
        "back": back or (above[0][1] if above else ""),
        "crumbs": _crumbs(*above, (title, None)),
    } | more
    return render(request, "investment/events/form.html", context, status=422 if form.errors else 200)
