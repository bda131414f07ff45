"""The numbers around a list in one statement: how many rows, how many for each value of each facet, how many in each
place.

A facet that is in use is counted over the rows without its own condition, so that its other values show what choosing
them would add. All others share one pass over the rows that are shown.
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
    shared = [name for name in facets if name not in in_use]

    columns: dict[str, Any] = {"row_id": F("pk")} | {f"by_{name}": facets[name].value() for name in shared}
    if place:
        columns["by_place"] = F(place)
    branches: list[str] = []
    params: list[Any] = []
    head = ""
    if (compiled := _compile(filterset.narrowed(), columns)) is not None:
        head = f"WITH shown AS MATERIALIZED ({compiled[0]}) "
        params += compiled[1]
        branches.append(f"SELECT '{TOTAL}'::text, ''::text, count(*) FROM shown")
        branches += [_branch("shown", name, facets[name]) for name in shared]
        if place:
            branches.append(f"SELECT '{PLACES}'::text, by_place::text, count(*) FROM shown GROUP BY 2")
    for name in in_use:
        own = {"row_id": F("pk"), f"by_{name}": facets[name].value()}
        if (compiled := _compile(filterset.narrowed(leave_out=name), own)) is not None:
            branches.append(_branch(f"({compiled[0]}) AS other", name, facets[name]))
            params += compiled[1]
    if not branches:
        return Counts()

    found: dict[str, dict[str, int]] = {}
    with connections[filterset.queryset.db].cursor() as cursor:
        cursor.execute(head + " UNION ALL ".join(branches), params)
        for name, value, number in cursor.fetchall():
            found.setdefault(name, {})[value] = number
    total = found.pop(TOTAL, {}).get("", 0)
    places = found.pop(PLACES, {})
    return Counts(total, found, places)


def _compile(rows: QuerySet, columns: dict[str, Any]) -> tuple[str, tuple] | None:
    """SQL and parameters for these columns of the rows; nothing where Django already knows that there are none."""
    try:
        chosen = rows.order_by().annotate(**{f"c_{name}": value for name, value in columns.items()})
        sql, params = chosen.values_list(*(f"c_{name}" for name in columns)).query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"SELECT * FROM ({sql}) AS found ({', '.join(columns)})", params


def _branch(source: str, name: str, facet: Facet) -> str:
    # Names of facets are Python identifiers, being attributes of the filter set.
    column = f"by_{name}"
    if not facet.many:
        return f"SELECT '{name}'::text, {column}::text, count(*) FROM {source} GROUP BY 2"
    blank = f"CASE WHEN cardinality({column}) = 0 THEN ARRAY['{NOT_REPORTED}'] ELSE {column}::text[] END"
    value = f"left(code, {facet.prefix})" if facet.prefix else "code"
    if facet.prefix:
        # "none" is a word, not a code, and is not cut.
        value = f"CASE WHEN code = '{NOT_REPORTED}' THEN code ELSE {value} END"
    return (
        f"SELECT '{name}'::text, {value}, count(DISTINCT row_id) "
        f"FROM {source} CROSS JOIN LATERAL unnest({blank}) AS code GROUP BY 2"
    )
