"""Whether one host marks apart: noticed at night, looked at by people, never put right by itself (G-7)."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting, transcripts
from .. import notices_assessment as notices
from .. import policies_assessment as policies
from ..drift import Figure, figures
from ..models import Attempt, CurriculumVersion, DriftRequest, Enrolment, Unit


@dataclass(frozen=True)
class UnitFigures:
    unit: Unit
    figures: list[Figure]


def of_versions(versions: QuerySet[CurriculumVersion] | list[CurriculumVersion]) -> list[UnitFigures]:
    """Means and pass rates of each unit, by the host that taught; recognised units were marked by nobody here, and
    what somebody brought along from another cohort stands with the host that marked it."""
    enrolments = list(
        Enrolment.objects.filter(cohort__version__in=versions, attempts__state__in=Attempt.COUNTING)
        .select_related("cohort__version__curriculum")
        .distinct()
    )
    marks: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    units: dict[int, Unit] = {}
    for found in transcripts.of_many(enrolments).values():
        for line in found.units:
            if line.result.mark is not None and line.was_marked_for(found.enrolment):
                units[line.unit.pk] = line.unit
                marks[line.unit.pk][found.enrolment.cohort.host_id].append(line.result.mark)
    return [UnitFigures(unit, figures(marks[pk], unit.pass_mark)) for pk, unit in units.items()]


def look() -> int:
    """Ask the lead to look wherever a host lies outside; what was asked and not answered is not asked twice."""
    asked = 0
    versions = CurriculumVersion.objects.filter(cohorts__enrolments__attempts__state__in=Attempt.COUNTING).distinct()
    for version in versions:
        for found in of_versions([version]):
            for figure in found.figures:
                if figure.is_outside:
                    asked += _ask(found.unit, figure)
    return asked


def _ask(unit: Unit, figure: Figure) -> bool:
    known = DriftRequest.objects.filter(unit=unit, organisation=figure.host, measure=figure.measure).first()
    numbers = figure.rounded
    # Answered for these very figures: nothing new to look at.
    if known is not None and (
        known.state == DriftRequest.State.ASKED or (known.trainees, known.value) == (figure.trainees, numbers["value"])
    ):
        return False
    try:
        with transaction.atomic():
            request = DriftRequest.objects.create(
                unit=unit,
                organisation=Organisation.objects.get(pk=figure.host),
                measure=figure.measure,
                trainees=figure.trainees,
                **numbers,
            )
            audit.record("drift.asked", request, unit=unit.pk, host=figure.host, measure=figure.measure)
            notices.tell_drift(request)
    except IntegrityError:  # asked in the same moment by another run
        return False
    return True


@transaction.atomic
def answer(request: DriftRequest, *, by: User, words: str) -> DriftRequest:
    request = (
        DriftRequest.objects.select_for_update(of=("self",))
        .select_related("unit__version__curriculum__programme")
        .get(pk=request.pk)
    )
    if not policies.can_answer_drift(by, request.unit.version.curriculum.programme):
        raise PermissionDenied
    if request.state != DriftRequest.State.ASKED:
        raise RuleBroken(_("Somebody has answered this already."))
    if not words.strip():
        raise RuleBroken(_("Please say what you found."))
    request.state, request.answer = DriftRequest.State.ANSWERED, words.strip()
    request.answered_by, request.answered_at = by, timezone.now()
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    audit.record(
        "drift.answered",
        request,
        by=by,
        on_behalf_of=acting.acting_for(by, request.unit.version),
        words=audit.text_digest(request.answer),
    )
    notices.tell_drift_answered(request, by=by)
    return request
