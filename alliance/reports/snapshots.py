"""Freezes the figures of a period with the parks behind them, and reads them again.

Figures and parks come from one statement, so they cannot disagree. What is frozen never changes: a trigger refuses it,
and the digest of everything stands in the audit chain.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode

from alliance.accounts.models import User
from alliance.core import audit, bilingual
from alliance.core.bilingual import BilingualText
from alliance.core.canonical import canonical
from alliance.core.models import AuditEvent
from parks.models import Cluster
from parks.services.clusters import OUTSIDE

from . import board, facts, figures, periods, prepared
from .figures import DIMENSIONS, FIGURES, Figure, Filters
from .models import Snapshot
from .periods import Period
from .prepared import SPLITS, Counted

# What is kept of each park beside its figures.
DIMENSIONS_KEPT = (*SPLITS, "standing")
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class FrozenPark:
    """A park as the snapshot has it: which figures count it and which group it is in."""

    pk: int
    slug: str
    name_zh: str
    name_en: str
    figures: list[str]
    # Of a way to tell parks apart whose groups overlap: all values of the park.
    values: dict[str, str | list[str]]
    completeness_zh: int | None
    completeness_en: int | None
    confirmed_at: str | None

    @property
    def name(self) -> BilingualText:
        return bilingual.pick(self.name_zh, self.name_en)

    def all_of(self, code: str) -> list[str]:
        """Its values of this dimension; none where the snapshot is older than the dimension."""
        value = self.values.get(code, [])
        return [value] if isinstance(value, str) else value


# Making -------------------------------------------------------------------------------------------------------------


def frozen_period(period: Period) -> Period:
    """The period a snapshot bears: what is now today is that day tomorrow."""
    return periods.day(period.ends) if period.kind == periods.NOW else period


@transaction.atomic
def make(
    period: Period, filters: Filters, *, by: User | None, progress: Callable[[int], None] = lambda step: None
) -> Snapshot:
    """Freeze this period under this filter. The same figures of a period that is over are frozen once."""
    state = facts.state()
    at, made_at = period.at, timezone.now()
    progress(1)
    parks = _parks(filters, at)
    progress(2)
    data = prepared.measure(period, filters, state)
    data["now"] = _cube(parks)
    if "province" not in filters:
        data["by_province"] = {code: row["entries"] for code, row in data["now"]["province"].items()}
    progress(3)
    kept = frozen_period(period)
    data["period"] = {"kind": kept.kind, "starts": kept.starts.isoformat(), "ends": kept.ends.isoformat()}
    data["known_from"], data["recorded_from"] = state.known_from.isoformat(), state.recorded_from.isoformat()
    content = canonical([_plain(park) for park in parks]).encode()
    snapshot = Snapshot(
        period=kept.code,
        filters=dict(sorted(filters.items())),
        as_of=at or made_at,
        made_at=made_at,
        made_by=by,
        definitions=_definitions(),
        figures=json.loads(canonical(data)),
        content=zlib.compress(content, 9),
        parks=len(parks),
    )
    snapshot.digest = _digest(snapshot, content)
    if at is not None:
        same = Snapshot.objects.filter(digest=snapshot.digest, period=kept.code).order_by("pk").first()
        if same is not None:
            return same
    snapshot.save(force_insert=True)
    audit.record("snapshot.made", snapshot, by=by, period=kept.code, parks=snapshot.parks, digest=snapshot.digest)
    return snapshot


def _parks(filters: Filters, at: datetime | None) -> list[FrozenPark]:
    """Every park that counts in any figure, with the groups it is in."""
    moment = at or timezone.now()
    prefix = "" if at is None else "park__"
    marked = figures.narrow(filters, at).annotate(
        **{f"d_{code}": DIMENSIONS[code].value(moment) for code in DIMENSIONS_KEPT},
        **{f"f_{code}": figures.holds(figure.where(moment)) for code, figure in FIGURES.items()},
    )
    names = ["name_zh", "name_en", "completeness_zh", "completeness_en", "confirmed_at"]
    key = "pk" if at is None else "park_id"
    columns = [key, f"{prefix}slug", *names, *[f"d_{c}" for c in DIMENSIONS_KEPT], *[f"f_{c}" for c in FIGURES]]
    found = []
    for row in marked.order_by(key).values(*columns).iterator(chunk_size=2000):
        counted_in = [code for code in FIGURES if row[f"f_{code}"]]
        if counted_in:
            confirmed = row["confirmed_at"]
            found.append(
                FrozenPark(
                    row[key],
                    row[f"{prefix}slug"],
                    row["name_zh"],
                    row["name_en"],
                    counted_in,
                    {code: row[f"d_{code}"] for code in DIMENSIONS_KEPT},
                    row["completeness_zh"],
                    row["completeness_en"],
                    confirmed.isoformat() if confirmed else None,
                )
            )
    return found


def _cube(parks: Iterable[FrozenPark]) -> figures.Cube:
    """The counts of these very rows."""
    found: figures.Cube = {"": dict.fromkeys(FIGURES, 0), **{code: {} for code in SPLITS}}
    for park in parks:
        groups = [
            found[code].setdefault(value, dict.fromkeys(FIGURES, 0)) for code in SPLITS for value in park.all_of(code)
        ]
        for figure in park.figures:
            found[""][figure] += 1
            for group in groups:
                group[figure] += 1
    return found


def _definitions() -> dict[str, Any]:
    """What each figure and each way of telling parks apart means, in both languages, and by which version."""
    found: dict[str, Any] = {"figures": {}, "dimensions": {}, "clusters": {}}
    for cluster in Cluster.objects.public():
        found["clusters"][cluster.slug] = [cluster.name_zh, cluster.name_en]
    for language in LANGUAGES:
        with translation.override(language):
            for kind, things in (("figures", FIGURES), ("dimensions", DIMENSIONS)):
                for code, thing in things.items():
                    words = {"title": str(thing.title), "definition": str(thing.definition)}
                    if isinstance(thing, Figure):
                        words["short"] = str(thing.short)
                    entry = found[kind].setdefault(code, {"version": getattr(thing, "version", 1)})
                    entry[language] = words
    return found


# Reading ------------------------------------------------------------------------------------------------------------


def period_of(snapshot: Snapshot) -> Period:
    named = snapshot.figures["period"]
    return Period(named["kind"], date.fromisoformat(named["starts"]), date.fromisoformat(named["ends"]))


def figures_of(snapshot: Snapshot) -> dict[str, Figure]:
    """The figures in the words they had when it was made, in the active language."""
    language = bilingual.active_language()
    found = {}
    for code, figure in FIGURES.items():
        kept = snapshot.definitions["figures"].get(code)
        words = kept[language] if kept else {}
        found[code] = replace(figure, version=kept["version"], **words) if kept else figure
    return found


def counted(snapshot: Snapshot) -> Counted:
    """The counts of a snapshot, as the dashboard would have shown them."""
    data = snapshot.figures
    return prepared.read(
        period_of(snapshot),
        snapshot.filters,
        data,
        snapshot.made_at,
        datetime.fromisoformat(data["known_from"]),
        datetime.fromisoformat(data["recorded_from"]),
        as_of=snapshot.as_of,
        known=figures_of(snapshot),
    )


def shown(snapshot: Snapshot) -> board.Board:
    """The board of a snapshot; its numbers open the parks that were frozen with it."""
    return board.make(counted(snapshot), figures.provinces(), clusters_of(snapshot), partial(_link, snapshot))


def clusters_of(snapshot: Snapshot) -> dict[str, Any]:
    """The clusters by the names they had when it was made."""
    kept = snapshot.definitions.get("clusters", {})
    return {slug: bilingual.pick(*pair) for slug, pair in kept.items()} | {OUTSIDE: figures.IN_NONE}


def _link(snapshot: Snapshot, figure: Figure, filters: Filters, period: Period) -> str:
    if period != period_of(snapshot):
        return board.rows_url(figure, filters, period)
    address = reverse("reports:snapshot_rows", args=[snapshot.pk, figure.code])
    rest = {code: value for code, value in filters.items() if snapshot.filters.get(code) != value}
    return f"{address}?{urlencode(rest)}" if rest else address


def parks_of(snapshot: Snapshot) -> list[FrozenPark]:
    return [FrozenPark(**row) for row in json.loads(zlib.decompress(bytes(snapshot.content)))]


def rows_of(snapshot: Snapshot, figure: str, filters: Mapping[str, str]) -> list[FrozenPark]:
    """The parks that a number of the snapshot counts."""
    return [
        park
        for park in parks_of(snapshot)
        if figure in park.figures and all(value in park.all_of(code) for code, value in filters.items())
    ]


def is_sound(snapshot: Snapshot) -> bool:
    """Whether it is what was frozen: its digest holds, and the audit chain names the same."""
    content = zlib.decompress(bytes(snapshot.content))
    told = AuditEvent.objects.filter(
        verb="snapshot.made", object_type="reports.snapshot", object_id=str(snapshot.pk)
    ).values_list("payload__digest", flat=True)
    return _digest(snapshot, content) == snapshot.digest and list(told) == [snapshot.digest]


def _digest(snapshot: Snapshot, content: bytes) -> str:
    head = {
        "period": snapshot.period,
        "filters": snapshot.filters,
        "as_of": snapshot.as_of.astimezone(timezone.get_default_timezone()).isoformat(),
        "definitions": snapshot.definitions,
        "figures": snapshot.figures,
    }
    return hashlib.sha256(canonical(head).encode() + b"\n" + content).hexdigest()


def _plain(park: FrozenPark) -> dict[str, Any]:
    return dict(vars(park))


# Comparing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One figure in two snapshots, and the parks that came and went between them."""

    figure: Figure
    earlier: int | None
    later: int | None
    came: list[FrozenPark]
    left: list[FrozenPark]

    @property
    def change(self) -> int | None:
        return self.later - self.earlier if self.later is not None and self.earlier is not None else None


def compare(earlier: Snapshot, later: Snapshot) -> list[Difference]:
    before, after = parks_of(earlier), parks_of(later)
    first, second = counted(earlier), counted(later)
    found = []
    for code, figure in figures_of(later).items():
        was = {park.pk: park for park in before if code in park.figures}
        now = {park.pk: park for park in after if code in park.figures}
        known = first.is_known(code) and second.is_known(code)
        found.append(
            Difference(
                figure,
                first.value(code),
                second.value(code),
                [park for pk, park in now.items() if pk not in was] if known else [],
                [park for pk, park in was.items() if pk not in now] if known else [],
            )
        )
    return found
