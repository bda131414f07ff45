"""Name the approvals a project needs, and record what agencies do about them (J-4)."""

import logging
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import policies
from ..models import ApprovalStep, Project, ProjectApproval
from ..workflows.approvals import APPROVAL
from .locking import lock

logger = logging.getLogger(__name__)
MOST = 40


@transaction.atomic
def add_approval(
    project: Project,
    *,
    kind: str,
    agency_zh: str,
    agency_en: str = "",
    legal_days: int | None = None,
    by: User,
) -> ProjectApproval:
    project = lock(project)
    if not policies.promotes(by, project):
        raise PermissionDenied
    if project.state in Project.ENDED_STATES:
        raise RuleBroken(_("This project has ended and stays as it is."))
    if project.approvals.filter(kind=kind, agency_zh=agency_zh).exists():
        raise RuleBroken(_("This approval of this agency is there already."))
    if project.approvals.count() >= MOST:
        raise RuleBroken(_("A project names at most %(n)d approvals.") % {"n": MOST})
    approval = ProjectApproval.objects.create(
        project=project, kind=kind, agency_zh=agency_zh, agency_en=agency_en, legal_days=legal_days, created_by=by
    )
    audit.record("approval.named", approval, by=by, project=project.pk, kind=kind)
    return approval


@transaction.atomic
def move_approval(approval: ProjectApproval, verb: str, *, by: User | None, reason: str = "", **data: Any) -> Any:
    """One step, on the day it happened."""
    lock(approval.project)
    return workflow.apply(APPROVAL, approval, verb, by=by, reason=reason, **data)


@transaction.atomic
def remove_approval(approval: ProjectApproval, *, by: User) -> None:
    """One that was named by mistake, before anything happened."""
    project = lock(approval.project)
    if not policies.promotes(by, project):
        raise PermissionDenied
    if ApprovalStep.objects.filter(approval=approval).exists():
        raise RuleBroken(_("Something was recorded about it already; say “not needed” or how it ended."))
    audit.record("approval.removed", approval, by=by, project=project.pk)
    approval.delete()


def lapse_overdue(today: date | None = None) -> int:
    """Granted approvals whose day is past; called by the nightly task."""
    today = today or timezone.localdate()
    granted = ProjectApproval.objects.filter(state=ProjectApproval.State.GRANTED, valid_until__lt=today)
    lapsed = 0
    for approval in granted.select_related("project"):
        try:
            move_approval(approval, "lapse", by=None)
        except RuleBroken:
            # Somebody recorded something about it between the look and the lock.
            logger.info("approval %s was moved meanwhile", approval.pk)
        else:
            lapsed += 1
    return lapsed
