"""What can be merged, and what becomes of each reference to it: declared by the packages, walked by a test."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from ..models import Merge

Words = str | Promise
Row = Any  # a row of a model that can be merged: it has `merged_into`


class How(StrEnum):
    """What becomes of rows that name the one that goes."""

    MOVE = "move"
    # History of what was: it stays where it happened, and the old row points to the one that stays.
    STAY = "stay"
    # Something under way that a person must settle first.
    REFUSE = "refuse"
    # A one-to-one partner: where both have one, the two partners are merged too.
    TOGETHER = "together"


@dataclass(frozen=True)
class Reference:
    """Rows of `model` whose `field` names the row that goes.

    `same`: the columns that no two rows of one target may share (among the rows that fit `among`); a row whose twin is
    at the surviving side already stays. `when` narrows REFUSE. `type_field` makes it a reference by kind and number, as
    tasks have it.
    """

    model: str
    field: str
    how: How
    title: Words
    why: Words = ""
    same: tuple[str, ...] = ()
    among: Q | None = None
    when: Q | None = None
    type_field: str = ""
    # What becomes of a row that stays because its twin is there already: values that end what it was good for.
    retire: Callable[[Any], Mapping[str, Any]] | None = None

    @property
    def rows(self) -> QuerySet[Any]:
        return apps.get_model(self.model)._base_manager.all()

    def at(self, target: Row) -> QuerySet[Any]:
        found = self.rows.filter(**{self.field: self.key(target)})
        return found.filter(**{self.type_field: self.kind(target)}) if self.type_field else found

    def key(self, target: Row) -> Any:
        if not self.type_field:
            return target.pk
        column: Any = apps.get_model(self.model)._meta.get_field(self.field)
        return column.to_python(target.pk)

    def kind(self, target: Row) -> Any:
        column: Any = apps.get_model(self.model)._meta.get_field(self.type_field)
        if column.is_relation:
            from django.contrib.contenttypes.models import ContentType

            return ContentType.objects.get_for_model(type(target))
        return target._meta.label_lower


@dataclass(frozen=True)
class Subject:
    """A kind of row that can be merged. `fields`: values between which a person chooses. `check` refuses a pair.
    `fade`: what else changes on the row that goes. `alone`: fields that no two rows may share. `after` brings search
    and counts up to date, also after undoing."""

    label: str
    fields: tuple[str, ...]
    check: Callable[[Row, Row], None] = lambda gone, kept: None
    fade: Callable[[Row], Mapping[str, Any]] = lambda gone: {}
    alone: tuple[str, ...] = ()
    after: Callable[[Row, Row, Any], None] = lambda gone, kept, by: None

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)


_subjects: dict[str, Subject] = {}
_references: dict[str, dict[tuple[str, str], Reference]] = {}


def register_subject(subject: Subject) -> Subject:
    _subjects[subject.label] = subject
    return subject


def register(label: str, *references: Reference) -> None:
    for reference in references:
        _references.setdefault(label, {})[reference.model, reference.field] = reference


def references(label: str) -> list[Reference]:
    return list(_references.get(label, {}).values())


def subjects() -> list[Subject]:
    return list(_subjects.values())


def subject_of(row: Any) -> Subject:
    return _subjects[row._meta.label]


def subject(label: str) -> Subject:
    return _subjects[label]


class _Merged:
    """Told in the transaction of a merge: later packages listen, in `AppConfig.ready`."""

    def __init__(self) -> None:
        self.listeners: list[Callable[..., Any]] = []

    def listen(self, listener: Callable[..., Any]) -> Callable[..., Any]:
        if listener not in self.listeners:
            self.listeners.append(listener)
        return listener

    def tell(self, *, merge: Merge, gone: Row, kept: Row, by: Any) -> None:
        for listener in self.listeners:
            listener(merge=merge, gone=gone, kept=kept, by=by)


merged = _Merged()


# References by kind and number that no merge needs to follow, and why.
LEFT: dict[str, str] = {
    "core.AuditEvent": "says what happened to what, also when that is a pointer now",
    "core.SearchDocument": "made anew when a merge is done or undone",
    "core.Translation": "the board asks only for rows that stand in lists",
}


def handled(label: str) -> Iterable[tuple[str, str]]:
    """(model, field) of every reference that is declared."""
    return _references.get(label, {}).keys()
