"""The few words of PostgreSQL that search needs. Its tokens come ready cut, so no dictionary or parser touches them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup, Value
from django.db.models.functions import Cast

# Weights of D, C, B, A: the title's own tokens, which are asked for apart; body, keywords, title.
WEIGHTS = "{0, 0.1, 0.4, 1.0}"
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


def vector(parts: Iterable[tuple[str, Iterable[str]]]) -> Cast:
    """A tsvector from (weight, tokens) pairs. A token is kept once a weight, where it first stands."""
    places: dict[str, str] = {}
    position = 0
    for weight, tokens in parts:
        for token in dict.fromkeys(tokens):
            position = min(position + 1, MAX_POSITION)
            place = f"{position}{weight}"
            places[token] = f"{places[token]},{place}" if token in places else place
    literal = " ".join([f"{quoted(token)}:{where}" for token, where in places.items() if token])
    return Cast(Value(literal), SearchVectorField())


def quoted(token: str) -> str:
    if "'" in token or "\\" in token:
        token = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{token}'"
