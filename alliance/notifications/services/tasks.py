"""Open, take and finish what waits for people. Called in the transaction that moved the object."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core import audit
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken
from alliance.core.models import Division

from .. import policies
from ..kinds import TaskKind, task_kind
from ..models import Task
from .notices import plain_ids
from .people import people_with


@transaction.atomic
def open_task(
    kind: TaskKind,
    *,
    about: models.Model,
    organisation: Organisation,
    permission: Permission | None = None,
    due_at: datetime | None = None,
    opened_by: User | None = None,
    province: Division | None = None,
    **ids: Any,
) -> Task:
    """Something now waits at this organisation. While the same already waits there, that task stays as it is.

    Without `due_at` the kind's clock runs from now. `province` is where the matter lies, by default that of the object,
    else of the organisation.
    """
    if task_kind(kind.code) is not kind:
        raise LookupError(f"The kind {kind.code} is not registered.")
    if due_at is None and (days := kind.days()) is not None:
        due_at = add_working_days(timezone.now(), days)
    province = province or getattr(about, "province", None) or organisation.province
    task, _created = Task.objects.get_or_create(
        kind=kind.code,
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        organisation=organisation,
        state=Task.State.OPEN,
        defaults={
            "permission": permission or kind.permission,
            "due_at": due_at,
            "opened_by": opened_by,
            "province": province,
            "payload": plain_ids(ids),
        },
    )
    return task


@transaction.atomic
def close_tasks(
    about: models.Model,
    *,
    kind: TaskKind | None = None,
    organisation: Organisation | None = None,
    by: User | None = None,
    outcome: str = "",
) -> int:
    """What waited about this object (at this organisation, if one is named) is done; gives how many.

    Closing again changes nothing.
    """
    waiting: QuerySet[Task] = Task.objects.about(about).open()
    if kind is not None:
        waiting = waiting.filter(kind=kind.code)
    if organisation is not None:
        waiting = waiting.filter(organisation=organisation)
    return waiting.update(state=Task.State.DONE, done_at=timezone.now(), done_by=by, outcome=outcome)


@transaction.atomic
def claim_task(task: Task, *, by: User) -> Task:
    """Take a task that nobody has, so that others see who works on it."""
    task = _locked(task)
    if not policies.can_do(by, task):
        raise PermissionDenied
    if task.owner_id == by.pk:
        return task
    if task.owner is not None:
        raise RuleBroken(_("%(name)s has already taken this task.") % {"name": task.owner})
    return _give(task, by, by=by, verb="task.claimed")


@transaction.atomic
def release_task(task: Task, *, by: User) -> Task:
    """Put a task back, so that any colleague can take it."""
    task = _locked(task)
    if not policies.can_hand_over(by, task):
        raise PermissionDenied
    return _give(task, None, by=by, verb="task.released")


@transaction.atomic
def assign_task(task: Task, to: User, *, by: User) -> Task:
    """Hand a task to a colleague who may do it; they are told."""
    task = _locked(task)
    if not policies.can_hand_over(by, task):
        raise PermissionDenied
    if not people_with(task.permission, task.organisation).filter(pk=to.pk).exists():
        raise RuleBroken(_("%(name)s cannot do this task in any of their roles.") % {"name": to})
    if task.owner_id == to.pk:
        return task
    task = _give(task, to, by=by, verb="task.assigned")
    if to.pk != by.pk:
        from ..notices import TASK_ASSIGNED
        from .notices import notify

        notify(TASK_ASSIGNED, to=[to], about=task, actor=by, key=f"{task.pk}:{to.pk}:{task.owned_at:%s.%f}")
    return task


@transaction.atomic
def free_tasks(person: User, organisation: Organisation) -> int:
    """What this person had taken here and can no longer do waits for everybody who can; gives how many."""
    freed = 0
    for task in Task.objects.open().filter(owner=person, organisation=organisation).select_for_update().order_by("pk"):
        if not people_with(task.permission, organisation).filter(pk=person.pk).exists():
            task.owner = task.owned_at = None
            task.save(update_fields=["owner", "owned_at"])
            audit.record("task.released", task, by=None, was=person.pk)
            freed += 1
    return freed


def _locked(task: Task) -> Task:
    # Without joins: whoever waited for the lock would see the new owner's id beside a joined owner still missing.
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.state != Task.State.OPEN:
        raise RuleBroken(_("This task is already done."))
    return task


def _give(task: Task, owner: User | None, *, by: User, verb: str) -> Task:
    task.owner = owner
    task.owned_at = timezone.now() if owner else None
    task.save(update_fields=["owner", "owned_at"])
    audit.record(verb, task, by=by, owner=owner.pk if owner else None)
    return task
