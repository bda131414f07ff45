"""Admission by criteria, each with its evidence, and the letter that says what was decided (J-1)."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import policies
from ..models import AdmissionCheck, AdmissionLetter, Criterion, Project
from .locking import lock

LONGEST_EVIDENCE = 600


@transaction.atomic
def check_criterion(project: Project, criterion: str, *, is_met: bool, evidence: str, by: User) -> AdmissionCheck:
    """What the desk found, on the version in force. Whoever works for a promoter checks nothing of it."""
    project = lock(project)
    if not policies.can_decide_project(by, project):
        raise PermissionDenied
    if project.state != Project.State.IN_REVIEW:
        raise RuleBroken(_("Criteria are checked while the project is in review."))
    if criterion not in Criterion.values:
        raise RuleBroken(_("There is no such criterion."))
    if not evidence.strip():
        raise RuleBroken(_("Say on what you rest this: a document, a page, a conversation with its date."))
    check, _made = AdmissionCheck.objects.update_or_create(
        version_id=project.version_id,
        criterion=criterion,
        defaults={
            "is_met": is_met,
            "evidence": evidence.strip()[:LONGEST_EVIDENCE],
            "checked_by": by,
            "checked_at": timezone.now(),
        },
    )
    audit.record(
        "project.criterion_checked",
        project,
        by=by,
        version=project.version_id,
        criterion=criterion,
        met=is_met,
        evidence=audit.text_digest(evidence),
    )
    return check


def write_letter(project: Project, outcome: str, *, by: User, reason: str = "") -> AdmissionLetter:
    """The decision with the criteria as they stood; called within the move that decides."""
    year = timezone.localdate().year
    # Two letters at once take their numbers one after the other.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('investment.letter'))")
    newest = AdmissionLetter.objects.filter(number__startswith=f"ADM-{year}-").order_by("-number").first()
    number = int(newest.number.rpartition("-")[2]) + 1 if newest else 1
    version = project.version
    if version is None:
        raise RuleBroken(_("Nothing is in force yet. The parks write and sign first."))
    checks = AdmissionCheck.objects.filter(version=version).order_by("pk")
    letter = AdmissionLetter.objects.create(
        number=f"ADM-{year}-{number:05d}",
        project=project,
        version=version,
        outcome=outcome,
        reason=reason,
        checks=[{"criterion": check.criterion, "is_met": check.is_met, "evidence": check.evidence} for check in checks],
        decided_by=by,
    )
    audit.record("project.letter_written", project, by=by, number=letter.number, outcome=outcome)
    return letter
