"""The few words of PostgreSQL that search needs. Its tokens come ready cut, so no dictionary or parser touches them."""

from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import FloatField, Func, Lookup, Value
from django.db.models.functions import Cast

# Weights of D, C, B, A: nothing, body, keywords, title.
WEIGHTS = "{0.02, 0.1, 0.4, 1.0}"
MAX_POSITION = 16383


@SearchVectorField.register_lookup
class Matches(Lookup):
    """`vector__matches="'和丰' & '创意'"`: the tokens as written, where Django's own lookup would parse them again."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} @@ {right}::tsquery", (*left_params, *right_params)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (value,)


def tsquery(text: str) -> Cast:
    return Cast(Value(text), SearchQueryField())


class Rank(Func):
    """How much of the query stands in the vector, and how prominently."""

    function = "ts_rank"
    template = f"%(function)s('{WEIGHTS}', %(expressions)s)"
    output_field = FloatField()


def vector(parts: list[tuple[str, list[str]]]) -> Cast:
    """A tsvector from (weight, tokens) pairs. A token is kept once a weight, where it first stands."""
    places: dict[str, dict[str, int]] = {}
    position = 0
    for weight, tokens in parts:
        for token in tokens:
            if not token:
                continue
            position = min(position + 1, MAX_POSITION)
            places.setdefault(token, {}).setdefault(weight, position)
    literal = " ".join(
        quoted(token)
        + ":"
        + ",".join(f"{place}{weight}" for weight, place in sorted(found.items(), key=lambda p: p[1]))
        for token, found in places.items()
    )
    return Cast(Value(literal), SearchVectorField())


def quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
