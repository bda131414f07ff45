"""Offer times, ask for one, move a meeting on, change it; what the clock does (spec 3.11)."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken

from .. import policies_dialogue as allowed
from ..decided import OUTCOME_DAYS
from ..models import Interest, Meeting, Project
from ..notices import meetings as notices
from ..workflows.meetings import MEETING
from . import interests, locking
from .seats import nobody_twice

# Shorter is a greeting, longer a day's visit with several meetings.
SHORTEST, LONGEST = 10, 480
FARTHEST = timedelta(days=365)


def lock(meeting: Meeting) -> Meeting:
    """In the order of `interests.lock`, the meeting last."""
    if meeting.interest is not None:
        interests.lock(meeting.interest)
    Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    return Meeting.objects.select_related("project", "interest__investor__organisation", "host", "guest").get(
        pk=meeting.pk
    )


def _check_times(starts_at: datetime, minutes: int) -> datetime:
    now = timezone.now()
    if not SHORTEST <= minutes <= LONGEST:
        raise RuleBroken(_("A meeting lasts %(least)d to %(most)d minutes.") % {"least": SHORTEST, "most": LONGEST})
    if not now < starts_at < now + FARTHEST:
        raise RuleBroken(_("Choose a time ahead of us, within a year."))
    return starts_at + timedelta(minutes=minutes)


def _check_place(place: str, link: str) -> None:
    if not place.strip() and not link.strip():
        raise RuleBroken(_("A meeting needs a place or a link."))


@transaction.atomic
def offer_slot(
    project: Project,
    *,
    starts_at: datetime,
    minutes: int,
    place: str = "",
    link: str = "",
    language: str = Meeting.Language.ZH,
    by: User,
) -> Meeting:
    """Whoever offers a time is the host. The same time may be offered for two projects: the first request takes it."""
    project = locking.lock(project)
    if not allowed.can_offer(by, project):
        raise PermissionDenied
    if project.state not in Project.OPEN_STATES:
        raise RuleBroken(_("The project is not open to investors now."))
    ends_at = _check_times(starts_at, minutes)
    _check_place(place, link)
    same = Meeting.objects.filter(
        project=project, host=by, state=Meeting.State.OFFERED, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if same.exists():
        raise RuleBroken(_("You offer a time of this project that overlaps already."))
    meeting = Meeting.objects.create(
        project=project,
        host=by,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        link=link.strip(),
        language=Meeting.Language(language),
    )
    audit.record("investor_meeting.offered", meeting, by=by, project=project.pk)
    return meeting


@transaction.atomic
def request_meeting(meeting: Meeting, interest: Interest, *, topic: str = "", by: User) -> Meeting:
    """An investor in dialogue takes an offered time; from now on it is kept for both people."""
    interest = interests.lock(interest)
    with nobody_twice():
        return workflow.apply(
            MEETING,
            meeting,
            "request",
            by=by,
            on_behalf_of=interest.investor.organisation,
            interest=interest,
            topic=topic,
        )


@transaction.atomic
def move_meeting(meeting: Meeting, verb: str, *, by: User | None, reason: str = "", **data: Any) -> Meeting:
    """One step. A request that the investor takes back leaves the time to others."""
    meeting = lock(meeting)
    if verb == "request":
        raise RuleBroken(_("There is no such step."))
    side = None
    if by is not None and meeting.interest is not None and allowed.is_investor_side(by, meeting):
        side = meeting.interest.investor.organisation
    moved: Meeting = workflow.apply(MEETING, meeting, verb, by=by, reason=reason, on_behalf_of=side, **data)
    if verb == "release" and moved.starts_at > timezone.now():
        again = Meeting.objects.create(
            project=moved.project,
            host=moved.host,
            starts_at=moved.starts_at,
            ends_at=moved.ends_at,
            place=moved.place,
            link=moved.link,
            language=moved.language,
        )
        audit.record("investor_meeting.offered", again, by=by, project=moved.project_id)
    return moved


@transaction.atomic
def change_meeting(
    meeting: Meeting, *, starts_at: datetime, minutes: int, place: str = "", link: str = "", by: User
) -> Meeting:
    """The parks move a confirmed meeting, or its place; calendars get a newer invitation (RFC 5546)."""
    meeting = lock(meeting)
    if not allowed.is_parks_side(by, meeting):
        raise PermissionDenied
    if meeting.state != Meeting.State.CONFIRMED or meeting.starts_at <= timezone.now():
        raise RuleBroken(_("Only a confirmed meeting that lies ahead can be changed."))
    ends_at = _check_times(starts_at, minutes)
    _check_place(place, link)
    wanted = {"starts_at": starts_at, "ends_at": ends_at, "place": place.strip(), "link": link.strip()}
    changed = [name for name, value in wanted.items() if getattr(meeting, name) != value]
    if not changed:
        return meeting
    for name in changed:
        setattr(meeting, name, wanted[name])
    meeting.sequence += 1
    meeting.changed_at = timezone.now()
    meeting.outcome_due_at = add_working_days(ends_at, OUTCOME_DAYS.value())
    # The chain before the seats, as in every step: two that wait for one another's person do not also wait for it.
    audit.record("investor_meeting.changed", meeting, by=by, fields=sorted(changed), sequence=meeting.sequence)
    with nobody_twice():
        meeting.seats.update(starts_at=starts_at, ends_at=ends_at)
        meeting.save(update_fields=[*changed, "sequence", "changed_at", "outcome_due_at"])
    notices.changed(meeting, by=by)
    return meeting


# The clock ----------------------------------------------------------------------------------------------------------


def mind(now: datetime | None = None) -> int:
    """Close times that passed and meetings whose dialogue ended; ask for outcomes, and tell of overdue ones."""
    now = now or timezone.now()
    waiting = (Meeting.State.OFFERED, Meeting.State.REQUESTED)
    booked = (Meeting.State.REQUESTED, Meeting.State.CONFIRMED)
    done = 0
    for pk in Meeting.objects.filter(state__in=waiting, starts_at__lte=now).order_by("pk").values_list("pk", flat=True):
        done += _by_clock(pk, "lapse")
    left = Meeting.objects.filter(state__in=booked, interest__state__in=Interest.CLOSED_STATES, starts_at__gt=now)
    for pk in left.order_by("pk").values_list("pk", flat=True):
        done += _by_clock(pk, "end")
    for meeting in Meeting.objects.owing_outcome(now).select_related("project").order_by("pk"):
        notices.ask_outcome(meeting)
    late = Meeting.objects.late(now).filter(escalated_at__isnull=True).order_by("pk")
    for pk in late.values_list("pk", flat=True):
        done += _escalate(pk, now)
    return done


def _by_clock(pk: int, verb: str) -> int:
    try:
        move_meeting(Meeting.objects.select_related("interest").get(pk=pk), verb, by=None)
    except RuleBroken:
        # Somebody was a moment faster.
        return 0
    return 1


@transaction.atomic
def _escalate(pk: int, now: datetime) -> int:
    meeting = Meeting.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if meeting is None or not Meeting.objects.late(now).filter(pk=pk, escalated_at__isnull=True).exists():
        return 0
    meeting.escalated_at = now
    meeting.save(update_fields=["escalated_at"])
    audit.record("investor_meeting.escalated", meeting, by=None)
    notices.late(meeting)
    return 1
