"""Clusters for tests, made as people make them: the desk invites, each park accepts, the council's word is entered."""

from datetime import date
from typing import Any

from django.utils import timezone

from alliance.accounts.models import Duty, User
from parks.models import Cluster, ClusterMember, Park
from parks.services import clusters
from tests.factories import make_duty, make_officer

ROLES = ("lead", "supplier", "channel", "research", "training")


def manager_of(park: Park) -> User:
    held = Duty.objects.active().filter(organisation=park.organisation, role_code="park_manager").first()
    return held.person if held else make_duty(organisation=park.organisation).person


def join(cluster: Cluster, park: Park, role: str, *, by: User) -> ClusterMember:
    place = clusters.invite(cluster, park, role, by=by)
    return clusters.move_place(place, "accept", by=manager_of(park))


def make_draft(parks: list[Park], *, by: User | None = None, **words: Any) -> Cluster:
    """A draft in which these parks have accepted, the first as its lead."""
    by = by or make_officer()
    words = {"name_zh": "样例集群", "charter_zh": "第一条 共同遵守。"} | words
    cluster = clusters.begin(by=by, **words)
    for park, role in zip(parks, ROLES, strict=False):
        join(cluster, park, role, by=by)
    return clusters.choose_lead(cluster, parks[0], by=by) if parks else cluster


def approve(cluster: Cluster, *, by: User | None = None, resolved_on: date | None = None) -> Cluster:
    by = by or make_officer()
    clusters.move(cluster, "propose", by=by)
    return clusters.move(cluster, "approve", by=by, resolution="R-1", resolved_on=resolved_on or timezone.localdate())


def make_cluster(parks: list[Park], *, by: User | None = None, **words: Any) -> Cluster:
    """One in force. The parks have to keep the rules: three of them, in two cities."""
    by = by or make_officer()
    return approve(make_draft(parks, by=by, **words), by=by)
