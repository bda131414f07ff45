"""Mind the clocks of tasks: a reminder shortly before, an alarm to the desk afterwards, then to whoever heads it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core.calendar import working_days_left

from ..decided import CLIMB_AFTER, REMIND_BEFORE
from ..models import Task
from ..notices import TASK_RAN_OUT, TASK_RUNS_OUT, TASK_STAYS_UNDONE
from .notices import notify
from .people import people_with

LOOK_AHEAD_DAYS = 14  # calendar days: longer than any holiday


def mind_clocks(now: datetime | None = None) -> int:
    """Tell of tasks about to run out and of those that have, each once; gives how many were told of."""
    now = now or timezone.now()
    soon = now + timedelta(days=LOOK_AHEAD_DAYS)
    told = 0
    running = Task.objects.open().by_urgency().filter(due_at__lt=soon).select_related("organisation", "owner")
    for task in running:
        assert task.due_at is not None
        with transaction.atomic():
            if task.due_at < now:
                event = notify(TASK_RAN_OUT, to=watching(task), about=task, key=_clock_key(task))
                if -working_days_left(task.due_at, now) >= CLIMB_AFTER.value():
                    event = notify(TASK_STAYS_UNDONE, to=heads(), about=task, key=_clock_key(task)) or event
            elif working_days_left(task.due_at, now) <= REMIND_BEFORE.value():
                event = notify(TASK_RUNS_OUT, to=working_on(task) or watching(task), about=task, key=_clock_key(task))
            else:
                continue
        told += event is not None
    return told


def working_on(task: Task) -> list[User]:
    """Who took the task, else everybody who could; with their substitutes while they are away."""
    able = list(people_with(task.permission, task.organisation))
    if task.owner is None or task.owner not in able:
        return able
    away = task.owner.duties.active().away().filter(organisation=task.organisation, substitute__isnull=False)
    return [task.owner, *(duty.substitute for duty in away.select_related("substitute"))]


def watching(task: Task) -> list[User]:
    """Those working on it, and the desk: for a park's task those who may do it there, for the desk's own all desks."""
    secretariat = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    if secretariat is None:
        return working_on(task)
    desk = list(people_with(task.permission, secretariat)) if task.organisation_id != secretariat.pk else []
    desk = desk or _desks(secretariat)
    return list({person.pk: person for person in [*working_on(task), *desk]}.values())


def _desks(secretariat: Organisation) -> list[User]:
    """Everybody at a desk; who heads them all hears of it later."""
    leading = people_with(Permission.LEAD_SECRETARIAT, secretariat).values("pk")
    return list(people_with(Permission.SEE_OFFICE, secretariat).exclude(pk__in=leading))


def heads() -> list[User]:
    """Who heads the secretariat, substitutes included; while nobody does, all desks."""
    secretariat = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    if secretariat is None:
        return []
    leading = list(people_with(Permission.LEAD_SECRETARIAT, secretariat))
    return leading or list(people_with(Permission.SEE_OFFICE, secretariat))


def _clock_key(task: Task) -> str:
    """A task whose clock was set anew is reminded of anew."""
    assert task.due_at is not None
    return f"{task.pk}:{task.due_at.timestamp():.0f}"
