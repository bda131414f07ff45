"""Specialised clusters: begin one, write it, invite parks, make its moves, and keep what counts on them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.accounts.models import User
from alliance.core import audit, bilingual, search, workflow
from alliance.core.errors import RuleBroken
from alliance.core.slugs import free_slug

from .. import policies
from ..decided import CLUSTER_CITIES, CLUSTER_PARKS, CLUSTER_REVIEW_DAYS
from ..models import Cluster, ClusterMember, Park

# What the council decides on: not changed any more once it is proposed.
DECIDED = ("name_zh", "charter_zh")
WORDS = ("name_zh", "name_en", "fields", "focus_zh", "focus_en", "charter_zh", "charter_en", "goals_zh", "goals_en")
# Names one city, whatever stands in the city's own columns.
ONE_CITY = ("110000", "120000", "310000", "500000", "810000", "820000")
# What the council's dashboard calls parks without a cluster; no cluster may have this address.
OUTSIDE = "outside"
RESERVED = (OUTSIDE, "none", "add")


def _flows() -> tuple[workflow.Workflow, workflow.Workflow]:
    from ..workflows_clusters import CLUSTER, PLACE

    return CLUSTER, PLACE


def _locked(cluster: Cluster) -> Cluster:
    return Cluster.objects.select_for_update().get(pk=cluster.pk)


# Writing it -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(*, by: User, is_sample: bool = False, **words: Any) -> Cluster:
    """A draft that only the secretariat and the parks it invites see."""
    if not policies.can_manage_clusters(by):
        raise PermissionDenied
    slug = free_slug(words.get("name_en", ""), words["name_zh"], Cluster, otherwise="cluster", reserved=RESERVED)
    cluster = Cluster(slug=slug, is_sample=is_sample)
    _write(cluster, words)
    cluster.save()
    _track(cluster)
    audit.record("cluster.begun", cluster, by=by)
    return cluster


@transaction.atomic
def change(cluster: Cluster, *, by: User, **words: Any) -> Cluster:
    """New words, goals or fields. Once it is proposed, name and charter are the council's to change."""
    if not policies.can_manage_clusters(by):
        raise PermissionDenied
    cluster = _locked(cluster)
    if cluster.state not in Cluster.OPEN:
        raise RuleBroken(_("The cluster is dissolved."))
    changed = _write(cluster, words)
    if cluster.state != Cluster.State.DRAFT and set(changed) & set(DECIDED):
        raise RuleBroken(
            _("The council decides on the Chinese name and charter. Take the proposal back to change them.")
        )
    if changed:
        cluster.save(update_fields=[*changed, "updated_at"])
        _track(cluster)
        refresh(cluster)
        audit.record("cluster.changed", cluster, by=by, fields=changed)
    return cluster


def _write(cluster: Cluster, words: Mapping[str, Any]) -> list[str]:
    changed = [name for name in WORDS if name in words and getattr(cluster, name) != words[name]]
    for name in changed:
        setattr(cluster, name, words[name])
    return changed


@transaction.atomic
def choose_lead(cluster: Cluster, park: Park, *, by: User) -> Cluster:
    """Which of its parks leads the cluster."""
    if not policies.can_manage_clusters(by):
        raise PermissionDenied
    cluster = _locked(cluster)
    if not cluster.places.current().filter(park=park).exists():
        raise RuleBroken(_("Only a park that has accepted a place leads a cluster."))
    if cluster.lead_park_id != park.pk:
        cluster.lead_park = park
        cluster.save(update_fields=["lead_park", "updated_at"])
        refresh(cluster)
        audit.record("cluster.lead_chosen", cluster, by=by, park=park.pk)
    return cluster


# Places ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(cluster: Cluster, park: Park, role: str, *, by: User) -> ClusterMember:
    """Offer a park a place. It waits at the park, with a clock, until somebody who answers for the park decides."""
    from .. import notices_clusters as notices

    if not policies.can_manage_clusters(by):
        raise PermissionDenied
    cluster = _locked(cluster)
    if cluster.state not in Cluster.OPEN:
        raise RuleBroken(_("The cluster is dissolved."))
    if not park.is_public:
        raise RuleBroken(_("Only parks that visitors find in the directory take a place in a cluster."))
    if cluster.places.open().filter(park=park, role=role).exists():
        raise RuleBroken(_("This park has this place already, or is invited to it."))
    place = ClusterMember.objects.create(cluster=cluster, park=park, role=role, invited_at=timezone.now())
    audit.record("cluster.invited", cluster, by=by, on_behalf_of=park.organisation, park=park.pk, role=role)
    notices.tell_invited(place, by=by)
    return place


@transaction.atomic
def move_place(place: ClusterMember, verb: str, *, by: User | None, reason: str = "", **data: Any) -> ClusterMember:
    """One move of a place, under the lock of its cluster: who counts its parks meanwhile waits."""
    _locked(place.cluster)
    return workflow.apply(_flows()[1], place, verb, by=by, reason=reason, on_behalf_of=place.park.organisation, **data)


def end_places(cluster: Cluster, *, by: User | None, reason: str) -> None:
    """All places of a cluster that ends."""
    for place in cluster.places.open().select_related("park__organisation").order_by("pk"):
        verb = "end" if place.state == ClusterMember.State.ACCEPTED else "withdraw"
        move_place(place, verb, by=by, reason=reason, is_told=True)


def after_place(place: ClusterMember) -> None:
    """Somebody came or left: the park's list of clusters, the lead and what visitors find follow."""
    cluster = Cluster.objects.get(pk=place.cluster_id)
    if cluster.lead_park_id == place.park_id and not cluster.places.current().filter(park=place.park_id).exists():
        cluster.lead_park = None
    cluster.save(update_fields=["lead_park", "updated_at"])
    recount([place.park_id])
    search.index(cluster)


# Moves ----------------------------------------------------------------------------------------------------------------


def move(cluster: Cluster, verb: str, *, by: User | None, reason: str = "", **data: Any) -> Cluster:
    return workflow.apply(_flows()[0], cluster, verb, by=by, reason=reason, **data)


def wanting(cluster: Cluster) -> list[str]:
    """What the rules still ask of it before the council can approve it, in sentences."""
    places = list(cluster.places.current().shown().select_related("park"))
    parks = {place.park_id for place in places}
    cities = {city_of(place.park) for place in places} - {""}
    least_parks, least_cities = CLUSTER_PARKS.value(), CLUSTER_CITIES.value()
    found = []
    if not cluster.charter_zh.strip():
        found.append(_("The charter is not written yet."))
    if len(parks) < least_parks:
        found.append(
            ngettext(
                "It takes %(least)d parks that have accepted; so far it is %(n)d.",
                "It takes %(least)d parks that have accepted; so far there are %(n)d.",
                len(parks),
            )
            % {"least": least_parks, "n": len(parks)}
        )
    if len(cities) < least_cities:
        found.append(
            ngettext(
                "Its parks have to lie in %(least)d cities; so far it is %(n)d.",
                "Its parks have to lie in %(least)d cities; so far there are %(n)d.",
                len(cities),
            )
            % {"least": least_cities, "n": len(cities)}
        )
    if cluster.lead_park_id not in parks:
        found.append(_("No lead park is named among its parks."))
    return found


def city_of(park: Park) -> str:
    """A mark of the city; empty where the entry does not say."""
    if park.province_id in ONE_CITY:
        return park.province_id
    return park.city_id or (f"{park.province_id} {park.city_zh}" if park.city_zh else "")


def begin_due_reviews(today: date | None = None) -> int:
    """By the clock: those whose review is near come before the membership desk; gives how many."""
    today = today or timezone.localdate()
    due = Cluster.objects.to_review(today + timedelta(days=CLUSTER_REVIEW_DAYS.value()))
    begun = 0
    for cluster in due.order_by("pk"):
        with transaction.atomic():
            # Somebody at the desk may have begun it meanwhile.
            if _locked(cluster).state == Cluster.State.APPROVED:
                move(cluster, "begin_review", by=None)
                begun += 1
    return begun


# What counts on it ----------------------------------------------------------------------------------------------------


def refresh(cluster: Cluster) -> None:
    """After a move or a change of words: the parks it counts, and what visitors find."""
    recount(cluster.places.values_list("park", flat=True))
    search.index(cluster)


def recount(parks: Iterable[int]) -> None:
    """Bring the clusters kept with these parks up to date."""
    held = ClusterMember.objects.current().filter(park=OuterRef("pk"), cluster__state__in=Cluster.IN_FORCE)
    slugs = held.order_by("cluster__slug").values("cluster__slug").distinct()
    Park.everything.filter(pk__in=list(parks)).update(clusters=ArraySubquery(slugs))


def _track(cluster: Cluster) -> None:
    bilingual.track(cluster, Cluster.BILINGUAL, weight=15)
