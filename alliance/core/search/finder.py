"""From words to objects."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, F, Func, IntegerField, Model, QuerySet, Value
from django.db.models.functions import Coalesce

from ..models import SearchDocument
from .database import WEIGHTS
from .query import Query, parse
from .sources import source_of
from .visibility import classes_for

# So many are listed; beyond them nobody reads, and the count says "500+".
BEST = 500
# Up to so many are compared by where in them the words stand.
RANKED = 200


@dataclass
class Results:
    """The best documents of a search, best first. Rows are fetched only for the page that is shown."""

    query: Query
    # (id, kind) of each, in order.
    ranked: list[tuple[int, str]] = field(default_factory=list)
    # Found by the parts of a Chinese stretch, because nothing has all of it in one place.
    is_parted: bool = False

    def __len__(self) -> int:
        return len(self.ranked)

    def __getitem__(self, part: slice) -> list[SearchDocument]:
        return self.documents([pk for pk, kind in self.ranked[part]])

    @property
    def is_capped(self) -> bool:
        return len(self.ranked) >= BEST

    @cached_property
    def kinds(self) -> dict[str, int]:
        """How many of each kind, the most first."""
        return dict(Counter(kind for pk, kind in self.ranked).most_common())

    def of_kind(self, kind: str) -> list[int]:
        return [pk for pk, found in self.ranked if found == kind]

    def documents(self, ids: list[int]) -> list[SearchDocument]:
        """These documents in the order of `ids`, without their vectors."""
        rows = SearchDocument.objects.defer("vector", "head").in_bulk(ids)
        return [rows[pk] for pk in ids if pk in rows]


def find(text: str, *, kinds: Iterable[str] | None = None, person: Any = None, province: str | None = None) -> Results:
    """The best 500 documents this person may see that have every word of the text.

    The title itself comes first, then titles that begin with the text, titles, keywords and body, and what was typed
    before its synonyms; within these the more prominent, then the fresher. A Chinese stretch that stands nowhere as a
    whole is looked for in its parts.
    """
    query = parse(text)
    if not query:
        return Results(query)
    limits, params = _limits(kinds, person, province)
    ranked = _ranked(query, query.all, limits, params)
    if not ranked and query.parted:
        ranked = _ranked(query, query.parted, limits, params)
        return Results(query, ranked, is_parted=bool(ranked))
    return Results(query, ranked)


def _limits(kinds: Iterable[str] | None, person: Any, province: str | None) -> tuple[str, dict]:
    clauses, params = ["visibility = ANY(%(visibility)s)"], {"visibility": list(classes_for(person))}
    if kinds is not None:
        clauses.append("kind = ANY(%(kinds)s)")
        params["kinds"] = list(kinds)
    if province:
        clauses.append("province_code = %(province)s")
        params["province"] = [province]
        clauses[-1] = "province_code = ANY(%(province)s)"
    return " AND ".join(clauses), params


def statement(query: Query, limits: str) -> str:
    """Each tier gives at most the best number of rows, and a later one is only asked when the earlier leave room.

    The index alone decides about a tier. The rank reads `head`, so it is only made where few enough compete; among many
    the fresher come first.
    """
    tiers = ["head @@ %(exact)s::tsquery", "head @@ %(begins)s::tsquery", "head @@ %(in_title)s::tsquery"]
    if query.typed != query.all:
        tiers.append("head @@ %(typed)s::tsquery")
    tiers += ["head @@ %(sought)s::tsquery", "vector @@ %(sought)s::tsquery"]
    table = SearchDocument._meta.db_table
    columns = "id, kind, head, title_zh, updated_at"
    union = " UNION ALL ".join(
        f"(SELECT {columns}, {tier} AS tier FROM {table} WHERE {match} AND {limits} LIMIT {BEST})"
        for tier, match in enumerate(tiers)
    )
    return f"""
        SELECT id, kind FROM (
            SELECT *, count(*) OVER () AS rivals FROM (
                SELECT DISTINCT ON (id) * FROM (SELECT * FROM ({union}) AS every LIMIT {2 * BEST}) AS enough
                ORDER BY id, tier
            ) AS found
        ) AS counted
        ORDER BY tier,
            CASE WHEN rivals <= {RANKED} THEN ts_rank('{WEIGHTS}', head, %(any)s::tsquery) ELSE 0 END
                + 0.2 * exp(-extract(epoch FROM statement_timestamp() - updated_at)::float8 / 45e6) DESC,
            char_length(title_zh), id
        LIMIT {BEST}"""


def _ranked(query: Query, sought: str, limits: str, params: dict) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement(query, limits), asked(query, sought) | params)
        return cursor.fetchall()


def asked(query: Query, sought: str) -> dict[str, str]:
    """The parameters of the statement."""
    names = ("exact", "begins", "in_title", "typed", "any")
    return {name: getattr(query, name) for name in names} | {"sought": sought}


# For lists ------------------------------------------------------------------------------------------------------------


def matching(model: type[Model], text: str, person: Any = None) -> QuerySet[SearchDocument, Any]:
    """The ids of the objects of one model that have every word of the text, as a subquery for a list's filter:

        parks.filter(pk__in=search.matching(Park, text, person))

    Finds what `find` finds, without its limit. A text without a letter or number finds nothing.
    """
    query = parse(text)
    documents = SearchDocument.objects.filter(object_type=ContentType.objects.get_for_model(model))
    ids = documents.values("object_id")
    if not query:
        return ids.none()
    seen = ids.filter(visibility__in=classes_for(person))
    found = seen.filter(vector__matches=query.all)
    if query.parted and not found.exists():
        return seen.filter(vector__matches=query.parted)
    return found


def rank_annotation(model: type[Model], text: str, person: Any = None) -> Coalesce:
    """How well an object fits the text, for a list in the order in which `find` finds:

        parks.annotate(relevance=search.rank_annotation(Park, text)).order_by("-relevance", "pk")

    The best 500 are asked for at once; what comes after them has 0.
    """
    results = find(text, person=person, kinds=[source_of(model).kind])
    best = dict(
        SearchDocument.objects.filter(pk__in=[pk for pk, kind in results.ranked]).values_list("pk", "object_id")
    )
    ids = [best[pk] for pk, kind in results.ranked if pk in best]
    place = Func(Value(ids, ArrayField(BigIntegerField())), F("pk"), function="array_position")
    return Coalesce(Value(BEST + 1) - place, Value(0), output_field=IntegerField())
