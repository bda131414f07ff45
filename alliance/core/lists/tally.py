"""Counting a public list without asking the database: one bit for each row under each value of each facet.

Twenty thousand rows are 2.5 kB a value, and two of them are laid over one another and counted in a millionth of a
second; so every facet of any filter costs less than reading the address. The counts are those of `counts.py`, which
says what they mean and counts where there is no tally: for lists that differ from person to person, for words, and
while a tally is being made.

A process makes a tally of a list that is asked for, in the background. Before it is used it is known to be the same as
the table: as of a moment ago, and after every publication. What only passes, such as the age of a confirmation,
shows within a minute.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import translation

from ..pagecache import version
from .counts import PLACES, Counts, codes
from .filters import Facet, ListFilter

if TYPE_CHECKING:
    from .definition import ListDefinition

logger = logging.getLogger(__name__)

# Seconds for which the table is believed to be the same; seconds after which a tally is made anew in any case.
BELIEVED = 2.0
LIVES = 60.0
# While rows change one after the other, the database counts, and so often a tally is tried again.
REST = 5.0


@dataclass
class Tally:
    """`pks` are the rows in the order of their bits; `drawn` is what a list keeps of lines it drew, while all stays."""

    made_at: float
    mark: tuple[Any, ...]
    pks: list[int]
    bits: dict[str, dict[str, int]]
    orders: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    drawn: dict[Any, Any] = field(default_factory=dict)

    @property
    def all(self) -> int:
        return (1 << len(self.pks)) - 1

    def rows(self, chosen: dict[str, Any], leave_out: str = "") -> int:
        """The rows that every facet in use lets pass."""
        found = self.all
        for name, values in chosen.items():
            if name != leave_out:
                found &= self._any(name, values)
        return found

    def _any(self, name: str, values: Iterable[str]) -> int:
        found = 0
        for value in values:
            found |= self.bits[name].get(value, 0)
        return found

    def count(self, filterset: ListFilter, facets: dict[str, Facet], place: str) -> Counts:
        chosen = filterset.chosen
        shown = self.rows(chosen)
        counted = {
            name: _counted(self.bits[name], self.rows(chosen, leave_out=name) if name in chosen else shown)
            for name in facets
        }
        return Counts(shown.bit_count(), counted, _counted(self.bits[PLACES], shown) if place else {})

    def page(self, order: list[int], shown: int, start: int, length: int) -> list[int]:
        """The rows of one page in this order."""
        places = sorted(_places(shown), key=order.__getitem__)
        return [self.pks[place] for place in places[start : start + length]]


def _counted(bits: dict[str, int], shown: int) -> dict[str, int]:
    return {value: number for value, rows in bits.items() if (number := (rows & shown).bit_count())}


def _places(shown: int) -> Iterator[int]:
    """The bits that are set."""
    for at, byte in enumerate(shown.to_bytes((shown.bit_length() + 7) // 8, "little")):
        if byte:
            for bit in _BITS[byte]:
                yield 8 * at + bit


_BITS = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


# One tally for each list ---------------------------------------------------------------------------------------------


class Keeper:
    """Has the tally of one list, or has one made."""

    def __init__(self, definition: "ListDefinition") -> None:
        self.definition = definition
        self.tally: Tally | None = None
        self.checked_at = self.begun_at = 0.0
        self.version: Any = None
        self.lock = threading.Lock()

    def current(self) -> Tally | None:
        """A tally that says what the table says, or None while there is none."""
        tally, now = self.tally, time.monotonic()
        published = version()
        if tally is None:
            self._make_soon()
            return None
        if published == self.version and now - self.checked_at < BELIEVED:
            return tally
        if tally.mark != _mark(self.definition):
            self._make_soon()
            return None
        self.version, self.checked_at = published, now
        if now - tally.made_at > LIVES:
            self._make_soon()
        return tally

    def order(self, tally: Tally, code: str, rows: QuerySet) -> list[int]:
        """At which place each row stands in this order; asked for once."""
        key = (code, translation.get_language() or "")
        if key not in tally.orders:
            at = {pk: place for place, pk in enumerate(rows.values_list("pk", flat=True))}
            # A row that came meanwhile is unknown here, one that went stands last; the next tally knows.
            tally.orders[key] = [at.get(pk, len(at)) for pk in tally.pks]
        return tally.orders[key]

    def _make_soon(self) -> None:
        now = time.monotonic()
        if now - self.begun_at > REST and self.lock.acquire(blocking=False):
            self.begun_at = now
            threading.Thread(target=self._make, name=f"tally of {self.definition.code}", daemon=True).start()

    def _make(self) -> None:
        try:
            self.tally = make(self.definition)
            self.version = None
        except Exception:
            logger.warning("no tally of %s", self.definition.code, exc_info=True)
        finally:
            connection.close()
            self.lock.release()


_keepers: dict[str, Keeper] = {}


def keeper(definition: "ListDefinition") -> Keeper | None:
    """Whoever has the tally of this list; nobody where it is not the same for everybody."""
    if not definition.is_public or not settings.SHARED_PART_SECONDS:
        return None
    return _keepers.setdefault(definition.code, Keeper(definition))


def forget() -> None:
    """The tallies of this process; the database counts until there are others."""
    _keepers.clear()


def make(definition: "ListDefinition") -> Tally:
    """Read the list once, and set the bits."""
    # First the mark: what changes meanwhile makes the next look find another one.
    mark = _mark(definition)
    facets = {name: one for name, one in definition.filterset.base_filters.items() if isinstance(one, Facet)}
    groups: dict[str, Any] = {name: facet.value() for name, facet in facets.items()}
    if definition.place:
        groups[PLACES] = F(definition.place)
    rows = definition.rows(None).order_by("pk")
    pks: list[int] = []
    found: list[dict[Any, list[int]]] = [{} for _name in groups]
    named = {f"list_column_{number}": column for number, column in enumerate(groups.values())}
    for pk, *values in rows.annotate(**named).values_list("pk", *named).iterator(chunk_size=1000):
        place = len(pks)
        pks.append(pk)
        for places, value in zip(found, values, strict=True):
            key = tuple(value) if isinstance(value, list) else value
            places.setdefault(key, []).append(place)
    bits = {}
    for name, places in zip(groups, found, strict=True):
        facet = facets.get(name)
        bits[name] = _bits(facet, places, len(pks))
    return Tally(time.monotonic(), mark, pks, bits)


def _bits(facet: Facet | None, found: dict[Any, list[int]], length: int) -> dict[str, int]:
    made: dict[str, bytearray] = {}
    for value, places in found.items():
        for code in codes(facet, value):
            rows = made.setdefault(code, bytearray((length + 7) // 8))
            for place in places:
                rows[place >> 3] |= 1 << (place & 7)
    return {code: int.from_bytes(rows, "little") for code, rows in made.items()}


def _mark(definition: "ListDefinition") -> tuple[Any, ...]:
    """What is another one as soon as a row is: PostgreSQL notes in each row which transaction wrote it."""
    tables = [connection.ops.quote_name(model._meta.db_table) for model in (definition.model, *definition.shows)]
    marks = [f"SELECT count(*), sum(xmin::text::bigint), max(xmin::text::bigint) FROM {table}" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(marks))
        return tuple(cursor.fetchall())
