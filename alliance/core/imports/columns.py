"""The columns of a table as its kind declares them, and how a header is recognised in either language."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

Words = str | Promise
LANGUAGES = ("zh-hans", "en")
BETWEEN = re.compile(r"[;；、,，\n|]+")


@dataclass(frozen=True)
class Option:
    """One value a cell may have: its code and how people write it."""

    code: str
    labels: Mapping[str, str]
    synonyms: tuple[str, ...] = ()

    def label(self) -> str:
        return said(self.labels)


@dataclass(frozen=True)
class Column:
    """One column. `kind` says how a cell is read: text, lines, number, year, date, choice, choices, email, code.

    `options` are asked once for each file. `example` shows the shape of a value and is nobody's.
    """

    code: str
    label: Words
    help: Words = ""
    kind: str = "text"
    is_required: bool = False
    options: Callable[[], Sequence[Option]] | None = None
    example: Words = ""
    synonyms: tuple[str, ...] = ()
    # Beside its label in the header: "m²".
    unit: Words = ""
    limit: int | None = field(default=None)

    def header(self) -> str:
        """In both languages, Chinese first; in one where both say the same."""
        return " / ".join(self.headers())

    def headers(self) -> list[str]:
        labels = both(lambda: f"{self.label} ({self.unit})" if str(self.unit) else str(self.label))
        first, second = (capital(labels[language]) for language in LANGUAGES)
        return [first] if first == second else [first, second]

    def title(self) -> str:
        return capital(str(self.label))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def both(words: Callable[[], Any] | Words) -> dict[str, str]:
    """The same sentence in both languages, to be kept where the reader is not known yet."""
    made = {}
    for language in LANGUAGES:
        with translation.override(language):
            made[language] = str(words() if callable(words) else words)
    return made


def later(words: Callable[[], str]) -> Promise:
    """A sentence with something in it that is put together for whoever reads it, in their language."""
    return lazy(words, str)()  # type: ignore[return-value]


def said(kept: Mapping[str, str]) -> str:
    """The sentence in the reader's language."""
    language = translation.get_language() or LANGUAGES[0]
    return kept.get("zh-hans" if language.startswith("zh") else "en", "")


@lru_cache(maxsize=8192)
def key_of(text: str) -> str:
    """What is left of a header or a value when width, case, blanks and punctuation are gone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


class Headers:
    """Which header means which column: by code, by its name in either language, by synonyms."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = {column.code: column for column in columns}
        self._known: dict[str, str] = {}
        for column in self.columns.values():
            labels = both(column.label)
            for name in (column.code, *labels.values(), *column.synonyms):
                self._known.setdefault(key_of(name), column.code)

    def meaning(self, header: str) -> str:
        """The code of a column, or nothing. Both languages in one cell, a unit in brackets and a star do not matter."""
        text = unicodedata.normalize("NFKC", header).strip().strip("*").strip()
        parts = [part for part in re.split(r"[/\n|]", text) if key_of(part)]
        for candidate in (text, *parts):
            for name in (candidate, re.sub(r"\([^()]*\)", "", candidate)):
                if found := self._known.get(key_of(name)):
                    return found
        return ""

    def recognise(self, cells: Sequence[str]) -> dict[int, str]:
        """{place: code} of the cells that are headers of ours; a second one of the same column is not."""
        found: dict[int, str] = {}
        for place, cell in enumerate(cells):
            if cell and (code := self.meaning(cell)) and code not in found.values():
                found[place] = code
        return found

    def missing(self, codes: Iterable[str]) -> list[Column]:
        present = set(codes)
        return [column for column in self.columns.values() if column.is_required and column.code not in present]


class Cells:
    """Cells as values. One for each file: the options of a column are looked up once."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._options: dict[str, dict[str, str]] = {}
        for column in columns:
            if column.options is not None:
                table: dict[str, str] = {}
                self._options[column.code] = table
                for option in column.options():
                    for name in (option.code, *option.labels.values(), *option.synonyms):
                        table.setdefault(key_of(name), option.code)

    def value(self, column: Column, text: str) -> Any:
        """What a cell says; ValidationError where it says nothing that the column knows. Empty cells say nothing."""
        if column.kind in {"text", "lines"}:
            return text
        if column.kind == "choice":
            return self._code(column, text)
        if column.kind == "choices":
            parts = [part.strip() for part in BETWEEN.split(text) if part.strip()]
            return list(dict.fromkeys(self._code(column, part) for part in parts))
        plain = unicodedata.normalize("NFKC", text).strip()
        if column.kind == "year":
            return re.sub(r"\s*年$", "", plain)
        if column.kind == "date":
            return re.sub(r"\s+0?0:00(:00)?$", "", plain)
        if column.kind == "email":
            return plain.lower()
        return plain

    def _code(self, column: Column, text: str) -> str:
        found = self._options[column.code].get(key_of(text))
        if found is None:
            raise ValidationError(
                _("“%(text)s” is not a value of this column. The help sheet of the template lists them."),
                params={"text": text[:40]},
                code="option",
            )
        return found


def options_of(enumeration: Any, synonyms: Mapping[str, tuple[str, ...]] | None = None) -> Callable[[], list[Option]]:
    """The options of an enumeration, under its labels in both languages."""

    def made() -> list[Option]:
        return [
            Option(str(code), both(label), (synonyms or {}).get(str(code), ())) for code, label in enumeration.choices
        ]

    return made
