"""What somebody learned elsewhere, counted as a unit (G-6)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting, transcripts
from .. import notices_assessment as notices
from .. import policies_assessment as policies
from ..models import Enrolment, ProgrammePartner, Recognition, Unit
from ..results import recognisable
from ..workflows.attempts import MARKED_WHO, RECOGNITION
from .attempts import lock

Role = ProgrammePartner.Role


def credits_left(enrolment: Enrolment) -> int:
    """Credits, in hundredths, that can still be recognised for this trainee; recognised before a transfer and counted
    here still, they are used up (V-5, G-6)."""
    version = enrolment.cohort.version
    granted = enrolment.recognitions.filter(state=Recognition.State.GRANTED).aggregate(sum=Sum("unit__credits"))["sum"]
    before = sum(_recognised_before(enrolment).values())
    return recognisable(version.credits, version.recognition_most) - (granted or 0) - before


def _recognised_before(enrolment: Enrolment) -> dict[int, int]:
    """By unit its credits, where what counts was recognised before a transfer."""
    if enrolment.came_from_id is None:
        return {}
    own = set(enrolment.recognitions.filter(state=Recognition.State.GRANTED).values_list("unit", flat=True))
    lines = transcripts.of_one(enrolment).units
    return {line.unit.pk: line.unit.credits for line in lines if line.is_recognised and line.unit.pk not in own}


@transaction.atomic
def ask(enrolment: Enrolment, unit: Unit, *, by: User, words: str) -> Recognition:
    enrolment = lock(enrolment)
    if not policies.can_ask_recognition(by, enrolment):
        raise PermissionDenied
    if unit.version_id != enrolment.cohort.version_id:
        raise RuleBroken(_("This unit is not part of your curriculum."))
    if enrolment.state not in MARKED_WHO:
        raise RuleBroken(_("You have no seat in this cohort yet."))
    if not words.strip():
        raise RuleBroken(_("Please say where you learned it and which papers show it."))
    asked = enrolment.recognitions.filter(unit=unit, state__in=("asked", "granted")).exists()
    if asked or unit.pk in _recognised_before(enrolment):
        raise RuleBroken(_("Recognition of this unit was asked for already."))
    if unit.credits > credits_left(enrolment):
        raise RuleBroken(_("With this unit, more credits would be recognised than the version allows."))
    recognition = Recognition.objects.create(enrolment=enrolment, unit=unit, words=words.strip())
    audit.record("recognition.asked", recognition, by=by, enrolment=enrolment.pk, unit=unit.pk)
    notices.tell_recognition_asked(recognition, by=by)
    return recognition


@transaction.atomic
def decide(recognition: Recognition, *, by: User, words: str, mark: int | None) -> Recognition:
    """Grant with a mark, or refuse without one."""
    if mark is None:
        return acting.apply(RECOGNITION, recognition, "refuse", by=by, roles=(Role.AWARDING,), reason=words)
    enrolment = lock(recognition.enrolment)
    within = recognition.unit.credits <= credits_left(enrolment)
    return acting.apply(
        RECOGNITION, recognition, "grant", by=by, roles=(Role.AWARDING,), reason=words, mark=mark, within=within
    )


@transaction.atomic
def withdraw(recognition: Recognition, *, by: User) -> Recognition:
    return acting.apply(RECOGNITION, recognition, "withdraw", by=by)
