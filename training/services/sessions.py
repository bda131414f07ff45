"""Plan the sessions of a cohort: add, repeat, change, move, cancel. No trainer and no room is in two at once (C-4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.calendar import is_working_day
from alliance.core.errors import RuleBroken

from .. import acting, policies
from ..models import Cohort, Room, Session, Unit
from ..notices import sessions as notices
from ..trainers import rooms_for, trainers_of
from ..workflows.sessions import SESSION

# States in which a cohort's calendar is written.
PLANNABLE = (Cohort.State.PLANNED, Cohort.State.ENROLLING, Cohort.State.CONFIRMED, Cohort.State.RUNNING)
# What calendars show: a change of it is a new sequence, and learners hear of it.
SHOWN = ("starts_at", "ends_at", "room", "link")
CHANGEABLE = (*SHOWN, "unit", "title_zh", "title_en", "trainer", "is_required")
MOST_WEEKS = 40


class Clash(RuleBroken):
    """Somebody or some room is elsewhere at that time; `field` is where the form says so."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def when(session: Session) -> str:
    """The time of a session in words, on the clock of China."""
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    until = date_format(end, "TIME_FORMAT" if end.date() == start.date() else "DATETIME_FORMAT")
    return f"{date_format(start, 'DATETIME_FORMAT')}–{until}"


def clashes(session: Session, *, beside: Iterable[int] = ()) -> list[tuple[str, Session]]:
    """What stands in the way, as (field, other session): of the trainer, of the room."""
    others = (
        Session.objects.exclude(state=Session.State.CANCELLED)
        .exclude(pk__in=[*beside, *([session.pk] if session.pk else [])])
        .filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
        .select_related("cohort", "unit")
    )
    concerned = Q(pk__in=[])
    if session.trainer_id:
        concerned |= Q(trainer=session.trainer_id)
    if session.room_id:
        concerned |= Q(room=session.room_id)
    found = []
    for other in others.filter(concerned):
        if session.trainer_id and other.trainer_id == session.trainer_id:
            found.append(("trainer", other))
        if session.room_id and other.room_id == session.room_id:
            found.append(("room", other))
    return found


def clash_words(field: str, other: Session) -> str:
    names = {"session": str(other), "cohort": other.cohort.code, "when": when(other)}
    if field == "trainer":
        return _("The trainer teaches “%(session)s” of %(cohort)s then: %(when)s.") % names
    return _("The room is taken by “%(session)s” of %(cohort)s then: %(when)s.") % names


def _hold(trainer_ids: Iterable[int | None], room_ids: Iterable[int | None]) -> None:
    """Whoever plans with the same trainer or room waits until this transaction ends; always in the same order."""
    trainers, rooms = {pk for pk in trainer_ids if pk}, {pk for pk in room_ids if pk}
    list(User.objects.filter(pk__in=trainers).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    list(Room.objects.filter(pk__in=rooms).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _check_free(session: Session) -> None:
    for field, other in clashes(session):
        raise Clash(clash_words(field, other), field)


def _save(session: Session, **options: Any) -> None:
    """The database has the last word: what slipped past the check is told as one reads it."""
    try:
        with transaction.atomic():
            session.save(**options)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        for field in ("trainer", "room"):
            if constraint == f"training_session_{field}_in_one":
                other = next((other for name, other in clashes(session) if name == field), None)
                words = clash_words(field, other) if other else _("Somebody has just planned another session then.")
                raise Clash(words, field) from error
        raise


def _check_plan(cohort: Cohort, session: Session) -> None:
    """What holds for every session, new or changed."""
    if session.ends_at <= session.starts_at:
        raise Clash(_("A session ends after it begins."), "ends_at")
    if session.ends_at - session.starts_at > timedelta(hours=12):
        raise Clash(_("A session lasts at most twelve hours. Make two of it."), "ends_at")
    if session.starts_at < cohort.starts_at or session.ends_at > cohort.ends_at:
        raise Clash(
            _("The cohort runs from %(start)s to %(end)s; its sessions lie within.")
            % {
                "start": date_format(timezone.localtime(cohort.starts_at), "DATETIME_FORMAT"),
                "end": date_format(timezone.localtime(cohort.ends_at), "DATETIME_FORMAT"),
            },
            "starts_at",
        )
    if session.room_id is None and not session.link:
        raise Clash(_("A session needs a room or a link."), "room")
    if session.unit.version_id != cohort.version_id:
        raise Clash(_("This unit belongs to another version of the curriculum."), "unit")
    if session.trainer_id and not trainers_of(cohort).filter(pk=session.trainer_id).exists():
        raise Clash(_("This person does not teach for a partner of the programme."), "trainer")
    if session.room_id and not rooms_for(cohort).filter(pk=session.room_id).exists():
        raise Clash(_("This room belongs to nobody who teaches here."), "room")


def _plannable(cohort: Cohort, by: User) -> Cohort:
    # A shared lock would do; the cohort's row is short of writers, and seats take it only for a moment.
    cohort = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    if not policies.can_plan_cohorts(by, cohort.version.curriculum.programme):
        raise PermissionDenied
    if cohort.state not in PLANNABLE:
        raise RuleBroken(
            _("The cohort is “%(state)s”; its calendar does not change any more.")
            % {"state": cohort.get_state_display()}
        )
    return cohort


@transaction.atomic
def add_session(
    cohort: Cohort, *, by: User, unit: Unit, starts_at: datetime, ends_at: datetime, **fields: Any
) -> Session:
    """One more session. Clashes are refused with the session that stands in the way."""
    return add_sessions(cohort, by=by, unit=unit, times=[(starts_at, ends_at)], **fields)[0]


def weekly(
    starts_at: datetime, ends_at: datetime, weeks: int, *, skip_holidays: bool
) -> list[tuple[datetime, datetime]]:
    """The same hours each week on the clock of China; with `skip_holidays` days off are left out, not moved.

    A day on which people work by the Chinese calendar, or a weekend on which the first one lies too, is no day off.
    """
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    at_weekend = start.weekday() >= 5
    found = []
    for week in range(weeks):
        first, last = start + timedelta(weeks=week), end + timedelta(weeks=week)
        if skip_holidays and not at_weekend and not is_working_day(first.date()):
            continue
        found.append((first, last))
    return found


@transaction.atomic
def add_sessions(
    cohort: Cohort, *, by: User, unit: Unit, times: Sequence[tuple[datetime, datetime]], **fields: Any
) -> list[Session]:
    """All of them or none: the first that clashes is named."""
    cohort = _plannable(cohort, by)
    if not times:
        raise RuleBroken(_("Nothing is left to plan: every day named is a holiday."))
    if len(times) > MOST_WEEKS:
        raise RuleBroken(_("At most %(n)d sessions at once.") % {"n": MOST_WEEKS})
    made = [Session(cohort=cohort, unit=unit, starts_at=start, ends_at=end, **fields) for start, end in times]
    _hold([made[0].trainer_id], [made[0].room_id])
    for session in made:
        _check_plan(cohort, session)
        if session.starts_at < timezone.now():
            raise Clash(_("This time has passed."), "starts_at")
        _check_free(session)
        _save(session)
        audit.record(
            "training_session.added",
            session,
            by=by,
            on_behalf_of=acting.acting_for(by, cohort),
            cohort=cohort.pk,
            starts_at=session.starts_at,
        )
    notices.tell_teaches(made[0], by=by, count=len(made))
    return made


@transaction.atomic
def change_session(session: Session, *, by: User, **fields: Any) -> Session:
    """Change what was planned. A new time or place moves it: everybody with a seat is told (C-5).

    Nothing of it is possible once it has begun.
    """
    cohort = _plannable(session.cohort, by)
    session = Session.objects.select_for_update(of=("self",)).select_related("unit", "room").get(pk=session.pk)
    if session.state != Session.State.SCHEDULED:
        raise RuleBroken(
            _("The session is “%(state)s” and cannot be changed.") % {"state": session.get_state_display()}
        )
    if session.starts_at <= timezone.now():
        raise RuleBroken(_("The session has begun; moving or changing it is no longer possible."))
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"A session's {unknown} does not change here.")
    changed = {name: value for name, value in fields.items() if getattr(session, name) != value}
    if not changed:
        return session
    was, was_trainer = session.starts_at, session.trainer_id
    _hold(
        [session.trainer_id, *([changed["trainer"].pk] if changed.get("trainer") else [])],
        [session.room_id, *([changed["room"].pk] if changed.get("room") else [])],
    )
    for name, value in changed.items():
        setattr(session, name, value)
    _check_plan(cohort, session)
    if session.starts_at <= timezone.now():
        raise Clash(_("This time has passed."), "starts_at")
    _check_free(session)
    moved = bool(set(changed) & set(SHOWN))
    session.sequence += 1
    session.changed_at = timezone.now()
    _save(session, update_fields=[*changed, "sequence", "changed_at"])
    audit.record(
        "training_session.changed",
        session,
        by=by,
        on_behalf_of=acting.acting_for(by, cohort),
        fields=sorted(changed),
        starts_at=session.starts_at,
    )
    if moved:
        notices.tell_moved(session, by=by, was=was)
    if session.trainer_id != was_trainer:
        notices.tell_teaches(session, by=by, count=1)
    return session


def cancel_session(session: Session, *, by: User, reason: str) -> Session:
    return acting.apply(SESSION, session, "cancel", by=by, reason=reason)


@transaction.atomic
def cancel_coming(cohort: Cohort, *, reason: str) -> int:
    """The cohort is cancelled or broken off: what has not been held yet falls away with it. Gives how many.

    Called in the transaction of the cohort's move, whose actor stands in its own event and which tells people.
    """
    reason = reason.strip() or _("The cohort does not take place.")
    coming = Session.objects.filter(cohort=cohort, state=Session.State.SCHEDULED)
    for session in coming:
        workflow.apply(SESSION, session, "cancel", by=None, reason=reason, with_cohort=True)
    return len(coming)
