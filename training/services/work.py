"""Handing work in for marking, and taking it back while nobody has marked it (rule 3.6: scheduled → submitted)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, files
from alliance.core.errors import RuleBroken

from .. import acting
from .. import policies_assessment as policies
from ..models import AssessmentItem, Attempt, Enrolment, WorkFile
from ..transcripts import Standing
from ..workflows.attempts import ATTEMPT, MARKED_IN, MARKED_WHO, require_under_way
from .attempts import attempts_at, lock, next_number

State = Attempt.State
MOST = 5  # files of one attempt
TAKES = (State.SCHEDULED, State.SUBMITTED)


def items_open(standing: Standing) -> set[int]:
    """The items at which the trainee may hand in now, as the page shows it; the service asks again under its lock."""
    enrolment = standing.enrolment
    if enrolment.cohort.state not in MARKED_IN or enrolment.state not in MARKED_WHO:
        return set()
    lines = (line for unit in standing.units for line in unit.items)
    return {line.item.pk for line in lines if line.current is None or line.current.state in TAKES}


def attempt_under_way(enrolment: Enrolment, item: AssessmentItem) -> Attempt | None:
    """The last attempt that is not void."""
    return (
        enrolment.attempts.filter(item=item)
        .exclude(state=State.VOID)
        .select_related("item__unit")
        .order_by("-number")
        .first()
    )


@transaction.atomic
def hand_in(enrolment: Enrolment, item: AssessmentItem, upload: UploadedFile, *, by: User) -> WorkFile:
    """Keep one file with the attempt under way; the first file of all opens the first attempt.

    Raises RuleBroken (NotAccepted among it) in words for the trainee.
    """
    enrolment = lock(enrolment)
    attempt = _open_attempt(enrolment, item, by=by)
    if not policies.can_hand_in(by, attempt):
        raise PermissionDenied
    require_under_way(attempt)
    if attempt.files.count() >= MOST:
        raise RuleBroken(_("At most %(n)d files. Take one back, or pack several into a ZIP.") % {"n": MOST})
    row = WorkFile.objects.create(attempt=attempt, file=files.accept_document(upload, by=by), handed_in_by=by)
    audit.record("attempt.file_added", attempt, by=by, on_behalf_of=acting.acting_for(by, attempt), **_facts(row))
    if attempt.state == State.SCHEDULED:
        acting.apply(ATTEMPT, attempt, "submit", by=by)
    return row


def _open_attempt(enrolment: Enrolment, item: AssessmentItem, *, by: User) -> Attempt:
    if item.unit.version_id != enrolment.cohort.version_id:
        raise RuleBroken(_("This item is not part of the cohort's curriculum."))
    made = attempts_at(enrolment, item)
    counted = [each for each in made if each.state != State.VOID]
    if counted and counted[-1].state in TAKES:
        return counted[-1]
    if counted:
        _require_open(counted[-1])
    attempt = Attempt(enrolment=enrolment, item=item, number=next_number(made))
    require_under_way(attempt)
    attempt.save()
    audit.record(
        "attempt.scheduled",
        attempt,
        by=by,
        on_behalf_of=acting.acting_for(by, attempt),
        enrolment=enrolment.pk,
        item=item.pk,
        number=attempt.number,
    )
    return attempt


def _require_open(attempt: Attempt) -> None:
    if attempt.state in TAKES:
        return
    if attempt.is_told:
        raise RuleBroken(_("This attempt is marked. If a resit is left, your school plans it, and you hand in again."))
    raise RuleBroken(_("Your work is being marked: its files stay as they are."))


@transaction.atomic
def take_back(row: WorkFile, *, by: User) -> None:
    """The trainee's own file goes for good, while nobody has marked it and another one is left."""
    attempt = row.attempt
    if attempt.enrolment.person_id != by.pk:
        raise PermissionDenied
    lock(attempt.enrolment)
    found = WorkFile.objects.select_related("file", "attempt").filter(pk=row.pk).first()
    if found is None:
        return
    _require_open(found.attempt)
    others = found.attempt.files.exclude(pk=found.pk).exclude(file__state="refused")
    if not found.is_refused and not others.exists():
        raise RuleBroken(_("This is all you handed in. Hand in the right file first, then take this one back."))
    audit.record(
        "attempt.file_removed", found.attempt, by=by, on_behalf_of=acting.acting_for(by, found.attempt), **_facts(found)
    )
    stored = found.file
    storage, name = stored.content.storage, stored.content.name
    found.delete()
    stored.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _facts(row: WorkFile) -> dict[str, Any]:
    return {"file": str(row.file.token), "sha256": row.file.sha256, "size": row.file.size}
