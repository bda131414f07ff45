"""Where trainees stand: attempts and recognitions as `training.results` counts them.

Four queries, however many; two more where somebody was transferred: what they did before goes on with them (V-5).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import origins, results
from .models import AssessmentItem, Attempt, CurriculumVersion, Enrolment, Recognition, Unit, UnitMap


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


@dataclass(frozen=True)
class Carried:
    """Units passed in an earlier version that count as one of this version (V-5), with their mark as a whole."""

    mark: int
    lines: Sequence["UnitLine"]
    maps: Sequence[UnitMap]


@dataclass
class UnitLine:
    unit: Unit
    items: list[ItemLine]
    result: results.UnitResult
    recognition: Recognition | None
    # Only where it is what counts.
    carried: Carried | None = None

    @property
    def is_recognised(self) -> bool:
        """Whether its mark comes from a recognition, here or before a transfer (G-6)."""
        if self.carried is not None:
            return any(line.is_recognised for line in self.carried.lines)
        return self.result.unit.recognised is not None

    def told_attempts(self) -> list[Attempt]:
        """Those that the trainee knows, with the ones behind a mark that was carried over."""
        before = [a for line in self.carried.lines for a in line.told_attempts()] if self.carried else []
        return before + [a for line in self.items for a in line.attempts if a.is_told]

    def was_marked_for(self, enrolment: Enrolment) -> bool:
        """Whether all of its mark was given to this row: nothing recognised, nothing from before a transfer."""
        return self.result.unit.recognised is None and all(
            attempt.enrolment_id == enrolment.pk for attempt in self.told_attempts()
        )


@dataclass
class Standing:
    enrolment: Enrolment
    units: list[UnitLine]
    result: results.Result

    @property
    def version(self) -> CurriculumVersion:
        return self.enrolment.cohort.version

    def told_attempts(self) -> list[Attempt]:
        return [attempt for unit in self.units for attempt in unit.told_attempts()]


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


@dataclass
class _Loaded:
    """The rows that standings are made of, by what they belong to."""

    units: dict[int, list[Unit]]
    attempts: dict[int, list[Attempt]]
    recognitions: dict[int, list[Recognition]]
    maps: Mapping[tuple[int, int], UnitMap]


def of_many(enrolments: Iterable[Enrolment]) -> dict[int, Standing]:
    """By enrolment; each comes with `cohort` and its version loaded."""
    rows = list(enrolments)
    found = origins.of_many(rows)
    everyone = [*rows, *found.rows]
    loaded = _Loaded(defaultdict(list), defaultdict(list), defaultdict(list), found.maps)
    versions = {row.cohort.version_id for row in everyone}
    for unit in Unit.objects.filter(version__in=versions).prefetch_related("items").order_by("position", "pk"):
        loaded.units[unit.version_id].append(unit)
    for attempt in (
        Attempt.objects.filter(enrolment__in=everyone).select_related("appeal__decision", "marker").order_by("number")
    ):
        loaded.attempts[attempt.enrolment_id].append(attempt)
    for row in Recognition.objects.filter(enrolment__in=everyone, state__in=("asked", "granted")).order_by("pk"):
        loaded.recognitions[row.enrolment_id].append(row)
    return {row.pk: _along(found.path(row), loaded) for row in rows}


def of_one(enrolment: Enrolment) -> Standing:
    return of_many([enrolment])[enrolment.pk]


def _along(path: Sequence[Enrolment], loaded: _Loaded) -> Standing:
    """Where somebody stands at the end of the path. Within a version all of it counts as it stands; into another one
    goes what was passed, as the map says, and nothing else (V-5)."""
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    recognitions: dict[int, Recognition] = {}
    carried: dict[int, Carried] = {}
    before: Enrolment | None = None
    for row in path:
        if before is not None and before.cohort.version_id != row.cohort.version_id:
            units = loaded.units[before.cohort.version_id]
            carried = _carry(_standing(before, units, attempts, recognitions, carried), row, loaded.maps)
            attempts, recognitions = defaultdict(list), {}
        for attempt in loaded.attempts[row.pk]:
            attempts[attempt.item_id].append(attempt)
        for recognition in loaded.recognitions[row.pk]:
            # What was asked before the transfer and not decided is asked anew, if it still matters.
            if row is path[-1] or recognition.state == Recognition.State.GRANTED:
                recognitions[recognition.unit_id] = recognition
        before = row
    return _standing(path[-1], loaded.units[path[-1].cohort.version_id], attempts, recognitions, carried)


def _carry(old: Standing, into: Enrolment, maps: Mapping[tuple[int, int], UnitMap]) -> dict[int, Carried]:
    """By unit of the new version: what was passed in the old one. Where several units count as one, all of them were
    passed, and the mark is their mean by weight."""
    version = into.cohort.version_id
    by_unit: dict[int, list[tuple[UnitLine, UnitMap]]] = defaultdict(list)
    for line in old.units:
        found = maps.get((version, line.unit.pk))
        if found is not None and found.new_id is not None:
            by_unit[found.new_id].append((line, found))
    return {
        unit: Carried(_mean([line for line, _map in pairs]), [line for line, _map in pairs], [m for _line, m in pairs])
        for unit, pairs in by_unit.items()
        if all(line.result.is_passed for line, _map in pairs)
    }


def _mean(lines: Sequence[UnitLine]) -> int:
    weights = [line.unit.weight for line in lines]
    if not sum(weights):
        weights = [1] * len(lines)
    exact = sum(weight * (line.result.mark or 0) for weight, line in zip(weights, lines, strict=True))
    return results.half_up(exact, sum(weights))


def _standing(
    enrolment: Enrolment,
    units: Sequence[Unit],
    attempts: Mapping[int, Sequence[Attempt]],
    recognitions: Mapping[int, Recognition],
    carried: Mapping[int, Carried],
) -> Standing:
    rules = rules_of(enrolment.cohort.version)
    plain: list[results.Unit] = []
    counts: dict[int, Carried] = {}
    for unit in units:
        recognition = recognitions.get(unit.pk)
        own = results.Unit(
            code=unit.code,
            weight=unit.weight,
            pass_mark=unit.pass_mark,
            is_mandatory=unit.is_mandatory,
            items=[
                results.Item(item.code, item.weight, _told_marks(attempts.get(item.pk, ())))
                for item in unit.items.all()
                if item.is_summative
            ],
        )
        recognised = None
        if recognition is not None and recognition.state == Recognition.State.GRANTED:
            recognised = recognition.mark
        elif unit.pk in carried:
            # It stands for the whole unit, unless what was done here since is better: this version may ask for more.
            earned = results.unit_result(own, rules).mark
            if earned is None or earned <= carried[unit.pk].mark:
                counts[unit.pk], recognised = carried[unit.pk], carried[unit.pk].mark
        plain.append(replace(own, recognised=recognised))
    found = results.result(plain, rules)
    lines = []
    for unit, unit_result in zip(units, found.units, strict=True):
        counted = {each.item.code: each.mark for each in unit_result.items}
        items = [ItemLine(item, list(attempts.get(item.pk, ())), counted.get(item.code)) for item in unit.items.all()]
        lines.append(UnitLine(unit, items, unit_result, recognitions.get(unit.pk), counts.get(unit.pk)))
    return Standing(enrolment, lines, found)


def _told_marks(attempts: Iterable[Attempt]) -> list[int]:
    """Marks that trainees know; what is not released yet is in no result."""
    return [mark for attempt in attempts if attempt.is_told and (mark := effective_mark(attempt)) is not None]
