"""Meetings: times the parks offer, what investors ask for, both sides' list and calendar files."""

from datetime import timedelta
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

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.limits import Limit

from .. import ical, policies
from .. import policies_dialogue as allowed
from ..forms.meetings import OutcomeForm, RequestForm, SlotForm, TimeForm
from ..forms.questions import ReasonForm
from ..models import Meeting
from ..services import meetings as services
from ..tones import tone_of
from ..workflows.meetings import MEETING
from .access import desk_project_of, trail_of
from .interests import interest_of, trail_for

ASKING = Limit("request_meeting", each=60, overall=2000, seconds=3600)
PER_PAGE = 25
BACK = timedelta(days=200)
WITH = ("project", "interest__investor__organisation", "host", "guest")
State = Meeting.State


def meeting_of(request: HttpRequest, pk: int) -> Meeting:
    """A meeting of the reader's side, or a time that is offered to it."""
    found = get_object_or_404(
        Meeting.objects.select_related(*WITH, "outcome_by").prefetch_related("project__parties__park__organisation"),
        pk=pk,
    )
    if not allowed.can_see_meeting(request.user, found):
        raise Http404
    return found


def _rows(meetings: Any, request: HttpRequest) -> Any:
    page = Paginator(meetings.select_related(*WITH), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [{"meeting": one, "tone": tone_of(one)} for one in page.object_list]
    return page


def _narrowed(rows: Any, request: HttpRequest) -> tuple[Any, str]:
    shown, now = request.GET.get("show", ""), timezone.now()
    if shown == "past":
        return rows.filter(ends_at__lt=now).order_by("-starts_at", "-pk"), shown
    if shown == "outcome":
        return rows.owing_outcome(now), shown
    return rows.filter(ends_at__gte=now).exclude(state=State.CANCELLED), ""


def _ics(body: bytes, name: str, method: str) -> HttpResponse:
    response = HttpResponse(body, content_type=f"text/calendar; charset=utf-8; method={method}")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """What lies ahead of the reader's investors and parks; what is past, and where an outcome is missing."""
    if not allowed.talks(request.user):
        raise Http404
    rows, shown = _narrowed(allowed.meetings_of(request.user), request)
    context = {
        "page": _rows(rows, request),
        "shown": shown,
        "here": reverse("investment:meetings"),
        "is_parks": policies.promotes_any(request.user),
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Meetings"), None)],
    }
    return render(request, "investment/meetings/mine.html", context)


@require_safe
def meetings_file(request: HttpRequest) -> HttpResponse:
    """All confirmed meetings of the reader's side as one calendar file."""
    if not allowed.talks(request.user):
        raise Http404
    rows = allowed.meetings_of(request.user).filter(confirmed_at__isnull=False, ends_at__gte=timezone.now() - BACK)
    return _ics(ical.listing(rows.select_related("project")), "meetings", ical.PUBLISH)


@require_http_methods(["GET", "POST"])
def project_meetings(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The times of one project; its parks offer more here."""
    project = desk_project_of(request, slug)
    writes = allowed.can_offer(request.user, project)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    form = SlotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            services.offer_slot(project, by=person, **form.values())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Offered. Investors in dialogue can ask for it."))
            return redirect("investment:project_meetings", slug)
    rows, shown = _narrowed(Meeting.objects.filter(project=project), request)
    context = {
        "project": project,
        "form": form if writes and project.state in project.OPEN_STATES else None,
        "page": _rows(rows, request),
        "shown": shown,
        "here": reverse("investment:project_meetings", args=[slug]),
        "is_parks": True,
        "crumbs": trail_of(project, (_("Meetings"), None)),
    }
    return render(request, "investment/meetings/project.html", context, status=422 if form.errors else 200)


@require_safe
def interest_meetings(request: HttpRequest, pk: int) -> HttpResponse:
    """One dialogue: times to ask for, and its meetings so far."""
    interest = interest_of(request, pk)
    may_ask = allowed.can_ask(request.user, interest)
    free = Meeting.objects.filter(project=interest.project).free(timezone.now()).select_related("host")[:100]
    is_own = may_ask or not (policies.promotes(request.user, interest.project) or policies.oversees(request.user))
    title = interest.project.title if is_own else interest.investor.organisation.name
    back = reverse("investment:interest", args=[pk])
    context = {
        "interest": interest,
        "project": interest.project,
        "free": list(free) if may_ask else [],
        "may_ask": may_ask,
        "page": _rows(Meeting.objects.filter(interest=interest).order_by("-starts_at"), request),
        "crumbs": trail_for(request, interest, (title, back), (_("Meetings"), None)),
    }
    return render(request, "investment/meetings/dialogue.html", context)


@require_safe
def office_meetings(request: HttpRequest) -> HttpResponse:
    """All of them; first those whose outcome is overdue."""
    if not policies.oversees(request.user):
        raise Http404
    late = Meeting.objects.late(timezone.now()).select_related(*WITH).order_by("outcome_due_at", "pk")
    rows, shown = _narrowed(Meeting.objects.all(), request)
    context = {
        "late": [{"meeting": one, "tone": tone_of(one)} for one in late[:100]],
        "page": _rows(rows, request),
        "shown": shown,
        "here": reverse("investment:office_meetings"),
        "is_parks": True,
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Meetings with investors"), None)],
    }
    return render(request, "investment/meetings/office.html", context)


# One meeting --------------------------------------------------------------------------------------------------------


def _trail(request: HttpRequest, meeting: Meeting, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    name = f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}"
    if policies.promotes(request.user, meeting.project):
        up = reverse("investment:project_meetings", args=[meeting.project.slug])
        trail = trail_of(meeting.project, (_("Meetings"), up))
    else:
        office = policies.oversees(request.user)
        up = reverse("investment:office_meetings" if office else "investment:meetings")
        trail = [(_("Desk"), reverse("notifications:desk")), (_("Meetings"), up)]
    here = reverse("investment:meeting", args=[meeting.pk]) if more else None
    return [*trail, (name, here), *more]


def _offered(request: HttpRequest, meeting: Meeting) -> list[Any]:
    """The steps possible now: none that only lies ahead, or behind us."""
    begun = meeting.starts_at <= timezone.now()
    ahead, after = ("request", "confirm", "cancel"), ("hold", "miss")
    return [
        move
        for move in MEETING.offered(request.user, meeting)
        if not (begun and move.verb in ahead) and not (not begun and move.verb in after)
    ]


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = meeting_of(request, pk)
    offered = _offered(request, found)
    verbs = {move.verb for move in offered}
    begun = found.starts_at <= timezone.now()
    parks = allowed.is_parks_side(request.user, found)
    dialogues = allowed.dialogues_of(request.user, found.project) if "request" in verbs else []
    context = {
        "meeting": found,
        "project": found.project,
        "tone": tone_of(found),
        "moves": [move for move in offered if move.verb != "request"],
        "form": RequestForm(dialogues=dialogues, initial={"interest": dialogues[0]}) if dialogues else None,
        "may_change": parks and found.state == State.CONFIRMED and not begun,
        "has_file": found.was_confirmed,
        "crumbs": _trail(request, found),
    }
    return render(request, "investment/meetings/meeting.html", context)


@require_POST
def meeting_request(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = meeting_of(request, pk)
    if not allowed.can_request(request.user, found):
        raise PermissionDenied
    form = RequestForm(request.POST, dialogues=allowed.dialogues_of(request.user, found.project))
    if wait := limits.take(ASKING, limits.who(request)):
        return limits.refuse(request, wait)
    if not form.is_valid():
        messages.error(request, _("Choose the time on the page of your dialogue."))
        return redirect("investment:meeting", pk)
    person: Any = request.user
    try:
        services.request_meeting(found, form.cleaned_data["interest"], topic=form.cleaned_data["topic"], by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("investment:interest_meetings", form.cleaned_data["interest"].pk)
    messages.success(request, str(MEETING.move("request").done))
    return redirect("investment:meeting", pk)


@require_http_methods(["GET", "POST"])
def meeting_move(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """One step of either side; with a form where it asks for a reason or for what came of it."""
    found = meeting_of(request, pk)
    move = next((move for move in MEETING.moves if move.verb == verb), None)
    if move is None or verb == "request":
        raise Http404
    if not move.who(request.user, found):
        raise PermissionDenied
    form: Any
    if verb == "hold":
        form = OutcomeForm(request.POST or None)
    else:
        form = ReasonForm(request.POST or None, needs_reason=move.needs_reason)
    asks = bool(form.fields)
    if request.method == "POST" and (form.is_valid() or not asks):
        person: Any = request.user
        try:
            services.move_meeting(found, verb, by=person, **(form.cleaned_data if asks else {}))
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, str(move.done))
            return redirect("investment:meeting", pk)
    return _form(request, found, form, move.label, tone=move.tone, help_text=move.help)


@require_http_methods(["GET", "POST"])
def meeting_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another time or place for a confirmed meeting."""
    found = meeting_of(request, pk)
    if not allowed.is_parks_side(request.user, found):
        raise PermissionDenied
    local = timezone.localtime(found.starts_at)
    initial = {
        "on": local.date(),
        "at": local.time(),
        "minutes": found.minutes,
        "place": found.place,
        "link": found.link,
    }
    form = TimeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            services.change_meeting(found, by=person, **form.values())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Changed. The other side is told, and the calendar file is new."))
            return redirect("investment:meeting", pk)
    help_text = _("The other side gets a newer calendar file. Whoever cannot come then cancels with a reason.")
    return _form(request, found, form, _("Change time or place"), help_text=help_text)


def _form(request: HttpRequest, found: Meeting, form: Any, title: Any, **more: Any) -> HttpResponse:
    context = {
        "meeting": found,
        "project": found.project,
        "form": form,
        "title": title,
        "back": reverse("investment:meeting", args=[found.pk]),
        "crumbs": _trail(request, found, (title, None)),
    } | more
    return render(request, "investment/meetings/form.html", context, status=422 if form.errors else 200)


@require_safe
def meeting_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation as it stands, or what takes it out of the calendar again."""
    found = meeting_of(request, pk)
    if not found.was_confirmed:
        raise Http404
    person: Any = request.user
    return _ics(ical.invitation(found, person), f"meeting-{found.pk}", ical.method_of(found))
