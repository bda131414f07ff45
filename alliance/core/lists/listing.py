"""A list as one reader asked for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import counts, tally
from .definition import Column, ListDefinition, Sort, View
from .filters import LONGEST_QUERY, NOT_REPORTED, Facet

Label = str | Promise
# So many values of a facet are seen at once; the others open on demand.
FIRST_OPTIONS = 8
# What campaigns and search engines add to addresses is nobody's mistake.
FOREIGN_PARAMETERS = ("utm_", "gclid", "fbclid", "msclkid", "from", "spm")
RESERVED = ("page", "sort", "view")


@dataclass(frozen=True)
class Option:
    """One value of a facet."""

    value: str
    label: Label
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Problem:
    """Something in the address that the list could not follow, said to the reader."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class ShownFacet:
    name: str
    label: Label
    options: list[Option]
    problems: list[str] = field(default_factory=list)
    is_open: bool = False

    @property
    def first(self) -> list[Option]:
        """The options seen at once: those chosen are always among them."""
        chosen = [option for option in self.options[FIRST_OPTIONS:] if option.is_chosen]
        return self.options[:FIRST_OPTIONS] + chosen

    @property
    def rest(self) -> list[Option]:
        return [option for option in self.options[FIRST_OPTIONS:] if not option.is_chosen]

    @property
    def chosen_count(self) -> int:
        return sum(option.is_chosen for option in self.options)


@dataclass(frozen=True)
class Chip:
    """One condition in use, and the list without it."""

    label: Label
    facet: Label
    url: str


@dataclass(frozen=True)
class Choice:
    """One of several orders or views. The default stands for itself in no address and no form: words bring another
    one."""

    code: str
    label: Label
    url: str
    is_current: bool
    is_default: bool = False
    icon: str = ""


class Listing:
    """A list, read from parameters. Everything is computed once, when it is first asked for."""

    def __init__(self, definition: ListDefinition, data: QueryDict, *, user: Any = None) -> None:
        self.definition = definition
        self.filter = definition.filterset(data, queryset=definition.rows(user), person=user)
        self.data = data
        self.problems: list[Problem] = []
        self.path = reverse(definition.url_name)
        self.sort = self._one_of("sort", self._sorts())
        self.view = self._one_of("view", definition.views)
        self.number = self._page_number()
        self._report_problems()

    # What was asked
    # -----------------------------------------------------------------------------------------------------

    def _sorts(self) -> list[Sort]:
        return [sort for sort in self.definition.sorts if not sort.needs or sort.needs in self.chosen]

    def _one_of(self, name: str, known: Sequence[Any]) -> Any:
        """The order or view that the address names, else the first."""
        asked = self.data.get(name, "")
        default = known[0] if known else None
        if not asked:
            return default
        found = next((one for one in known if one.code == asked), None)
        declared = {one.code for one in (self.definition.sorts if name == "sort" else known)}
        if found is None and asked not in declared:
            text = _("There is no order called “%s”.") if name == "sort" else _("There is no view called “%s”.")
            self.problems.append(Problem(text % short(asked), name))
        return found or default

    def _page_number(self) -> int:
        asked = self.data.get("page", "")
        if not asked:
            return 1
        # Digits of any script count as digits to Python, and thousands of them make no page.
        if asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked) > 0:
            return int(asked)
        self.problems.append(Problem(_("“%s” is not a page number; this is page 1.") % short(asked), "page"))
        return 1

    def _report_problems(self) -> None:
        for name in self.filter.cut:
            text = _("Only the first %(n)d characters of your words were used.") % {"n": LONGEST_QUERY}
            self.problems.append(Problem(text, name))
        known = {*self.filter.filters, *self.definition.carries, *RESERVED}
        for name in self.data:
            if name not in known and not name.startswith(FOREIGN_PARAMETERS):
                text = _("This list has no filter called “%s”; it was left out.") % short(name)
                self.problems.append(Problem(text))
        for name, values in self.filter.unknown.items():
            label = self.filter.filters[name].label
            for value in values[:3]:
                self.problems.append(
                    Problem(
                        _("“%(value)s” is not known under “%(filter)s”. It was left out, the rest holds.")
                        % {"value": short(value), "filter": label},
                        name,
                    )
                )

    @property
    def chosen(self) -> dict[str, Any]:
        return self.filter.chosen

    @property
    def text(self) -> str:
        """The words in the search box."""
        return next((value for value in self.chosen.values() if isinstance(value, str)), "")

    # Addresses
    # ------------------------------------------------------------------------------------------------------------

    def parameters(self, **changes: Any) -> QueryDict:
        """The canonical parameters of this list with some changed; a change of anything but the page leads to page
        1."""
        query = QueryDict(mutable=True)
        wanted: dict[str, Any] = dict(self.chosen)
        if self.sort is not None and self.sort is not next(iter(self._sorts()), None):
            wanted["sort"] = self.sort.code
        if self.view is not None and self.view is not self.definition.views[0]:
            wanted["view"] = self.view.code
        for name in self.definition.carries:
            wanted[name] = self.data.getlist(name)
        if not changes and self.number > 1:
            wanted["page"] = str(self.number)
        wanted |= changes
        for name, value in wanted.items():
            if isinstance(value, (list, tuple)):
                if value:
                    query.setlist(name, value)
            elif value:
                query[name] = str(value)
        return query

    def link(self, **changes: Any) -> str:
        """The address of this list, with some parameters changed; an empty value takes one away."""
        query = self.parameters(**changes).urlencode()
        return f"{self.path}?{query}" if query else self.path

    def links(self, name: str, values: Iterable[tuple[Any, Sequence[str]]]) -> dict[Any, str]:
        """The addresses of this list with one parameter changed, for many values of it: a map has 34 of them."""
        # Where the values go: no value is a NUL.
        before, _hole, after = self.link(**{name: "\0"}).partition(f"{name}=%00")
        nothing = self.link(**{name: None})
        return {
            key: before + "&".join(f"{name}={quote_plus(value)}" for value in given) + after if given else nothing
            for key, given in values
        }

    @property
    def query(self) -> str:
        """The filter alone, as a saved search keeps it."""
        return self.filter_parameters.urlencode()

    @property
    def filter_parameters(self) -> QueryDict:
        without = {"page": None, "sort": None, "view": None} | dict.fromkeys(self.definition.carries)
        return self.parameters(**without)

    @property
    def clear_url(self) -> str:
        """The list without any condition; order, view and what is carried stay."""
        return self.link(**dict.fromkeys(self.filter.filters))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that a form of this list has no field for: hidden fields keep them."""
        return [("view", self.view.code)] if self.view is not None and self.view is not self.definition.views[0] else []

    # Rows
    # -----------------------------------------------------------------------------------------------------------------

    @cached_property
    def _tally(self) -> tuple[tally.Keeper, tally.Tally] | None:
        """What counts these rows without the database, if there is such a thing for what is asked."""
        keeper = tally.keeper(self.definition)
        if keeper is None or self.chosen.keys() - self.filter.facets.keys():
            return None
        current = keeper.current()
        return (keeper, current) if current is not None else None

    @cached_property
    def counts(self) -> counts.Counts:
        if self._tally is not None:
            return self._tally[1].count(self.filter, self._facets_shown(), self.definition.place)
        return counts.count(self.filter, self._facets_shown(), self.definition.place)

    @property
    def total(self) -> int:
        return self.counts.total

    @property
    def places(self) -> dict[str, int]:
        """Rows by place, of exactly the rows shown."""
        return self.counts.places

    @cached_property
    def order(self) -> Sequence[Any]:
        """What the rows are ordered by. An order may ask the database first, such as for the best matches of some
        words."""
        return self.sort.order(self) if self.sort is not None else ()

    def ordered(self) -> QuerySet:
        rows = self.filter.narrowed()
        return rows.order_by(*self.order) if self.order else rows

    @cached_property
    def page(self) -> Page:
        """The page asked for; an empty one where the list ends before."""
        paginator = Paginator(self.ordered(), self.definition.per_page)
        paginator.count = self.total  # counted with the facets
        if self.is_beyond_end or not self.total:
            return Page([], min(self.number, paginator.num_pages), paginator)
        # Asked for when something looks at them: what was drawn of these rows may be known without.
        rows: Any = SimpleLazyObject(self._rows)
        return Page(rows, self.number, paginator)

    def _rows(self) -> list[Any]:
        if self.pks is not None:
            found = self.rows_of(self.pks)
            return [found[pk] for pk in self.pks if pk in found]
        start = (self.number - 1) * self.definition.per_page
        return self.prepare(list(self.definition.fetch(self.ordered())[start : start + self.definition.per_page]))

    def prepare(self, rows: list[Any]) -> list[Any]:
        """These rows, with what their columns read beside them."""
        self.definition.prepare(rows, self.filter.person)
        return rows

    @cached_property
    def pks(self) -> list[int] | None:
        """Which rows this page shows, if that is known without the database."""
        if self._tally is None or self.sort is None:
            return None
        keeper, current = self._tally
        order = keeper.order(current, self.sort.code, self.filter.queryset.order_by(*self.order))
        start = (self.number - 1) * self.definition.per_page
        return current.page(order, current.rows(self.chosen), start, self.definition.per_page)

    def rows_of(self, pks: Iterable[int]) -> dict[int, Any]:
        found = self.prepare(list(self.definition.fetch(self.filter.queryset.filter(pk__in=list(pks)))))
        return {row.pk: row for row in found}

    @property
    def drawn(self) -> dict[Any, Any]:
        """What was drawn of rows of this list, to be kept while they and what they show stay as they are."""
        return self._tally[1].drawn if self._tally is not None else {}

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // self.definition.per_page))

    @property
    def is_beyond_end(self) -> bool:
        return self.number > self.last_number

    @property
    def beyond_end_text(self) -> str:
        return ngettext(
            "There is no page %(asked)s. The list has one page.",
            "There is no page %(asked)s. The list has %(last)s pages.",
            self.last_number,
        ) % {"asked": f"{self.number:,}", "last": f"{self.last_number:,}"}

    @property
    def last_url(self) -> str:
        return self.link(page=self.last_number if self.last_number > 1 else None)

    def all_rows(self) -> QuerySet:
        """Every row of the list in its order, for a file."""
        fetch = self.definition.fetch_file or self.definition.fetch
        return fetch(self.ordered())

    # What is around the rows
    # ----------------------------------------------------------------------------------------------

    def _facets_shown(self) -> dict[str, Facet]:
        return {
            name: facet
            for name, facet in self.filter.facets.items()
            if not facet.needs or facet.needs in self.chosen or name in self.chosen
        }

    @cached_property
    def facets(self) -> list[ShownFacet]:
        return [self._shown_facet(name, facet) for name, facet in self._facets_shown().items()]

    def _shown_facet(self, name: str, facet: Facet) -> ShownFacet:
        numbers = self.counts.facets.get(name, {})
        chosen = self.chosen.get(name, [])
        options = []
        for value, label in self.filter.known_options[name].items():
            is_chosen = value in chosen
            if numbers.get(value) or is_chosen:
                options.append(Option(value, label, numbers.get(value, 0), is_chosen))
        if facet.by_count:
            options.sort(key=lambda option: (option.value == NOT_REPORTED, -option.count))
        problems = [problem.text for problem in self.problems if problem.name == name]
        return ShownFacet(name, facet.label, options, problems, bool(facet.is_open or chosen or problems))

    @cached_property
    def chips(self) -> list[Chip]:
        """Every condition in use, each with the list without it."""
        chips = []
        for name, value in self.chosen.items():
            label = self.filter.filters[name].label
            if isinstance(value, str):
                chips.append(Chip(self._said(name, value, 40), label, self.link(**{name: None})))
                continue
            names = self.filter.known_options[name]
            for code in value:
                rest = [other for other in value if other != code]
                # "Not reported" says nothing without what was not reported.
                text = f"{label}: {names[code]}" if code == NOT_REPORTED else names[code]
                chips.append(Chip(text, label, self.link(**{name: rest})))
        return chips

    @cached_property
    def conditions(self) -> list[tuple[str, list[str]]]:
        """What the rows have in common, in words: the name of each filter in use and the values it lets pass."""
        found: list[tuple[str, list[str]]] = []
        for name, value in self.chosen.items():
            label = str(self.filter.filters[name].label)
            if isinstance(value, str):
                found.append((label, [self._said(name, value, 80)]))
            else:
                names = self.filter.known_options[name]
                found.append((label, [str(names[code]) for code in value]))
        return found

    def _said(self, name: str, value: str, length: int) -> str:
        said = getattr(self.filter.filters[name], "said", None)
        return str(said(value)) if said else _("“%s”") % short(value, length)

    @property
    def in_words(self) -> str:
        """The conditions as one line; nothing where there are none."""
        return _("; ").join(
            _("%(filter)s = %(values)s") % {"filter": label, "values": _(" or ").join(values)}
            for label, values in self.conditions
        )

    @property
    def general_problems(self) -> list[Problem]:
        """Those that no filter on the page stands beside."""
        beside = {facet.name for facet in self.facets}
        return [problem for problem in self.problems if problem.name not in beside]

    @property
    def sorts(self) -> list[Choice]:
        default = next(iter(self._sorts()), None)
        return [
            Choice(
                sort.code,
                sort.label,
                self.link(sort=None if sort is default else sort.code),
                is_current=sort is self.sort,
                is_default=sort is default,
            )
            for sort in self._sorts()
        ]

    @property
    def views(self) -> list[Choice]:
        first = self.definition.views[0] if self.definition.views else None
        return [self._view_choice(view, first) for view in self.definition.views]

    def _view_choice(self, view: View, first: View | None) -> Choice:
        url = self.link(view=None if view is first else view.code)
        return Choice(view.code, view.label, url, view is self.view, view is first, view.icon)

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.definition.columns if column.in_table]

    @property
    def heads(self) -> list[tuple[Column, str, str]]:
        """Columns of the table with the address that a click gives, if they have an order, and how the rows are
        ordered by them now: "ascending", "descending" or not at all. What stands in that order turns round."""
        default = next(iter(self._sorts()), None)
        sorts = {sort.code: None if sort is default else sort.code for sort in self._sorts()}
        present = self.sort.code if self.sort is not None else ""
        found = []
        for column in self.columns:
            asked = column.back if column.back and column.sort == present else column.sort
            order = {column.sort: "ascending", column.back: "descending"}.get(present, "") if present else ""
            found.append((column, self.link(sort=sorts[asked]) if asked in sorts else "", order))
        return found

    @property
    def cells(self) -> list[tuple[Any, list[tuple[Column, Any, str]]]]:
        """The rows of this page as a table: for each cell its column, its value and its address."""
        return [
            (row, [(column, self.value(column, row), column.url(row) if column.url else "") for column in self.columns])
            for row in self.page.object_list
        ]

    def value(self, column: Column, row: Any) -> Any:
        """What stands in a cell: text, number or nothing."""
        value = column.value(row)
        if not column.facet:
            return value
        names = self.filter.known_options[column.facet]
        # Names may have commas in them.
        return _("; ").join(str(names[code]) for code in value if code in names)


def short(text: str, length: int = 60) -> str:
    """A text from the address, cut so that a message stays a message."""
    return text if len(text) <= length else text[: length - 1] + "…"
