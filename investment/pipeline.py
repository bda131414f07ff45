"""The pipeline: how many projects stand where, how much they seek, and for the council how long they stay there.

The public part is by `public_state` alone (J-3); the council sees each step, and its days in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from alliance.core import tiles
from alliance.core.bilingual import NameOf
from alliance.core.models import Division
from parks.models import Cluster, FieldOfWork

from .filters import STAGES, stage
from .models import Project
from .presentation import money

State = Project.State


@dataclass
class Group:
    """Projects with something in common: how many, and what they seek together in fen."""

    number: int = 0
    need: int = 0

    def add(self, number: int, need: int) -> None:
        self.number += number
        self.need += need


@dataclass(frozen=True)
class Row:
    label: Any
    number: int
    need: str
    url: str


@dataclass(frozen=True)
class Pipeline:
    number: int
    need: str
    stages: list[Row]
    provinces: list[Row]
    fields: list[Row]
    clusters: list[Row]
    tiles: tiles.TileMap
    counts: Mapping[str, int]


def read() -> Pipeline:
    """All of it from two statements, and one each for the names of provinces, fields and clusters."""
    found = (
        Project.objects.public()
        .annotate(public_stage=stage)
        .order_by()
        .values_list("public_stage", "province", "field")
        .annotate(number=Count("pk"), sought=Sum("need"))
    )
    whole = Group()
    by_stage: dict[str, Group] = {}
    by_province: dict[str, Group] = {}
    by_field: dict[str, Group] = {}
    for at, province, field, number, sought in found:
        whole.add(number, sought or 0)
        for groups, key in ((by_stage, at), (by_province, province or ""), (by_field, field or "")):
            groups.setdefault(key, Group()).add(number, sought or 0)
    provinces = {province.code: province for province in Division.objects.provinces()}
    fields = {field.code: NameOf(field) for field in FieldOfWork.objects.all()}
    here = reverse("investment:project_list")

    def link(name: str) -> Callable[[str], str]:
        return lambda code: f"{here}?{name}={code}"

    counts = {code: one.number for code, one in by_province.items()}
    return Pipeline(
        number=whole.number,
        need=money(whole.need),
        stages=[_row(label, by_stage.get(code, Group()), link("stage")(code)) for code, label in STAGES.items()],
        provinces=_ranked(by_province, {code: one.short for code, one in provinces.items()}, link("province")),
        fields=_ranked(by_field, fields, link("field")),
        clusters=_ranked(_by_cluster(), _cluster_names(), link("cluster")),
        tiles=tiles.tile_map(provinces.values(), counts, url=lambda one: link("province")(one.code)),
        counts=counts,
    )


# A project counts in each cluster in which a park of it holds a place, and once in each.
BY_CLUSTER = """
SELECT cluster, count(*), coalesce(sum(need), 0)
FROM (
    SELECT DISTINCT unnest(park.clusters) AS cluster, project.id, project.need
    FROM investment_project project
    JOIN investment_projectparty party ON party.project_id = project.id AND party.until_at IS NULL
    JOIN parks_park park ON park.id = party.park_id
    WHERE project.state = ANY(%s)
) found
GROUP BY cluster
"""


def _by_cluster() -> dict[str, Group]:
    with connection.cursor() as cursor:
        cursor.execute(BY_CLUSTER, [[state.value for state in Project.PUBLIC_STATES]])
        return {cluster: Group(number, int(need)) for cluster, number, need in cursor.fetchall()}


def _cluster_names() -> dict[str, Any]:
    return {cluster.slug: NameOf(cluster) for cluster in Cluster.objects.in_force()}


def _row(label: Any, one: Group, url: str) -> Row:
    return Row(label, one.number, money(one.need) if one.number else "", url if one.number else "")


def _ranked(groups: Mapping[str, Group], names: Mapping[str, Any], url: Callable[[str], str]) -> list[Row]:
    ranked = sorted(groups.items(), key=lambda item: (-item[1].number, -item[1].need, item[0]))
    return [_row(names[code], one, url(code)) for code, one in ranked if code in names]


# Time in stage, for the council -------------------------------------------------------------------------------------

# A stay ends with the next step; the one a project is in has no end yet.
STAYS = """
WITH stays AS (
    SELECT s.to_state AS state, s.at AS since,
        lead(s.at) OVER (PARTITION BY s.project_id ORDER BY s.at, s.id) AS until
    FROM investment_projectstep s
)
SELECT state,
    count(*) FILTER (WHERE until IS NULL),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %s - since)) FILTER (WHERE until IS NULL),
    max(extract(epoch FROM %s - since)) FILTER (WHERE until IS NULL),
    count(*) FILTER (WHERE until IS NOT NULL),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM until - since)) FILTER (WHERE until IS NOT NULL)
FROM stays GROUP BY state
"""
DAY = 86_400


@dataclass(frozen=True)
class Stay:
    """How long projects stay in one state, in days: those in it now, and those that have left it."""

    state: str
    label: Any
    here: int
    here_median: float | None
    here_longest: float | None
    left: int
    left_median: float | None


def stays() -> list[Stay]:
    """Every state in its order, one statement for all."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(STAYS, [now, now])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [_stay(state, found.get(state, (0, None, None, 0, None))) for state in State]


def _stay(state: State, row: tuple[Any, ...]) -> Stay:
    here, here_median, here_longest, left, left_median = row
    return Stay(state.value, state.label, here, _days(here_median), _days(here_longest), left, _days(left_median))


def _days(seconds: Any) -> float | None:
    return None if seconds is None else round(float(seconds) / DAY, 1)
