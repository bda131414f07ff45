"""Meetings: times the parks offer, what investors ask for, both sides' list and calendar files."""

from datetime import timedelta
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

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.limits import Limit
from alliance.core.lists import Listing
from alliance.core.views.lists import show_list
from alliance.core.views.steps import offered_steps, reason_in, step_of, take_step

from .. import ical, policies
from .. import policies_dialogue as allowed
from ..forms.meetings import OutcomeForm, RequestForm, SlotForm, TimeForm
from ..meeting_lists import MY_MEETINGS, OFFICE_MEETINGS, of_project
from ..models import Meeting, with_parties
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


def meeting_of(request: HttpRequest, token: UUID) -> Meeting:
    """A meeting of the reader's side, or a time that is offered to it."""
    found = get_object_or_404(
        Meeting.objects.select_related(*WITH, "outcome_by").prefetch_related(with_parties("project__")),
        token=token,
    )
    if not allowed.can_see_meeting(request.user, found):
        raise Http404
    return found


def _rows(meetings: Any, request: HttpRequest) -> Any:
    page = Paginator(meetings.select_related(*WITH), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [{"meeting": one, "tone": tone_of(one)} for one in page.object_list]
    return page


def _list(request: HttpRequest, listing: Listing, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = [{"meeting": row, "tone": tone_of(row)} for row in listing.page.object_list]
    shows_investor = policies.promotes_any(request.user) or policies.oversees(request.user)
    return show_list(request, listing, template, status=status, rows=rows, shows_investor=shows_investor, **more)


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
    crumbs = [(_("Desk"), reverse("notifications:desk")), (_("Meetings"), None)]
    listing = MY_MEETINGS.read(request.GET, user=request.user)
    return _list(request, listing, "investment/meetings/mine.html", crumbs=crumbs)


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
    return _list(
        request,
        of_project(request.GET, project, user=request.user),
        "investment/meetings/project.html",
        status=422 if form.errors else 200,
        project=project,
        # The project itself is no condition that somebody chose.
        own_chips=1,
        form=form if writes and project.state in project.OPEN_STATES else None,
        crumbs=trail_of(project, (_("Meetings"), None)),
    )


@require_safe
def interest_meetings(request: HttpRequest, token: UUID) -> HttpResponse:
    """One dialogue: times to ask for, and its meetings so far."""
    interest = interest_of(request, token)
    may_ask = allowed.can_ask(request.user, interest)
    free = Meeting.objects.filter(project=interest.project).free(timezone.now()).select_related("host")[:100]
    is_own = may_ask or not (policies.promotes(request.user, interest.project) or policies.oversees(request.user))
    title = interest.project.title if is_own else interest.investor.organisation.name
    back = reverse("investment:interest", args=[token])
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
    return _list(
        request,
        OFFICE_MEETINGS.read(request.GET, user=request.user),
        "investment/meetings/office.html",
        late=Meeting.objects.late(timezone.now()).count(),
        crumbs=[(_("Desk"), reverse("notifications:desk")), (_("Meetings with investors"), None)],
    )


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
    here = reverse("investment:meeting", args=[meeting.token]) if more else None
    return [*trail, (name, here), *more]


def _not_now(meeting: Meeting) -> tuple[str, ...]:
    """Steps without a button: one has its own form, others are for before the meeting, or for after it began."""
    begun = meeting.starts_at <= timezone.now()
    return ("request", "confirm", "cancel") if begun else ("request", "hold", "miss")


@require_safe
def meeting(request: HttpRequest, token: UUID) -> HttpResponse:
    found = meeting_of(request, token)
    begun = found.starts_at <= timezone.now()
    parks = allowed.is_parks_side(request.user, found)
    may_request = found.state == State.OFFERED and not begun and allowed.can_request(request.user, found)
    dialogues = allowed.dialogues_of(request.user, found.project) if may_request else []
    context = {
        "meeting": found,
        "project": found.project,
        "tone": tone_of(found),
        "moves": offered_steps(
            MEETING,
            found,
            request.user,
            lambda verb: reverse("investment:meeting_move", args=[token, verb]),
            but=_not_now(found),
            asking=("hold",),
        ),
        "form": RequestForm(dialogues=dialogues, initial={"interest": dialogues[0]}) if dialogues else None,
        "may_change": parks and found.state == State.CONFIRMED and not begun,
        "has_file": found.was_confirmed,
        "crumbs": _trail(request, found),
    }
    return render(request, "investment/meetings/meeting.html", context)


@require_POST
def meeting_request(request: HttpRequest, token: UUID) -> HttpResponseBase:
    found = meeting_of(request, token)
    if not allowed.can_request(request.user, found):
        raise PermissionDenied
    form = RequestForm(request.POST, dialogues=allowed.dialogues_of(request.user, found.project))
    if wait := limits.take(ASKING, limits.who(request)):
        return limits.refuse(request, wait)
    if not form.is_valid():
        messages.error(request, _("Choose the time on the page of your dialogue."))
        return redirect("investment:meeting", token)
    person: Any = request.user
    try:
        services.request_meeting(found, form.cleaned_data["interest"], topic=form.cleaned_data["topic"], by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("investment:interest_meetings", form.cleaned_data["interest"].token)
    messages.success(request, str(MEETING.move("request").done))
    return redirect("investment:meeting", token)


@require_http_methods(["GET", "POST"])
def meeting_move(request: HttpRequest, token: UUID, verb: str) -> HttpResponseBase:
    """One step of either side; with a form where it asks for a reason or for what came of it."""
    found = meeting_of(request, token)
    move = step_of(MEETING, found, verb, request.user, but=("request",))
    person: Any = request.user

    def act(form: Any) -> None:
        if verb == "hold":
            services.move_meeting(found, verb, by=person, **form.cleaned_data)
        else:
            services.move_meeting(found, verb, by=person, reason=reason_in(form))

    return take_step(
        request,
        MEETING,
        found,
        move,
        act,
        form=OutcomeForm if verb == "hold" else None,
        back=reverse("investment:meeting", args=[token]),
        title=found.project.title,
        about=f"{timezone.localtime(found.starts_at):%Y-%m-%d %H:%M}",
        longest=600,
        crumbs=_trail(request, found, (move.label, None)),
    )


@require_http_methods(["GET", "POST"])
def meeting_change(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """Another time or place for a confirmed meeting."""
    found = meeting_of(request, token)
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
            return redirect("investment:meeting", token)
    help_text = _("The other side gets a newer calendar file. Whoever cannot come then cancels with a reason.")
    title = _("Change time or place")
    context = {
        "meeting": found,
        "project": found.project,
        "form": form,
        "title": title,
        "help_text": help_text,
        "back": reverse("investment:meeting", args=[token]),
        "crumbs": _trail(request, found, (title, None)),
    }
    return render(request, "investment/meetings/form.html", context, status=422 if form.errors else 200)


@require_safe
def meeting_file(request: HttpRequest, token: UUID) -> HttpResponse:
    """The invitation as it stands, or what takes it out of the calendar again."""
    found = meeting_of(request, token)
    if not found.was_confirmed:
        raise Http404
    person: Any = request.user
    return _ics(
        ical.invitation(found, person), f"meeting-{timezone.localtime(found.starts_at):%Y%m%d}", ical.method_of(found)
    )
