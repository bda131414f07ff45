"""What can be imported. Each app declares its own kinds when it is ready; the flow around them is one."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from ..models import ImportBatch, ImportRow
from .columns import Column, Headers, Words, both

Verdict = ImportRow.Verdict


@dataclass
class Draft:
    """A row on its way to a verdict: its number, the values that could be read, and what is wrong so far."""

    number: int
    values: dict[str, Any]
    notes: list[dict[str, str]] = field(default_factory=list)

    def note(self, column: str, words: Callable[[], Any] | Words) -> None:
        self.notes.append({"column": column, **both(words)})

    def refuse(self, column: str, error: ValidationError) -> None:
        for message in error.error_list:
            self.note(column, lambda message=message: " ".join(ValidationError([message]).messages))  # type: ignore[misc]


@dataclass
class Judged:
    """The verdict on one row. `seen` stands for all it rests on; `changes` are {column: [before, after]}."""

    verdict: str
    target: str = ""
    target_name: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    seen: str = ""
    offers: list[dict[str, str]] = field(default_factory=list)


def offer(code: str, words: Callable[[], Any] | Words) -> dict[str, str]:
    return {"code": code, **both(words)}


def fingerprint(*facts: Any) -> str:
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Made:
    """What taking a row over did: the object, whether it is new, and what undoing needs to know."""

    target: str
    is_new: bool
    details: dict[str, Any] = field(default_factory=dict)


class Checker:
    """Looks at rows with a few questions to the database for each chunk, however many rows it has.

    Made anew for each check, and again inside the transaction that takes a file over.
    """

    def __init__(self, kind: "ImportKind", batch: ImportBatch, by: Any) -> None:
        self.kind, self.batch, self.by = kind, batch, by

    def lock(self, targets: Sequence[str]) -> None:
        """Lock what these rows will change, in one order for everybody."""

    def judge(self, drafts: Sequence[Draft]) -> list[Judged]:
        """A verdict for each row, in order. Notes added to a draft are kept with it."""
        raise NotImplementedError

    def apply(self, row: ImportRow, judged: Judged) -> Made:
        """Do what was decided about this row. RuleBroken puts it aside."""
        raise NotImplementedError

    def apply_all(self, rows: Sequence[tuple[ImportRow, Judged]]) -> list[Made]:
        """The same for several rows, in their order. What one of them breaks is tried again with fewer, down to one."""
        return [self.apply(row, judged) for row, judged in rows]

    def undo(self, row: ImportRow) -> None:
        """Take it back, if nothing else has changed since. RuleBroken says why not."""
        raise NotImplementedError

    def undo_all(self, rows: Sequence[ImportRow]) -> None:
        for row in rows:
            self.undo(row)


class ImportKind:
    """One kind of table. Subclasses say which columns it has, who may import it and how a row is judged."""

    code = ""
    title: Words = ""
    # Where people come from: the secretariat's menu, or a page of the desk that links here.
    area = "office"
    # What happens to the rows, in a sentence for the page where one begins.
    sentence: Words = ""
    # What people should know before they fill in the template.
    hints: tuple[Words, ...] = ()
    max_rows = 20_000
    # A sentence before the last click where it cannot be taken back altogether.
    warning: Words = ""
    checker: type[Checker] = Checker

    def columns(self) -> Sequence[Column]:
        raise NotImplementedError

    def may(self, person: Any) -> bool:
        raise NotImplementedError

    def may_see(self, person: Any, batch: ImportBatch) -> bool:
        """Whether this file of the kind is this person's business; where it is not, there is no such file."""
        return self.may(person)

    def batches(self, person: Any) -> QuerySet[ImportBatch]:
        """The files of the kind that this person sees; `may_see` says the same of one."""
        return ImportBatch.objects.filter(kind=self.code)

    def options_form(self, person: Any, data: Any = None) -> forms.Form | None:
        """Boxes beside the file, if there are any."""
        return None

    def shown(self, code: str, value: Any, words: Any) -> str:
        """A value as its reader knows it; `words` is what `words()` gave, once a page."""
        if value is None:
            return ""
        if isinstance(value, list):
            return "；".join(self.shown(code, item, words) for item in value)
        return words.get((code, value), str(value)) if isinstance(value, str | int) else str(value)

    def words(self) -> dict[tuple[str, Any], str]:
        """{(column, code): label in the reader's language}."""
        return {
            (column.code, option.code): option.label()
            for column in self.columns()
            if column.options is not None
            for option in column.options()
        }

    def url_of(self, row: ImportRow) -> str:
        """Where the thing a row is about can be seen."""
        return ""

    def headers(self) -> Headers:
        return Headers(self.columns())


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    """Make a kind known under its code, which stands in the rows: never rename one."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"The kind of import {kind.code} is registered twice.")
    return kind


def kind_of(code: str) -> ImportKind | None:
    return _kinds.get(code)


def kinds_for(person: Any, area: str = "") -> list[ImportKind]:
    return [kind for kind in _kinds.values() if area in ("", kind.area) and kind.may(person)]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], codes: Iterable[str]) -> dict[str, list[Any]]:
    """{column: [before, after]} where both differ. A column that the file leaves empty changes nothing."""
    return {
        code: [before.get(code), after[code]]
        for code in codes
        if code in after and after[code] not in ("", None, []) and after[code] != before.get(code)
    }


class FormReader:
    """One form, asked for row after row: the rules of a page are the rules of a file.

    What a form checks in the database it would ask for every row; `field`s that do are replaced before.
    """

    def __init__(self, form: Any) -> None:
        self.form = form
        form.is_bound = True
        # A form of a model would ask the database about each constraint; here only its fields and its own rules count.
        form._post_clean = lambda: None

    def read(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[ValidationError]]]:
        """(what is well formed, {field: errors})."""
        form = self.form
        form.data = dict(values)
        form._errors = None
        form.full_clean()
        errors = form.errors.as_data() if form.errors else {}
        return {name: form.cleaned_data[name] for name in form.cleaned_data if name not in errors}, errors
