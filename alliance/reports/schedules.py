"""Reports by the clock: each period once, for those who may see it then."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Duty, User
from alliance.accounts.permissions import Permission
from alliance.accounts.roles import ROLES
from alliance.core import audit, jobs
from alliance.core.errors import RuleBroken
from alliance.notifications.services.running import take_slot

from . import council_report, figures, periods, policies, snapshots
from .models import ReportSchedule
from .periods import Period

# In the morning of the first day after the period, Beijing time.
HOUR = 6
MOST_RECIPIENTS = 60
Cadence = ReportSchedule.Cadence
# The months whose first day ends a period, and the period that ends there.
BEGINNINGS = {Cadence.MONTHLY: range(1, 13), Cadence.QUARTERLY: (1, 4, 7, 10), Cadence.YEARLY: (1,)}
PERIODS = {Cadence.MONTHLY: periods.month_of, Cadence.QUARTERLY: periods.quarter_of, Cadence.YEARLY: periods.year_of}


def next_moment(cadence: str, after: datetime) -> datetime:
    """The first of a month, of a quarter or of a year, at six, that comes after this."""
    day = timezone.localdate(after).replace(day=1)
    while True:
        moment = timezone.make_aware(datetime.combine(day, time(HOUR)))
        if moment > after and day.month in BEGINNINGS[Cadence(cadence)]:
            return moment
        day = _next_month(day)


def period_before(cadence: str, moment: datetime) -> Period:
    """The month, quarter or year that is just over."""
    return PERIODS[Cadence(cadence)](timezone.localdate(moment) - timedelta(days=1))


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


# Who may have them --------------------------------------------------------------------------------------------------


def possible_recipients() -> QuerySet[User]:
    """Everybody whose duty lets them see the dashboard today."""
    roles = [code for code, role in ROLES.items() if Permission.SEE_DASHBOARD in role.permissions]
    held = Duty.objects.active().filter(role_code__in=roles)
    return User.objects.filter(is_active=True, pk__in=held.values("person")).order_by("name", "pk")


# Changes ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(
    *, by: User, cadence: str, language: str, file_format: str, recipients: list[User], filters: dict[str, str]
) -> ReportSchedule:
    if not policies.can_see_dashboard(by):
        raise PermissionDenied
    if any(code not in figures.DIMENSIONS or value not in figures.choices_of(code) for code, value in filters.items()):
        raise RuleBroken(_("A report cannot be narrowed like this."))
    allowed = set(possible_recipients().values_list("pk", flat=True))
    if not recipients or any(person.pk not in allowed for person in recipients):
        raise RuleBroken(_("A report goes to people who may see the dashboard."))
    if len(recipients) > MOST_RECIPIENTS:
        raise RuleBroken(_("A schedule has at most %(n)d recipients.") % {"n": MOST_RECIPIENTS})
    schedule = ReportSchedule.objects.create(
        cadence=cadence,
        language=language,
        file_format=file_format,
        filters=dict(sorted(filters.items())),
        created_by=by,
        next_at=next_moment(cadence, timezone.now()),
    )
    schedule.recipients.set(recipients)
    audit.record(
        "report_schedule.made",
        schedule,
        by=by,
        cadence=cadence,
        filters=schedule.filters,
        recipients=sorted(person.pk for person in recipients),
    )
    return schedule


@transaction.atomic
def pause(schedule: ReportSchedule, *, by: User) -> None:
    """Nothing is made until somebody goes on with it."""
    schedule = _locked(schedule, by)
    if schedule.paused_at is None:
        schedule.paused_at = timezone.now()
        schedule.save(update_fields=["paused_at"])
        audit.record("report_schedule.paused", schedule, by=by)


@transaction.atomic
def resume(schedule: ReportSchedule, *, by: User) -> None:
    """Go on with the next period; what fell into the pause is not made up for."""
    schedule = _locked(schedule, by)
    if schedule.paused_at is not None:
        schedule.paused_at = None
        schedule.next_at = next_moment(schedule.cadence, timezone.now())
        schedule.save(update_fields=["paused_at", "next_at"])
        audit.record("report_schedule.resumed", schedule, by=by)


@transaction.atomic
def end(schedule: ReportSchedule, *, by: User) -> None:
    schedule = _locked(schedule, by)
    audit.record("report_schedule.ended", schedule, by=by)
    schedule.delete()


@transaction.atomic
def leave(schedule: ReportSchedule, *, by: User) -> None:
    """No longer for me."""
    if not schedule.recipients.filter(pk=by.pk).exists():
        return
    schedule.recipients.remove(by)
    audit.record("report_schedule.left", schedule, by=by)


def _locked(schedule: ReportSchedule, by: Any) -> ReportSchedule:
    locked = ReportSchedule.objects.select_for_update().get(pk=schedule.pk)
    if not policies.can_change_schedule(by, locked):
        raise PermissionDenied
    return locked


# By the clock -------------------------------------------------------------------------------------------------------


def run_due(now: datetime | None = None) -> int:
    """Ask for every report whose time has come; gives how many. Each moment of a schedule is taken once."""
    now = now or timezone.now()
    due = ReportSchedule.objects.filter(paused_at__isnull=True, next_at__lte=now).order_by("pk")
    return sum(_run(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _run(pk: int, now: datetime) -> int:
    """One schedule: the moments that have passed, the earliest first."""
    schedule = ReportSchedule.objects.select_for_update(skip_locked=True).filter(pk=pk, paused_at__isnull=True).first()
    made = 0
    while schedule is not None and schedule.next_at <= now:
        moment = schedule.next_at
        if take_slot(f"report_schedule_{pk}", moment):
            made += _hand_out(schedule, period_before(schedule.cadence, moment))
        schedule.next_at = next_moment(schedule.cadence, moment)
        schedule.save(update_fields=["next_at"])
    return made


def _hand_out(schedule: ReportSchedule, period: Period) -> int:
    """One snapshot, and a report of it for each recipient who may see it now, in their name."""
    people = [person for person in schedule.recipients.all() if policies.can_see_dashboard(person)]
    if not people:
        return 0
    snapshot = snapshots.make(period, schedule.filters, by=None)
    for person in people:
        try:
            council_report.order(
                by=person,
                period=period,
                language=schedule.language,
                file_format=schedule.file_format,
                filters=schedule.filters,
                with_parks=True,
                snapshot=snapshot,
            )
        except jobs.TooMany:
            # They have five of their own under way; the snapshot waits for them in the list.
            continue
    return len(people)
