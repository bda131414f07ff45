"""What a list can be narrowed by: a search box and facets, declared as filters of a django-filter FilterSet."""

import copy
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import CharField, Choices, Expression, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Label = str | Promise
Options = Mapping[str, Label]

# The value that stands for rows which say nothing about a facet.
NOT_REPORTED = "none"
LONGEST_QUERY = 200
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


# Values of facets that were asked for in the last seconds, and how many of them a process keeps.
_recent: dict[tuple, tuple[float, Options]] = {}
RECENT = 200
_remembered: ContextVar[dict[tuple, Options] | None] = ContextVar("remembered_options", default=None)


@contextmanager
def remembered_options() -> Iterator[None]:
    """Within it, the values of a facet are asked for once, however many lists are read."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def forget_options() -> None:
    """The values of facets that this process knows from the last seconds."""
    _recent.clear()


class AnyOf(forms.MultipleChoiceField):
    """Several values; which are known, the list filter has checked."""

    def valid_value(self, value: Any) -> bool:
        return True


class Facet(django_filters.Filter):
    """Values of one column, any of which a row may have; rows are counted by it.

    `column` names a column, or is an expression that gives a text. `choices` are the values in their order: an
    enumeration, a mapping, or a function of the request's parameters (its own and those of `needs`) that gives one.
    `many` says that the column is
    an array. `blank` offers the rows without a value under its own name, since missing is missing and not nothing.
    `prefix` counts codes of a hierarchy by their first characters. `by_count` puts the most frequent values first.
    `needs` names another facet without which this one is not shown. With `is_personal` the function is also given the
    person who reads, since everybody has values of their own.
    """

    field_class = AnyOf

    def __init__(
        self,
        column: str | Expression,
        *,
        label: Label,
        choices: type[Choices] | Options | Callable[[QueryDict], Options],
        many: bool = False,
        blank: bool = False,
        prefix: int = 0,
        by_count: bool = False,
        is_open: bool = False,
        needs: str = "",
        is_personal: bool = False,
    ) -> None:
        super().__init__(field_name="pk", label=label, required=False)
        self.column = column
        self.choices = choices
        self.many = many
        self.blank = blank
        self.prefix = prefix
        self.by_count = by_count
        self.is_open = is_open
        self.needs = needs
        self.is_personal = is_personal

    def __deepcopy__(self, memo: dict) -> "Facet":
        """A filter set copies its filters for each request. Of a facet only what the set itself notes may differ."""
        return copy.copy(self)

    @property
    def name(self) -> str:
        return self.param

    # Set by ListFilter: the parameter under which the facet stands in the address.
    param = ""

    def options(self, data: QueryDict, person: Any = None) -> Options:
        """Every value that may be chosen, with its label."""
        known = _remembered.get()
        if known is None and (self.is_personal or not settings.SHARED_PART_SECONDS):
            return self._options(data, person)
        # What the function may look at.
        asked = (*data.getlist(self.needs), "", *data.getlist(self.name)) if self.needs else ()
        key = (id(self), get_language(), asked, getattr(person, "pk", None) if self.is_personal else None)
        if known is None:
            return self._known_a_while(key, data)
        if key not in known:
            known[key] = self._options(data, person)
        return known[key]

    def _known_a_while(self, key: tuple, data: QueryDict) -> Options:
        """The same for everybody: asked for every few seconds."""
        kept = _recent.get(key)
        if kept is None or kept[0] < time.monotonic():
            kept = (time.monotonic() + settings.SHARED_PART_SECONDS, self._options(data, None))
            _recent[key] = kept
            for oldest in list(_recent)[: max(0, len(_recent) - RECENT)]:
                _recent.pop(oldest, None)
        return kept[1]

    def _options(self, data: QueryDict, person: Any) -> Options:
        choices: Any = self.choices
        if isinstance(choices, type) and issubclass(choices, Choices):
            found: Options = {str(value): label for value, label in choices.choices}
        elif isinstance(choices, Mapping):
            found = choices
        else:
            found = choices(data, person) if self.is_personal else choices(data)
        return {**found, NOT_REPORTED: _("Not reported")} if self.blank else found

    def value(self) -> Expression:
        """What a row is counted under; for an array, the array itself."""
        column = F(self.column) if isinstance(self.column, str) else self.column
        if self.many:
            return column  # type: ignore[return-value]
        text = NullIf(Cast(column, CharField()), Value(""))
        return Coalesce(text, Value(NOT_REPORTED), output_field=CharField())

    def filter(self, qs: QuerySet, value: Sequence[str]) -> QuerySet:
        if not value:
            return qs
        wanted = [code for code in value if code != NOT_REPORTED]
        blank = NOT_REPORTED in value and self.blank
        if not isinstance(self.column, str):
            alias = f"by_{self.param}"
            how = "overlap" if self.many else "in"
            return qs.alias(**{alias: self.value()}).filter(**{f"{alias}__{how}": list(value)})
        if self.many:
            condition = Q(**{f"{self.column}__overlap": self._with_parts(wanted)}) if wanted else Q()
            return qs.filter(condition | Q(**{f"{self.column}__len": 0}) if blank else condition)
        condition = Q(**{f"{self.column}__in": wanted}) if wanted else Q()
        if blank:
            is_blank = Q(**{f"{self.column}__isnull": True})
            if qs.model._meta.get_field(self.column).get_internal_type() in {"CharField", "TextField"}:
                is_blank |= Q(**{self.column: ""})
            condition = condition | is_blank if wanted else is_blank
        return qs.filter(condition)

    def _with_parts(self, codes: list[str]) -> list[str]:
        """With a prefix, a class also stands for the classes one digit below it."""
        return [code + digit for code in codes for digit in ("", *"0123456789")] if self.prefix else codes


class SearchBox(django_filters.CharFilter):
    """Free text. `condition` says which rows match it; it is asked once for each text, however often rows are
    counted."""

    def __init__(
        self,
        condition: Callable[[str], Q],
        *,
        label: Label = "",
        read: Callable[[str], str | None] = lambda text: text,
        said: Callable[[str], str] | None = None,
    ) -> None:
        """`read` gives what was typed as it is kept, or None where it makes no sense here, such as a day that is none.
        `said` is how it stands among the conditions; else it stands there in quotation marks."""
        super().__init__(field_name="pk", label=label, required=False)
        self.condition = condition
        self.read = read
        self.said = said
        self._found: tuple[str, Q] = ("", Q())

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        if self._found[0] != value:
            self._found = (value, self.condition(value))
        return qs.filter(self._found[1])


def a_day(text: str) -> str | None:
    """For a box that holds a day: as an address writes it, or None."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


class ListFilter(django_filters.FilterSet):
    """A FilterSet for people: a value that nobody knows is left out and reported beside its filter, and the rest is
    kept."""

    def __init__(self, data: QueryDict, queryset: QuerySet, person: Any = None, **kwargs: Any) -> None:
        self.person = person
        self.unknown: dict[str, list[str]] = {}
        self.cut: list[str] = []
        self.known_options: dict[str, Options] = {}
        super().__init__(self._known(data), queryset=queryset, **kwargs)
        for name, one in self.filters.items():
            if isinstance(one, Facet):
                one.param = name
        # Fills cleaned_data; what could be wrong has been taken out above.
        self.form.is_valid()

    @property
    def facets(self) -> dict[str, Facet]:
        return {name: one for name, one in self.filters.items() if isinstance(one, Facet)}

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters in use and their values, in the order of declaration."""
        cleaned = self.form.cleaned_data
        return {name: cleaned[name] for name in self.filters if cleaned.get(name)}

    def narrowed(self, leave_out: str = "") -> QuerySet:
        """The rows that every filter lets pass, or every one but `leave_out`."""
        rows = self.queryset.all()
        for name, value in self.chosen.items():
            if name != leave_out:
                rows = self.filters[name].filter(rows, value)
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.narrowed()

    def _known(self, data: QueryDict) -> QueryDict:
        """The parameters without what no filter knows; remembers what was left out."""
        kept = QueryDict(mutable=True)
        for name, one in self.base_filters.items():
            if isinstance(one, Facet):
                one.param = name
                options = self.known_options[name] = one.options(data, self.person)
                given = dict.fromkeys(value for value in data.getlist(name) if value)
                # In the order of the options, so that the same choice always has the same address.
                kept.setlist(name, [code for code in options if code in given])
                unknown = [code for code in given if code not in options]
                if unknown:
                    self.unknown[name] = unknown
            else:
                text = _UNWRITABLE.sub(" ", data.get(name, "")).strip()
                if len(text) > LONGEST_QUERY:
                    text = text[:LONGEST_QUERY].rstrip()
                    self.cut.append(name)
                understood = one.read(text) if text and isinstance(one, SearchBox) else text
                if understood is None:
                    self.unknown[name] = [text]
                elif understood:
                    kept[name] = understood
        return kept
