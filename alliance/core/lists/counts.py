"""The numbers around a list in one statement: how many rows, how many for each value of each facet, how many in each
place.

A facet that is in use is counted over the rows without its own condition, so that its other values show what choosing
them would add. All others, the total and the places are counted in a single pass over the rows that are shown
(GROUPING SETS).
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, QuerySet

from .filters import NOT_REPORTED, Facet, ListFilter


@dataclass(frozen=True)
class Counts:
    total: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)


TOTAL, PLACES = "=total", "=places"  # no parameter is called so


def count(filterset: ListFilter, facets: dict[str, Facet], place: str = "") -> Counts:
    """Count these facets, the rows and the places for what the filter asks."""
    in_use = [name for name in facets if name in filterset.chosen]
    groups: dict[str, Any] = {name: facet.value() for name, facet in facets.items() if name not in in_use}
    if place:
        groups[PLACES] = F(place)

    # Each branch gives: which group, a value or an array of values, a number.
    statements: list[tuple[str, tuple]] = []
    if (compiled := _compile(filterset.narrowed(), list(groups.values()))) is not None:
        statements.append((_grouped(compiled[0], [_is_array(facets, name) for name in groups]), compiled[1]))
    for number, name in enumerate(in_use, start=len(groups) + 1):
        if (compiled := _compile(filterset.narrowed(leave_out=name), [facets[name].value()])) is not None:
            statements.append((_alone(compiled[0], facets[name].many, number), compiled[1]))
    if not statements:
        return Counts()
    names = [*groups, TOTAL, *in_use]

    found: dict[str, dict[str, int]] = {name: {} for name in names}
    with connections[filterset.queryset.db].cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, params in statements), [one for sql, params in statements for one in params]
        )
        for which, value, values, number in cursor.fetchall():
            name = names[which]
            facet = facets.get(name)
            _add(found[name], codes(facet, values if facet is not None and facet.many else value), number)
    total = found.pop(TOTAL).get("", 0)
    places = found.pop(PLACES, {})
    return Counts(total, found, places)


def _is_array(facets: dict[str, Facet], name: str) -> bool:
    return name in facets and facets[name].many


def codes(facet: Facet | None, value: Any) -> set[str]:
    """Under which values of the facet a row counts; one with several codes under each of them, once."""
    if facet is None or not facet.many:
        return {value or ""}
    return {code[: facet.prefix] if facet.prefix else code for code in value or ()} or {NOT_REPORTED}


def _add(numbers: dict[str, int], found: set[str], number: int) -> None:
    for code in found:
        numbers[code] = numbers.get(code, 0) + number


def _compile(rows: QuerySet, columns: list[Any]) -> tuple[str, tuple] | None:
    """SQL and parameters for these columns of the rows; nothing where Django already knows that there are none."""
    named = {f"list_column_{number}": column for number, column in enumerate(columns)}
    try:
        return rows.order_by().annotate(**named).values_list(*named).query.sql_with_params()
    except EmptyResultSet:
        return None


def _grouped(sql: str, are_arrays: list[bool]) -> str:
    """One pass over the rows: a group for every column, and one for all rows together, which comes last.

    Only the column of its own group is filled in a line of the answer, so the first that is not null is the value.
    """
    columns = [f"c{number}" for number in range(len(are_arrays))]
    if not columns:
        return f"SELECT 0, ''::text, NULL::text[], count(*) FROM ({sql}) AS shown"
    which = "".join(f" WHEN GROUPING({column}) = 0 THEN {number}" for number, column in enumerate(columns))
    values = ", ".join(f"{c}::text" for c, is_array in zip(columns, are_arrays, strict=True) if not is_array)
    arrays = ", ".join(f"{c}::text[]" for c, is_array in zip(columns, are_arrays, strict=True) if is_array)
    return (
        f"SELECT CASE{which} ELSE {len(columns)} END, {f'coalesce({values})' if values else 'NULL'}, "
        f"{f'coalesce({arrays})' if arrays else 'NULL'}::text[], count(*) FROM ({sql}) AS shown({', '.join(columns)}) "
        f"GROUP BY GROUPING SETS ({', '.join(f'({column})' for column in columns)}, ())"
    )


def _alone(sql: str, is_array: bool, which: int) -> str:
    value = "NULL::text, value::text[]" if is_array else "value::text, NULL::text[]"
    return f"SELECT {which}, {value}, count(*) FROM ({sql}) AS other(value) GROUP BY value"
