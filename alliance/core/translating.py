"""What waits for translation, over all kinds of objects. Apps say what their texts are called and who may edit them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from .bilingual import OTHER, SUFFIX
from .models import Translation

Words = str | Promise
EXCERPT = 90


@dataclass(frozen=True)
class BoardSource:
    """The texts of one model: `editable` gives the rows whose texts a person may edit, `url` leads to where they do."""

    model: type[models.Model]
    labels: Mapping[str, Words]
    editable: Callable[[Any], models.QuerySet]
    url: Callable[[Any, models.Model, str], str]


@dataclass(frozen=True)
class Line:
    """One text on the board."""

    translation: Translation
    subject: models.Model
    label: Words
    source: str
    source_language: str
    url: str


_sources: dict[type[models.Model], BoardSource] = {}


def register(source: BoardSource) -> None:
    _sources[source.model] = source


def to_do(person: Any) -> models.QuerySet[Translation]:
    """Texts to translate that this person may edit, the most urgent first."""
    mine = Q(pk__in=[])
    for source in _sources.values():
        subject_type = ContentType.objects.get_for_model(source.model)
        mine |= Q(
            subject_type=subject_type, subject_id__in=source.editable(person).values("pk"), field__in=source.labels
        )
    return Translation.objects.to_do().filter(mine).select_related("subject_type")


def lines(translations: Iterable[Translation], person: Any = None) -> list[Line]:
    """The rows with their objects, fetched in one query for each kind."""
    rows = list(translations)
    found: dict[tuple[int, int], models.Model] = {}
    for source in _sources.values():
        subject_type = ContentType.objects.get_for_model(source.model)
        pks = {row.subject_id for row in rows if row.subject_type_id == subject_type.pk}
        if pks:
            found |= {(subject_type.pk, pk): row for pk, row in source.model._default_manager.in_bulk(pks).items()}
    made = []
    for row in rows:
        subject = found.get((row.subject_type_id, row.subject_id))
        if subject is None:
            continue
        source = _sources[type(subject)]
        other = OTHER[row.language]
        text = getattr(subject, f"{row.field}_{SUFFIX[other]}")
        made.append(
            Line(
                row,
                subject,
                source.labels[row.field],
                text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…",
                other,
                source.url(person, subject, row.field),
            )
        )
    return made
