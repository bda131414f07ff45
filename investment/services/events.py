"""Promotion events: the desk prepares them, projects and investors join and ask, results are recorded (issue 5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import policies
from .. import policies_events as allowed
from ..models import (
    EventInvestor,
    EventMeeting,
    EventProject,
    EventWish,
    Investor,
    Meeting,
    Project,
    PromotionEvent,
    with_parties,
)
from ..notices import events as notices
from ..workflows.events import EVENT

FIELDS = ("title_zh", "title_en", "place", "starts_at", "minutes", "times", "tables")


def lock(event: PromotionEvent) -> PromotionEvent:
    """The event's row is the one lock of everything below it: who takes part, requests, timetable."""
    return PromotionEvent.objects.select_for_update(no_key=True).get(pk=event.pk)


def _open(event: PromotionEvent) -> PromotionEvent:
    event = lock(event)
    if event.state != PromotionEvent.State.OPEN:
        raise RuleBroken(_("The event takes no requests now."))
    return event


@transaction.atomic
def create_event(values: Mapping[str, Any], *, by: User) -> PromotionEvent:
    if not policies.oversees(by):
        raise PermissionDenied
    _check_day(values["starts_at"])
    event = PromotionEvent.objects.create(created_by=by, **{name: values[name] for name in FIELDS})
    audit.record("promotion_event.created", event, by=by)
    return event


@transaction.atomic
def change_event(event: PromotionEvent, values: Mapping[str, Any], *, by: User) -> PromotionEvent:
    """While it is a draft: whoever joins relies on day, times and tables."""
    event = lock(event)
    if not policies.oversees(by):
        raise PermissionDenied
    if event.state != PromotionEvent.State.DRAFT:
        raise RuleBroken(_("Only a draft is changed. Cancel the event and announce another."))
    _check_day(values["starts_at"])
    changed = [name for name in FIELDS if getattr(event, name) != values[name]]
    for name in changed:
        setattr(event, name, values[name])
    if changed:
        event.save(update_fields=changed)
        audit.record("promotion_event.changed", event, by=by, fields=sorted(changed))
    return event


def _check_day(starts_at: datetime) -> None:
    if starts_at <= timezone.now():
        raise RuleBroken(_("Choose a day ahead of us."))


@transaction.atomic
def move_event(event: PromotionEvent, verb: str, *, by: User, reason: str = "") -> PromotionEvent:
    moved: PromotionEvent = workflow.apply(EVENT, lock(event), verb, by=by, reason=reason)
    return moved


# Take part ----------------------------------------------------------------------------------------------------------


def _times(event: PromotionEvent, away: Iterable[int]) -> list[int]:
    found = sorted(set(away))
    if any(not 0 <= time < event.times for time in found):
        raise RuleBroken(_("The event has no such time."))
    if len(found) == event.times:
        raise RuleBroken(_("Whoever is away the whole time does not take part."))
    return found


@transaction.atomic
def join_project(event: PromotionEvent, project: Project, *, away: Iterable[int] = (), by: User) -> EventProject:
    """Whoever brings the project receives its guests; joining again says anew when somebody is away."""
    event = _open(event)
    project = Project.objects.prefetch_related(with_parties()).get(pk=project.pk)
    if not allowed.can_bring(by, project):
        raise PermissionDenied
    if project.state not in Project.OPEN_STATES:
        raise RuleBroken(_("The project is not open to investors now."))
    part, _created = EventProject.objects.update_or_create(
        event=event, project=project, defaults={"person": by, "away": _times(event, away)}
    )
    audit.record("promotion_event.project_joined", event, by=by, project=project.pk)
    return part


@transaction.atomic
def join_investor(event: PromotionEvent, investor: Investor, *, away: Iterable[int] = (), by: User) -> EventInvestor:
    """A verified investor; whoever joins comes in person. The parks that take part see its name."""
    event = _open(event)
    investor = Investor.objects.select_related("organisation").get(pk=investor.pk)
    if not allowed.can_come_for(by, investor):
        raise PermissionDenied
    part, _created = EventInvestor.objects.update_or_create(
        event=event, investor=investor, defaults={"person": by, "away": _times(event, away)}
    )
    audit.record("promotion_event.investor_joined", event, by=by, on_behalf_of=investor.organisation)
    return part


@transaction.atomic
def leave(part: EventProject | EventInvestor, *, by: User) -> None:
    """Before the timetable is made; its requests go too."""
    event = _open(part.event)
    if not allowed.is_of_part(by, part):
        raise PermissionDenied
    part.delete()
    audit.record("promotion_event.left", event, by=by)


@transaction.atomic
def ask(project: EventProject, investor: EventInvestor, *, by: User, wants: bool = True) -> EventWish | None:
    """Either side asks to meet, or no longer does; gives the request that is left, if one is."""
    event = _open(project.event)
    if project.event_id != investor.event_id:
        raise RuleBroken(_("Both take part in the same event."))
    sides = {
        "by_project": allowed.is_of_project(by, project),
        "by_investor": allowed.is_of_investor(by, investor) and investor.investor.is_verified,
    }
    if not any(sides.values()):
        raise PermissionDenied
    if all(sides.values()):
        raise RuleBroken(_("You act for both sides. Nobody meets themselves."))
    (side,) = (name for name, is_mine in sides.items() if is_mine)
    wish = EventWish.objects.filter(project=project, investor=investor).first()
    if wish is None:
        if not wants:
            return None
        wish = EventWish(project=project, investor=investor)
    setattr(wish, side, wants)
    if not wish.by_project and not wish.by_investor:
        wish.delete()
        left = None
    else:
        wish.save()
        left = wish
    audit.record("promotion_event.asked" if wants else "promotion_event.asked_no_more", event, by=by)
    return left


# Afterwards ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_result(meeting: EventMeeting, *, is_held: bool, outcome: str, outcome_code: str = "", by: User) -> Any:
    """What came of a meeting of the timetable, or who did not come; once."""
    event = lock(meeting.event)
    meeting = EventMeeting.objects.select_related("project__project", "investor__investor").get(pk=meeting.pk)
    if not allowed.can_record(by, meeting):
        raise PermissionDenied
    if event.state != PromotionEvent.State.PLANNED:
        raise RuleBroken(_("The event takes no results now."))
    if event.starts_of(meeting.time) > timezone.now():
        raise RuleBroken(_("The meeting has not begun yet."))
    if meeting.state != EventMeeting.State.PLANNED:
        raise RuleBroken(_("Its result is recorded already."))
    if not outcome.strip() or (is_held and outcome_code not in Meeting.Outcome.values):
        raise RuleBroken(_("Say what came of the meeting."))
    meeting.state = EventMeeting.State.HELD if is_held else EventMeeting.State.NO_SHOW
    meeting.outcome, meeting.outcome_code = outcome.strip(), outcome_code if is_held else ""
    meeting.outcome_by, meeting.outcome_at = by, timezone.now()
    meeting.save(update_fields=["state", "outcome", "outcome_code", "outcome_by", "outcome_at"])
    audit.record("promotion_event.result", meeting, by=by, state=meeting.state)
    notices.recorded(event, meeting, by=by)
    return meeting


def mind(now: datetime | None = None) -> int:
    """After an event: ask the parks for the results that are missing."""
    now = now or timezone.now()
    done = 0
    for event in PromotionEvent.objects.filter(state=PromotionEvent.State.PLANNED, starts_at__lt=now).order_by("pk"):
        if event.ends_at < now:
            done += notices.ask_results(event)
    return done
