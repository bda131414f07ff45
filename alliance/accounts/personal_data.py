"""Which rows are a person's: what a copy of their data holds, and what closing their account does (6.64).

Each package declares its own in `personal.py`, imported when it is ready. A test walks every table: a column that names
a person, or that may hold a name, an address or words about somebody, must be declared here.

    personal_data.register(
        Source("duties", "accounts.Duty", _("Duties"), person=("person",), traces=("appointed_by",), why=_("…")),
    )
    personal_data.not_personal("parks.Park", "contact_phone", why="the park's own number")

`person` columns say whose row it is; `traces` say who did something to a row that is somebody else's: that stays, as a
number. `words` are the columns that closing overwrites (`blank`) or that go with their row (`DELETE`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from .models import User

Words = str | Promise


class Close(StrEnum):
    """What closing the account does with the rows."""

    KEEP = "keep"  # as they are: they name the person by a number
    BLANK = "blank"  # they stay, and what they say of the person is overwritten
    DELETE = "delete"


@dataclass(frozen=True)
class Source:
    """Rows of one table, under `code` in the copy of a person's data.

    `why` says for what they are kept, while the account exists and after. `blank` maps columns to what replaces them,
    or to a function of the row. `rows` finds the rows where no column names the person by number. `close` does what a
    list of columns cannot say.
    """

    code: str
    model: str
    title: Words
    why: Words
    person: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    on_close: Close = Close.KEEP
    blank: Mapping[str, Any] = field(default_factory=dict)
    rows: Callable[[User], QuerySet] | None = None
    close: Callable[[User, QuerySet], object] | None = None
    # Rows that only carry other tables (memberships of groups, say) need no page of their own.
    is_listed: bool = True

    @property
    def manager(self) -> Any:
        return apps.get_model(self.model)._base_manager

    def of(self, person: User) -> QuerySet:
        if self.rows is not None:
            return self.rows(person)
        if not self.person:
            return self.manager.none()
        condition = Q()
        for column in self.person:
            condition |= Q(**{column: person})
        return self.manager.filter(condition).order_by("pk")

    def exported(self, person: User) -> Iterator[dict[str, Any]]:
        yield from self.of(person).values(*self.fields).iterator(chunk_size=500)

    def end(self, person: User) -> int:
        """Do what closing does; gives how many rows were concerned."""
        rows = self.of(person)
        count = rows.count()
        if self.close is not None:
            self.close(person, rows)
        elif self.on_close == Close.DELETE:
            rows.delete()
        elif self.on_close == Close.BLANK:
            for row in rows:
                overwrite(row, self.blank)
        return count


def overwrite(row: Model, blank: Mapping[str, Any]) -> None:
    """Past the model's own saving, which would keep a version of what is being taken away."""
    values = {column: value(row) if callable(value) else value for column, value in blank.items()}
    type(row)._base_manager.filter(pk=row.pk).update(**values)


_sources: dict[str, Source] = {}
_not_personal: dict[tuple[str, str], str] = {}


def register(*sources: Source) -> None:
    for source in sources:
        if _sources.setdefault(source.code, source) is not source:
            raise ValueError(f"Personal data are declared twice as {source.code}.")


def not_personal(model: str, *columns: str, why: str) -> None:
    """These columns look as if they held personal data and do not."""
    for column in columns:
        _not_personal[model.lower(), column] = why


def sources() -> list[Source]:
    return list(_sources.values())


def declared() -> set[tuple[str, str]]:
    """Every column that somebody thought about, as (label of the model in lower case, column)."""
    found = set(_not_personal)
    for source in _sources.values():
        found |= {
            (source.model.lower(), column) for column in (*source.person, *source.traces, *source.words, *source.blank)
        }
    return found


def traces_of(person: User) -> Iterator[dict[str, Any]]:
    """Where the person's number stands on rows that are not theirs."""
    for source in _sources.values():
        for column in source.traces:
            for pk in source.manager.filter(**{column: person}).order_by("pk").values_list("pk", flat=True).iterator():
                yield {"kind": source.model.lower(), "number": str(pk), "as": column}
