"""Where trainees stand: attempts and recognitions as `training.results` counts them; four queries, however many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import results
from .models import AssessmentItem, Attempt, CurriculumVersion, Enrolment, Recognition, Unit


@dataclass
class ItemLine:
    """One item with its attempts in their order, void ones among them."""

    item: AssessmentItem
    attempts: list[Attempt] = field(default_factory=list)
    counted: int | None = None

    @property
    def current(self) -> Attempt | None:
        """The last attempt that is not void."""
        return next((attempt for attempt in reversed(self.attempts) if attempt.state != Attempt.State.VOID), None)


@dataclass
class UnitLine:
    unit: Unit
    items: list[ItemLine]
    result: results.UnitResult
    recognition: Recognition | None

    @property
    def is_mandatory(self) -> bool:
        return self.unit.is_mandatory


@dataclass
class Standing:
    enrolment: Enrolment
    units: list[UnitLine]
    result: results.Result

    @property
    def version(self) -> CurriculumVersion:
        return self.enrolment.cohort.version

    def told_attempts(self) -> list[Attempt]:
        return [a for unit in self.units for line in unit.items for a in line.attempts if a.is_told]


def rules_of(version: CurriculumVersion) -> results.Rules:
    return results.Rules(
        pass_mark=version.pass_mark,
        resits=version.resits,
        attempt_rule="last" if version.attempt_rule == CurriculumVersion.AttemptRule.LAST else "best",
        resit_cap=version.resit_cap,
        compensates=version.compensates,
    )


def effective_mark(attempt: Attempt) -> int | None:
    """The released mark, or the one an appeal put in its place."""
    return attempt.mark if attempt.decided_mark is None else attempt.decided_mark


def of_many(enrolments: Iterable[Enrolment]) -> dict[int, Standing]:
    """By enrolment; each comes with `cohort` and its version loaded."""
    rows = list(enrolments)
    units: dict[int, list[Unit]] = defaultdict(list)
    versions = {row.cohort.version_id for row in rows}
    for unit in Unit.objects.filter(version__in=versions).prefetch_related("items").order_by("position", "pk"):
        units[unit.version_id].append(unit)
    attempts: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    for attempt in (
        Attempt.objects.filter(enrolment__in=rows).select_related("appeal__decision", "marker").order_by("number")
    ):
        attempts[attempt.enrolment_id, attempt.item_id].append(attempt)
    recognitions = {
        (row.enrolment_id, row.unit_id): row
        for row in Recognition.objects.filter(enrolment__in=rows, state__in=("asked", "granted")).order_by("pk")
    }
    return {row.pk: _standing(row, units[row.cohort.version_id], attempts, recognitions) for row in rows}


def of_one(enrolment: Enrolment) -> Standing:
    return of_many([enrolment])[enrolment.pk]


def _standing(
    enrolment: Enrolment,
    units: Sequence[Unit],
    attempts: dict[tuple[int, int], list[Attempt]],
    recognitions: dict[tuple[int, int], Recognition],
) -> Standing:
    rules = rules_of(enrolment.cohort.version)
    plain: list[results.Unit] = []
    for unit in units:
        recognition = recognitions.get((enrolment.pk, unit.pk))
        granted = recognition is not None and recognition.state == Recognition.State.GRANTED
        plain.append(
            results.Unit(
                code=unit.code,
                weight=unit.weight,
                pass_mark=unit.pass_mark,
                is_mandatory=unit.is_mandatory,
                items=[
                    results.Item(item.code, item.weight, _told_marks(attempts.get((enrolment.pk, item.pk), ())))
                    for item in unit.items.all()
                    if item.is_summative
                ],
                recognised=recognition.mark if granted and recognition is not None else None,
            )
        )
    found = results.result(plain, rules)
    lines = []
    for unit, unit_result in zip(units, found.units, strict=True):
        counted = {each.item.code: each.mark for each in unit_result.items}
        items = [
            ItemLine(item, attempts.get((enrolment.pk, item.pk), []), counted.get(item.code))
            for item in unit.items.all()
        ]
        lines.append(UnitLine(unit, items, unit_result, recognitions.get((enrolment.pk, unit.pk))))
    return Standing(enrolment, lines, found)


def _told_marks(attempts: Iterable[Attempt]) -> list[int]:
    """Marks that trainees know; what is not released yet is in no result."""
    return [mark for attempt in attempts if attempt.is_told and (mark := effective_mark(attempt)) is not None]
