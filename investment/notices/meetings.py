"""What both sides and the desk hear of meetings, each with the page on which the calendar file is."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message

from .. import policies
from .. import policies_dialogue as allowed
from ..models import Meeting
from .kinds import notice, parks_and_desk, task
from .people import desk, lead_of, once, people_of, promoters

State = Meeting.State
_MEETING = {"about": ("investment.Meeting", "project", "interest__investor__organisation", "host", "guest")}


def meeting_url(meeting: Meeting) -> str:
    return reverse("investment:meeting", args=[meeting.token])


def _sees(person: User, facts: Facts) -> bool:
    return allowed.can_see_meeting(person, facts.about)


def _names(meeting: Meeting) -> dict[str, Any]:
    return {
        "project": meeting.project.title,
        "when": date_format(timezone.localtime(meeting.starts_at), "DATETIME_FORMAT"),
        "state": meeting.get_state_display(),
    }


def _requested(facts: Facts, language: str, recipient: User | None) -> Message:
    meeting: Meeting = facts.about
    names = _names(meeting)
    if meeting.interest is not None:
        names["investor"] = meeting.interest.investor.organisation.name
    return Message(
        subject=_("A meeting to confirm: %(project)s") % names,
        lines=(_("%(investor)s asks to meet on %(when)s (Beijing time).") % {"investor": "", **names},),
        url=meeting_url(meeting),
        action=_("Confirm or decline"),
    )


def _moved(facts: Facts, language: str, recipient: User | None) -> Message:
    meeting: Meeting = facts.about
    names = _names(meeting)
    lines = [_("The meeting of %(when)s (Beijing time) is now: %(state)s.") % names]
    if meeting.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": meeting.state_reason})
    if meeting.was_confirmed and meeting.state in (State.CONFIRMED, State.CANCELLED):
        lines.append(
            _("The page has the calendar file; opened in your calendar it enters the meeting or takes it out.")
        )
    return Message(
        subject=_("Meeting: %(project)s") % names,
        lines=tuple(lines),
        url=meeting_url(meeting),
        action=_("Open the meeting"),
    )


def _changed(facts: Facts, language: str, recipient: User | None) -> Message:
    names = _names(facts.about)
    return Message(
        subject=_("The meeting was changed: %(project)s") % names,
        lines=(
            _("It is now on %(when)s (Beijing time); see the page for the place.") % names,
            _("Take the calendar file anew: it replaces the earlier one."),
        ),
        url=meeting_url(facts.about),
        action=_("Open the meeting"),
    )


def _late(facts: Facts, language: str, recipient: User | None) -> Message:
    names = _names(facts.about)
    return Message(
        subject=_("Outcome missing: %(project)s") % names,
        lines=(_("What came of the meeting of %(when)s is not recorded, and the clock has run out.") % names,),
        url=meeting_url(facts.about),
        action=_("Open the meeting"),
    )


MEETING_REQUESTED = notice(
    "meeting_requested",
    gettext_lazy("A meeting to confirm"),
    gettext_lazy("An investor asks for a time that you offer."),
    _requested,
    must=True,
    concerns=policies.promotes_any,
    refs=_MEETING,
    may_see=_sees,
)
MEETING_MOVED = notice(
    "meeting_moved",
    gettext_lazy("A meeting was confirmed, cancelled or recorded"),
    gettext_lazy("The other side, or the clock, moved a meeting of yours on."),
    _moved,
    must=True,
    refs=_MEETING,
    may_see=_sees,
)
MEETING_CHANGED = notice(
    "meeting_changed",
    gettext_lazy("A meeting was changed"),
    gettext_lazy("The time or place of a confirmed meeting of yours changed."),
    _changed,
    must=True,
    refs=_MEETING,
    may_see=_sees,
)
MEETING_LATE = notice(
    "meeting_late",
    gettext_lazy("The outcome of a meeting is missing"),
    gettext_lazy("The clock for recording what came of a meeting has run out."),
    _late,
    concerns=parks_and_desk,
    refs=_MEETING,
    may_see=_sees,
)


CONFIRM_MEETING = task(
    "confirm_meeting",
    gettext_lazy("Confirm a meeting with an investor"),
    gettext_lazy("Confirm the time or decline it with a reason; until then it is kept for both."),
    Permission.PROMOTE,
    meeting_url,
    refs=_MEETING,
    clock_days=2,
)
RECORD_OUTCOME = task(
    "record_outcome",
    gettext_lazy("Record what came of a meeting"),
    gettext_lazy("Held, with what came of it, or somebody did not come."),
    Permission.PROMOTE,
    meeting_url,
    refs=_MEETING,
)
CHASE_OUTCOME = task(
    "chase_outcome",
    gettext_lazy("Ask for the outcome of a meeting"),
    gettext_lazy("The parks have not recorded it within the clock."),
    Permission.OVERSEE_INVESTMENT,
    meeting_url,
    refs=_MEETING,
    clock_days=3,
)
KINDS = {State.REQUESTED: (CONFIRM_MEETING,), State.CONFIRMED: (RECORD_OUTCOME, CHASE_OUTCOME)}


def moved(meeting: Meeting, verb: str, *, by: User | None) -> None:
    for state, kinds in KINDS.items():
        if meeting.state != state:
            for kind in kinds:
                services.close_tasks(meeting, kind=kind, by=by, outcome=meeting.state)
    if verb == "request":
        services.open_task(CONFIRM_MEETING, about=meeting, organisation=lead_of(meeting.project), opened_by=by)
        services.notify(MEETING_REQUESTED, to=promoters(meeting.project), about=meeting, actor=by, key=meeting.pk)
        return
    if meeting.interest is None:
        return
    theirs, parks = people_of(meeting.interest.investor), promoters(meeting.project)
    # Of a step of the parks the other parks hear too: they have it in their calendars.
    told = parks if by is not None and allowed.is_investor_side(by, meeting) else [*theirs, *parks]
    services.notify(MEETING_MOVED, to=once(told, but=by), about=meeting, actor=by, key=f"{meeting.pk}:{verb}")


def changed(meeting: Meeting, *, by: User) -> None:
    assert meeting.interest is not None  # it is confirmed
    told = once(people_of(meeting.interest.investor), promoters(meeting.project), but=by)
    services.notify(MEETING_CHANGED, to=told, about=meeting, actor=by, key=f"{meeting.pk}:{meeting.sequence}")


def ask_outcome(meeting: Meeting) -> None:
    services.open_task(
        RECORD_OUTCOME, about=meeting, organisation=lead_of(meeting.project), due_at=meeting.outcome_due_at
    )


def late(meeting: Meeting) -> None:
    services.open_task(CHASE_OUTCOME, about=meeting, organisation=Organisation.objects.secretariat())
    services.notify(
        MEETING_LATE, to=once(desk(), promoters(meeting.project)), about=meeting, key=f"{meeting.pk}:{meeting.sequence}"
    )
