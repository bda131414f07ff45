"""What a merge would do, down to the single row: the page shows it, and nothing else is carried out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from .declared import How, Reference, Row, Words, references, subject_of


@dataclass(frozen=True)
class Line:
    """One kind of rows: which move, which stay because their twin is there already, which stand in the way, and how
    many stay as history."""

    reference: Reference
    moving: list[Any] = field(default_factory=list)
    staying: list[Any] = field(default_factory=list)
    blocking: list[Any] = field(default_factory=list)
    history: int = 0


@dataclass(frozen=True)
class Difference:
    """A field in which the two rows differ. `suggested` is the side whose value survives unless a person chooses."""

    field: str
    label: Words
    gone: Any
    kept: Any
    suggested: str


@dataclass(frozen=True)
class Plan:
    """Everything that a merge would do, down to the single row."""

    gone: Row
    kept: Row
    lines: list[Line]
    differences: list[Difference]
    partners: list["Plan"] = field(default_factory=list)

    def all(self) -> Iterator["Plan"]:
        yield self
        for partner in self.partners:
            yield from partner.all()

    @property
    def blocking(self) -> list[Line]:
        return [line for plan in self.all() for line in plan.lines if line.blocking]

    def digest(self) -> str:
        """Two plans with one digest do the same to the same rows."""
        facts = [
            [
                plan.gone._meta.label,
                plan.gone.pk,
                plan.kept.pk,
                [[line.reference.model, line.reference.field, line.moving, line.staying] for line in plan.lines],
                [[one.field, plain(one.gone), plain(one.kept)] for one in plan.differences],
            ]
            for plan in self.all()
        ]
        return hashlib.sha256(json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def plan(gone: Row, kept: Row) -> Plan:
    """What merging would do now. Reads only."""
    subject = subject_of(gone)
    lines: list[Line] = []
    partners: list[Plan] = []
    for reference in references(subject.label):
        if reference.how == How.TOGETHER:
            mine, other = reference.at(gone).first(), reference.at(kept).first()
            if mine is not None and other is not None:
                partners.append(plan(mine, other))
                continue
        lines.append(line_of(reference, gone, kept))
    return Plan(gone, kept, [line for line in lines if _is_any(line)], differences(gone, kept), partners)


def _is_any(line: Line) -> bool:
    return bool(line.moving or line.staying or line.blocking or line.history)


def line_of(reference: Reference, gone: Row, kept: Row) -> Line:
    rows = reference.at(gone)
    if reference.how == How.STAY:
        return Line(reference, history=rows.count())
    if reference.how == How.REFUSE:
        blocking = _keys(rows.filter(reference.when) if reference.when is not None else rows)
        return Line(reference, blocking=blocking, history=rows.count() - len(blocking))
    staying = _twins(reference, gone, kept)
    return Line(reference, moving=[pk for pk in _keys(rows) if pk not in staying], staying=sorted(staying))


def _keys(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _twins(reference: Reference, gone: Row, kept: Row) -> set[Any]:
    """Rows at the old side whose twin is at the surviving side."""
    if not reference.same:
        return set()
    ours, theirs = reference.at(gone), reference.at(kept)
    if reference.among is not None:
        ours, theirs = ours.filter(reference.among), theirs.filter(reference.among)
    there = set(theirs.values_list(*reference.same))
    return {pk for pk, *same in ours.values_list("pk", *reference.same) if tuple(same) in there}


def differences(gone: Row, kept: Row) -> list[Difference]:
    """Where the two say different things; an empty value gives way to one that is there."""
    found = []
    for name in subject_of(gone).fields:
        column: Any = gone._meta.get_field(name)
        old, own = column.value_from_object(gone), column.value_from_object(kept)
        if old != own:
            suggested = "gone" if _is_empty(own) and not _is_empty(old) else "kept"
            found.append(Difference(name, column.verbose_name, old, own, suggested))
    return found


def _is_empty(value: Any) -> bool:
    return value in (None, "", []) or value == {}


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def check(made: Plan) -> None:
    """RuleBroken when a rule forbids to merge this pair, or the partners that would be merged along."""
    for one in made.all():
        subject_of(one.gone).check(one.gone, one.kept)
