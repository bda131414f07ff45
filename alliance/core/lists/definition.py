"""What a list is: its filter, its rows, its columns, its orders. Declared once, as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.http import QueryDict

from .filters import Label, ListFilter

if TYPE_CHECKING:
    from .listing import Listing


@dataclass(frozen=True)
class Column:
    """One column of the table and of the file. `value` gives plain text, a number, a BilingualText or None.

    A column without `in_table` is for the file alone. `url` makes the cell a link in the table. With `facet`, the
    value is a list of codes, shown by the names that they have in that facet.
    """

    code: str
    label: Label | Callable[[], str]
    value: Callable[[Any], Any]
    url: Callable[[Any], str] | None = None
    is_number: bool = False
    # A short text that the table does not break: Chinese could break between any two characters.
    is_short: bool = False
    # What the table says instead of "not reported", such as "none recorded".
    missing: Label = ""
    in_table: bool = True
    in_file: bool = True
    facet: str = ""
    # The order that a click on the head of the column gives, and the one that a second click gives: up, and down.
    sort: str = ""
    back: str = ""
    # For the file: a column for each language; what it means, its unit, where its values come from.
    in_both: bool = False
    meaning: Label = ""
    unit: Label = ""
    source: Label = ""
    # A number read without separators, such as a year.
    is_plain: bool = False

    @property
    def head(self) -> str:
        return str(self.label() if callable(self.label) else self.label)


@dataclass(frozen=True)
class Sort:
    """An order of the list; `order` gives what `order_by` takes, and ends in a unique column. `needs` names a filter
    without which the order makes no sense, such as relevance without words."""

    code: str
    label: Label
    order: Callable[["Listing"], Sequence[Any]]
    needs: str = ""


@dataclass(frozen=True)
class View:
    """A way of looking at the same rows."""

    code: str
    label: Label
    icon: str = ""


@dataclass(frozen=True)
class ListDefinition:
    """A list that people can narrow, order, look at in several ways and take away.

    `rows` gives what this user may see, `fetch` adds what a page of rows shows (`select_related`, `prefetch_related`,
    `only`). The first sort that applies is the default; the first view as well. `place` is the column that a map
    counts by. `carries` are parameters that links keep although they do not filter, such as a selection to compare.
    """

    code: str
    url_name: str
    filterset: type[ListFilter]
    rows: Callable[[Any], QuerySet]
    fetch: Callable[[QuerySet], QuerySet] = lambda rows: rows
    # What columns read beside the rows, fetched for a page or a chunk of a file at once: (rows, user).
    prepare: Callable[[Sequence[Any], Any], None] = lambda rows, user: None
    sorts: Sequence[Sort] = ()
    columns: Sequence[Column] = ()
    views: Sequence[View] = ()
    place: str = ""
    carries: Sequence[str] = ()
    per_page: int = 24
    # For the file: what else its columns read.
    fetch_file: Callable[[QuerySet], QuerySet] | None = field(default=None)
    title: Label = ""
    # Whether everybody sees the same rows, with or without an account.
    is_public: bool = False
    # What its lines show beside the row itself: where these tables change, what was drawn of a line is drawn anew.
    shows: Sequence[type[Model]] = ()
    # Who may open the list at all; `rows` says which of its rows.
    may: Callable[[Any], bool] = lambda user: True
    # The ids of rows that changed since a moment, for saved searches; without it they have no messages.
    changed: Callable[[datetime], QuerySet] | None = None
    # For the file: who may see what is in it, and what to say when quoting it.
    who_sees: Label = ""
    licence: Label = ""

    def read(self, data: QueryDict, *, user: Any = None) -> "Listing":
        """The list as these parameters ask for it, of the rows that `user` may see."""
        from .listing import Listing

        return Listing(self, data, user=user)

    @property
    def model(self) -> type[Model]:
        return self.filterset._meta.model


_lists: dict[str, ListDefinition] = {}


def register(definition: ListDefinition) -> ListDefinition:
    """Make a list known under its code: it can then be exported and its searches saved. Never rename a code."""
    if _lists.setdefault(definition.code, definition) is not definition:
        raise ValueError(f"The list {definition.code} is registered twice.")
    return definition


def all_lists() -> list[ListDefinition]:
    return list(_lists.values())


def find(code: str) -> ListDefinition | None:
    return _lists.get(code)
