"""Promotion events: what is announced, who takes part, requests for one-to-one meetings, the timetable, results."""

from typing import Any
from uuid import UUID

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
from alliance.core.views.steps import offered_steps, reason_in, step_of, take_step

from .. import policies, policies_investors
from .. import policies_events as allowed
from ..forms.events import EventForm, JoinForm, ResultForm
from ..models import EventInvestor, EventMeeting, EventProject, EventWish, Project, PromotionEvent, with_parties
from ..services import events as services
from ..tones import tone_of
from ..workflows.events import EVENT

PER_PAGE = 25
State = PromotionEvent.State


def event_of(request: HttpRequest, token: UUID) -> PromotionEvent:
    event = get_object_or_404(PromotionEvent, token=token)
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
    return (event.title, reverse("investment:promotion_event", args=[event.token]))


@require_safe
def promotion_events(request: HttpRequest) -> HttpResponse:
    if not allowed.may_see_any(request.user):
        raise Http404
    oversees = policies.oversees(request.user)
    rows = PromotionEvent.objects.all() if oversees else PromotionEvent.objects.exclude(state=State.DRAFT)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [{"event": one, "tone": tone_of(one)} for one in page.object_list]
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
            return redirect("investment:promotion_event", event.token)
    return _form(request, form, _("New promotion event"), back=reverse("investment:promotion_events"))


@require_http_methods(["GET", "POST"])
def event_edit(request: HttpRequest, token: UUID) -> HttpResponseBase:
    event = event_of(request, token)
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
            return redirect("investment:promotion_event", token)
    return _form(request, form, _("Change the event"), event=event)


def _parts(request: HttpRequest) -> list[tuple[str, Any]]:
    """Whom the reader can bring: open projects of their parks, their verified investors."""
    projects = policies_investors.projects_of(request.user).filter(state__in=Project.OPEN_STATES)
    investors = policies_investors.sends_for(request.user)
    return [
        *((f"project-{project.slug}", project.title) for project in projects),
        *((f"investor-{investor.organisation.slug}", investor.organisation.name) for investor in investors),
    ]


def _said(mine: list[EventProject], own: list[EventInvestor]) -> dict[str, Any]:
    """What the reader said already, where it is about one alone."""
    if len(mine) + len(own) != 1:
        return {}
    if mine:
        return {"part": f"project-{mine[0].project.slug}", "away": mine[0].away}
    return {"part": f"investor-{own[0].investor.organisation.slug}", "away": own[0].away}


@require_safe
def promotion_event(request: HttpRequest, token: UUID) -> HttpResponse:
    """One page for all: what each may see and do in it differs."""
    event = event_of(request, token)
    oversees = policies.oversees(request.user)
    projects = list(
        event.projects.select_related("project", "person", "event").prefetch_related(with_parties("project__"))
    )
    investors = list(event.investors.select_related("investor__organisation", "person", "event"))
    mine = [part for part in projects if allowed.is_of_project(request.user, part)]
    own = [part for part in investors if allowed.is_of_investor(request.user, part)]
    wishes = {(wish.project_id, wish.investor_id): wish for wish in EventWish.objects.filter(project__event=event)}
    parts = _parts(request) if event.state == State.OPEN else []
    meetings = event.meetings.select_related(
        "event", "project__project", "investor__investor__organisation", "host", "guest"
    ).prefetch_related(with_parties("project__project__"))
    shown = [one for one in meetings if oversees or one.project in mine or one.investor in own]
    now = timezone.now()
    context = {
        "event": event,
        "tone": tone_of(event),
        "oversees": oversees,
        "moves": offered_steps(
            EVENT,
            event,
            request.user,
            lambda verb: reverse("investment:event_move", args=[token, verb]),
        ),
        "may_edit": oversees and event.state == State.DRAFT,
        "is_open": event.state == State.OPEN,
        "form": JoinForm(event=event, parts=parts, initial=_said(mine, own)) if parts else None,
        "projects": projects,
        "investors": investors if oversees else own,
        "mine": [(part, [(one, wishes.get((part.pk, one.pk))) for one in investors]) for part in mine],
        "own": [(part, [(one, wishes.get((one.pk, part.pk))) for one in projects]) for part in own],
        "requests": len(wishes) if oversees else None,
        "meetings": [
            (
                one,
                tone_of(one),
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
def event_join(request: HttpRequest, token: UUID) -> HttpResponseBase:
    event = event_of(request, token)
    parts = _parts(request)
    if not parts:
        raise PermissionDenied
    form = JoinForm(request.POST, event=event, parts=parts)
    if not form.is_valid():
        messages.error(request, _("Choose who takes part."))
        return redirect("investment:promotion_event", token)
    kind, _dash, key = form.cleaned_data["part"].partition("-")
    person: Any = request.user
    try:
        if kind == "project":
            project = policies_investors.projects_of(person).get(slug=key)
            services.join_project(event, project, away=form.cleaned_data["away"], by=person)
        else:
            investor = next(one for one in policies_investors.sends_for(person) if one.organisation.slug == key)
            services.join_investor(event, investor, away=form.cleaned_data["away"], by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You take part. Ask for the meetings you want."))
    return redirect("investment:promotion_event", token)


def _part_of(event: PromotionEvent, kind: str, key: str) -> Any:
    """Who takes part, by the name of the project or of the investor; a number would tell how many there are."""
    if kind not in ("project", "investor") or not key.isprintable():
        raise Http404
    if kind == "project":
        return get_object_or_404(
            EventProject.objects.select_related("project", "event"), event=event, project__slug=key
        )
    return get_object_or_404(
        EventInvestor.objects.select_related("investor__organisation", "event"),
        event=event,
        investor__organisation__slug=key,
    )


@require_POST
def event_leave(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """A project or an investor that is not the reader's own is not found."""
    event = event_of(request, token)
    kind, _dash, key = request.POST.get("part", "").partition("-")
    part = _part_of(event, kind, key)
    if not allowed.is_of_part(request.user, part):
        raise Http404
    person: Any = request.user
    try:
        services.leave(part, by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You no longer take part."))
    return redirect("investment:promotion_event", token)


@require_POST
def event_ask(request: HttpRequest, token: UUID, project: str, investor: str) -> HttpResponseBase:
    """Ask for a meeting, or no longer; `wants` says which."""
    event = event_of(request, token)
    ours, theirs = _part_of(event, "project", project), _part_of(event, "investor", investor)
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
    return redirect("investment:promotion_event", token)


@require_http_methods(["GET", "POST"])
def event_move(request: HttpRequest, token: UUID, verb: str) -> HttpResponseBase:
    event = event_of(request, token)
    move = step_of(EVENT, event, verb, request.user)
    person: Any = request.user
    return take_step(
        request,
        EVENT,
        event,
        move,
        lambda form: services.move_event(event, verb, by=person, reason=reason_in(form)),
        back=reverse("investment:promotion_event", args=[token]),
        title=event.title,
        reader=_("Everybody who takes part reads it."),
        longest=600,
        crumbs=_crumbs(_here(event), (move.label, None)),
    )


@require_http_methods(["GET", "POST"])
def event_result(request: HttpRequest, token: UUID, meeting: int) -> HttpResponseBase:
    event = event_of(request, token)
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
            return redirect("investment:promotion_event", token)
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
