"""A query of the ORM worked out once and asked many times.

Making the SQL of a query takes Django several times as long as PostgreSQL needs to answer it. For the few that every
request of a signed-in person asks, the SQL is kept; the rule it says stays where it is, in the queryset.

    acted = Prepared(lambda person, on: Duty.objects.acted_by(person, on).select_related("organisation"), 7, date.max)
    acted(person_id, today) -> [Duty, …]
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


class Prepared(Generic[Row]):
    """`build` makes the queryset from arguments like `samples`, which stand in for them while the SQL is made.

    A sample must be a value that appears nowhere else in the query. Rows come with what `select_related` names.
    """

    def __init__(self, build: Callable[..., "models.QuerySet[Row]"], *samples: Any) -> None:
        self.build = build
        self.samples = samples
        self._made: tuple[str, list[Any], Any] | None = None

    def __call__(self, *values: Any) -> list[Row]:
        return together((self, values))[0]

    def asked(self, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """The statement with these values in the place of the samples."""
        sql, params, _compiler = self._made or self._make()
        return sql, [values[self.samples.index(param)] if param in self.samples else param for param in params]

    def read(self, rows: list[Any]) -> list[Row]:
        _sql, _params, compiler = self._made or self._make()
        return [self._object(compiler, row) for row in compiler.apply_converters(rows, self._converters)]

    def _make(self) -> tuple[str, list[Any], Any]:
        compiler = self.build(*self.samples).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        missing = [sample for sample in self.samples if sample not in params]
        if missing:
            raise ValueError(f"{missing} does not reach the query.")
        self._converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self._made = sql, list(params), compiler
        return self._made

    def _object(self, compiler: Any, row: Any) -> Row:
        info = compiler.klass_info
        names = [compiler.select[position][0].target.attname for position in info["select_fields"]]
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        found: Row = info["model"].from_db(connection.alias, names, row[first:last])
        for populate in get_related_populators(info, compiler.select, connection.alias):  # type: ignore[call-arg]
            populate.populate(row, found)
        return found


def together(*questions: tuple[Prepared[Any], Sequence[Any]]) -> list[list[Any]]:
    """The answers to several prepared queries in one trip to the database: the trip costs more than the answers."""
    asked = [query.asked(values) for query, values in questions]
    answers = []
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sql for sql, _params in asked), [one for _sql, params in asked for one in params])
        for query, _values in questions:
            answers.append(query.read(cursor.fetchall()))
            cursor.nextset()
    return answers
