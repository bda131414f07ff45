"""Texts in two languages: a pair of plain columns, read in the reader's language, with an honest fallback.

A model declares `name_zh` and `name_en` as ordinary fields and `name = Bilingual("name")` beside them. Reading
`park.name` gives the text in the active language, or the other one marked as a fallback, so that a page can say so and
set `lang`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.contrib.contenttypes.models import ContentType

    from .models import Translation

ZH, EN = "zh-hans", "en"
SUFFIX = {ZH: "zh", EN: "en"}
OTHER = {ZH: EN, EN: ZH}


class BilingualText(str):
    """A text that knows its language, and whether it stands in for a missing one."""

    lang: str
    is_fallback: bool

    def __new__(cls, text: str, lang: str, is_fallback: bool = False) -> "BilingualText":
        made = super().__new__(cls, text)
        made.lang = lang
        made.is_fallback = is_fallback
        return made


def active_language() -> str:
    return ZH if (get_language() or ZH).startswith("zh") else EN


class Bilingual:
    """The pair `<name>_zh`, `<name>_en` of a model, as one text in the active language."""

    def __init__(self, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "Bilingual": ...
    @overload
    def __get__(self, instance: Model, owner: type) -> BilingualText: ...
    def __get__(self, instance: Model | None, owner: type) -> "Bilingual | BilingualText":
        if instance is None:
            return self
        return self.read(instance, active_language())

    def read(self, instance: Model, language: str) -> BilingualText:
        """The text in `language`; the other language, marked, when that is empty."""
        text = getattr(instance, f"{self.name}_{SUFFIX[language]}")
        if text:
            return BilingualText(text, language)
        other = OTHER[language]
        text = getattr(instance, f"{self.name}_{SUFFIX[other]}")
        return BilingualText(text, other, is_fallback=bool(text))


class NameOf:
    """The bilingual text of a row, in whatever language is active when it is read; for labels that are kept."""

    def __init__(self, row: Model, name: str = "name") -> None:
        self.row = row
        self.name = name

    def __str__(self) -> str:
        return str(self._text)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash((type(self.row), self.row.pk))

    @property
    def _text(self) -> BilingualText:
        text: BilingualText = getattr(self.row, self.name)
        return text

    @property
    def lang(self) -> str:
        return self._text.lang

    @property
    def is_fallback(self) -> bool:
        return self._text.is_fallback


def in_other_language(instance: Model, name: str) -> BilingualText | None:
    """The text in the language that is not the reader's, if it is there and says something else."""
    language = OTHER[active_language()]
    text = getattr(instance, f"{name}_{SUFFIX[language]}")
    if not text or text == getattr(instance, f"{name}_{SUFFIX[OTHER[language]]}"):
        return None
    return BilingualText(text, language)


def pick(zh: str, en: str) -> BilingualText:
    """The same choice for a pair that is not on a model."""
    language = active_language()
    text, other = (zh, en) if language == ZH else (en, zh)
    return BilingualText(text, language) if text else BilingualText(other, OTHER[language], is_fallback=bool(other))


def order_by_name(name: str = "name") -> list[Any]:
    """Order by name as readers expect it: Chinese by pinyin (GB18030), English by letter, without English last."""
    from django.db.models import Func, Value
    from django.db.models.fields import BinaryField
    from django.db.models.functions import Lower, NullIf

    pinyin = Func(F(f"{name}_zh"), Value("GB18030"), function="convert_to", output_field=BinaryField())
    if active_language() == EN:
        return [NullIf(Lower(f"{name}_en"), Value("")).asc(nulls_last=True), pinyin, F("pk")]
    return [pinyin, F("pk")]


# Out of date ----------------------------------------------------------------------------------------------------------


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def track(subject: Model, names: Iterable[str], *, weight: int = 0) -> None:
    """Bring the translation states of these pairs up to what the saved row says.

    Chinese is the source: an English text whose Chinese changed without it becomes outdated, until it changes too or
    somebody confirms that it still fits. Polishing the English leaves the Chinese alone. Called by the service that
    saved the row, in its transaction.
    """
    track_all([(subject, weight)], names)


def track_all(subjects: Sequence[tuple[Model, int]], names: Iterable[str]) -> None:
    """The same for several rows of one model, each with its weight."""
    from django.contrib.contenttypes.models import ContentType

    from .models import Translation

    if not subjects:
        return
    subject_type = ContentType.objects.get_for_model(subjects[0][0])
    rows = Translation.objects.select_for_update().filter(
        subject_type=subject_type, subject_id__in=[subject.pk for subject, _weight in subjects]
    )
    known: dict[int, dict[tuple[str, str], Translation]] = defaultdict(dict)
    for row in rows.order_by("pk"):
        known[row.subject_id][row.field, row.language] = row
    fresh = [
        row
        for subject, weight in subjects
        for row in _moved(subject_type, subject, weight, tuple(names), known[subject.pk])
    ]
    if fresh:
        Translation.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["subject_type", "subject_id", "field", "language"],
            update_fields=["state", "source_hash", "weight", "since"],
        )


def _moved(
    subject_type: "ContentType",
    subject: Model,
    weight: int,
    names: Sequence[str],
    known: Mapping[tuple[str, str], "Translation"],
) -> Iterator["Translation"]:
    """The states of one row that are no longer what was kept."""
    from .models import Translation

    now = timezone.now()
    for name in names:
        zh, en = getattr(subject, f"{name}_zh"), getattr(subject, f"{name}_en")
        zh_row, en_row = known.get((name, ZH)), known.get((name, EN))
        # The Chinese row remembers which English stood beside it: so we see whether the English moved too.
        en_moved = zh_row is None or zh_row.source_hash != text_hash(en)
        due = {
            ZH: (Translation.State.MISSING if en and not zh else Translation.State.CURRENT, text_hash(en)),
            EN: _english(zh, en, en_row, en_moved),
        }
        for language, (state, source_hash) in due.items():
            row = known.get((name, language)) or Translation(
                subject_type=subject_type, subject_id=subject.pk, field=name, language=language, since=now
            )
            if (row.state, row.source_hash, row.weight) != (state, source_hash, weight):
                row.since = now if row.state != state else row.since
                row.state, row.source_hash, row.weight = state, source_hash, weight
                yield row


def _english(zh: str, en: str, row: "Translation | None", en_moved: bool) -> tuple[str, str]:
    """State of the English text, and the hash of the Chinese it agrees with."""
    from .models import Translation

    if zh and not en:
        return Translation.State.MISSING, ""
    if not zh:
        return Translation.State.CURRENT, ""
    # Without a Chinese it agreed with before, the English is what the Chinese was written from.
    if row is None or not row.source_hash or en_moved:
        return Translation.State.CURRENT, text_hash(zh)
    if row.source_hash == text_hash(zh):
        return Translation.State.CURRENT, row.source_hash
    return Translation.State.OUTDATED, row.source_hash


def confirm(subject: Model, name: str, language: str) -> None:
    """A person read both and says that this text still fits. A missing text stays missing."""
    from django.contrib.contenttypes.models import ContentType

    from .models import Translation

    source = getattr(subject, f"{name}_{SUFFIX[OTHER[language]]}")
    Translation.objects.filter(
        subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk, field=name, language=language
    ).exclude(state=Translation.State.MISSING).update(
        state=Translation.State.CURRENT, source_hash=text_hash(source), since=timezone.now()
    )
