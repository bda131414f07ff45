"""The lifecycles of a specialised cluster and of a park's place in it."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from . import notices_clusters as notices
from . import policies
from .decided import CLUSTER_REVIEW_MONTHS, cluster_cities, cluster_parks, cluster_review_months
from .models import Cluster, ClusterMember
from .services import clusters

_DESK = _("Membership desk of the secretariat")
_MANAGER = _("Park manager")


# The cluster ----------------------------------------------------------------------------------------------------------


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _complete(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> None:
    if wanting := clusters.wanting(cluster):
        raise RuleBroken(" ".join(wanting))


def _resolved(
    cluster: Cluster, *, by: Any, reason: str, resolution: str = "", resolved_on: Any = None, **data: Any
) -> None:
    if not resolution.strip() or resolved_on is None:
        raise RuleBroken(_("Name the council's resolution and its day."))
    if resolved_on > timezone.localdate():
        raise RuleBroken(_("The council cannot have resolved on a day to come."))
    if cluster.resolved_on is not None and resolved_on < cluster.resolved_on:
        raise RuleBroken(_("The council's earlier resolution about this cluster is of a later day."))
    _complete(cluster, by=by, reason=reason)


def _keep_resolution(
    cluster: Cluster, *, by: Any, reason: str, resolution: str, resolved_on: date, **data: Any
) -> Iterable[str]:
    cluster.resolution, cluster.resolved_on = resolution.strip(), resolved_on
    cluster.review_due_on = months_after(resolved_on, CLUSTER_REVIEW_MONTHS.value())
    cluster.approved_at = cluster.approved_at or timezone.now()
    cluster.state_reason = ""
    return ("resolution", "resolved_on", "review_due_on", "approved_at", "state_reason", "updated_at")


def _keep_reason(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    cluster.state_reason = reason
    return ("state_reason", "updated_at")


def _stamp_dissolved(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    cluster.dissolved_at = timezone.now()
    return ("dissolved_at", *_keep_reason(cluster, by=by, reason=reason))


def _touch(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    return ("updated_at",)


def _clear_reason(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    return _keep_reason(cluster, by=by, reason="")


def _then_approved(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> None:
    clusters.refresh(cluster)
    notices.tell_approved(cluster, by=by)


def _then_review(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> None:
    clusters.refresh(cluster)
    notices.tell_review(cluster, by=by)


def _then_dissolved(cluster: Cluster, *, by: Any, reason: str, **data: Any) -> None:
    people = notices.member_people(cluster)
    clusters.end_places(cluster, by=by, reason=reason)
    clusters.refresh(cluster)
    notices.tell_dissolved(cluster, people, by=by)


CLUSTER = Workflow(
    code="cluster",
    title=_("From an idea to a specialised cluster"),
    summary=format_lazy(
        _(
            "Parks of several cities with one focus. It takes {parks} parks from {cities} cities, a charter and the"
            " council's approval, and is reviewed every {months} months."
        ),
        parks=cluster_parks,
        cities=cluster_cities,
        months=cluster_review_months,
    ),
    model=Cluster,
    field="state",
    initial=Cluster.State.DRAFT,
    moves=(
        Move(
            verb="propose",
            sources=(Cluster.State.DRAFT,),
            target=Cluster.State.PROPOSED,
            who=policies.can_manage_clusters,
            who_label=_DESK,
            label=_("Propose to the council"),
            done=_("The cluster is proposed. Name and charter stay as they are until the council has decided."),
            help=_("When enough parks have accepted and the charter is written."),
            tone="primary",
            guard=_complete,
            effect=_clear_reason,
        ),
        Move(
            verb="take_back",
            sources=(Cluster.State.PROPOSED,),
            target=Cluster.State.DRAFT,
            who=policies.can_manage_clusters,
            who_label=_DESK,
            label=_("Take the proposal back"),
            done=_("The cluster is a draft again."),
            help=_("When the council asks for changes, or something turned out differently."),
            needs_reason=True,
            effect=_keep_reason,
        ),
        Move(
            verb="approve",
            sources=(Cluster.State.PROPOSED,),
            target=Cluster.State.APPROVED,
            who=policies.can_manage_clusters,
            who_label=_DESK,
            label=_("Enter the council's approval"),
            done=_("The cluster is approved and public. Its parks are told."),
            help=_("With reference and day of the resolution. The day of the next review follows from it."),
            tone="primary",
            guard=_resolved,
            effect=_keep_resolution,
            then=_then_approved,
        ),
        Move(
            verb="begin_review",
            sources=(Cluster.State.APPROVED,),
            target=Cluster.State.UNDER_REVIEW,
            who=policies.can_manage_clusters,
            who_label=_DESK,
            label=_("Begin the review"),
            done=_("The cluster is under review."),
            help=_("The portal begins it by itself when the day is near. The cluster stays in force meanwhile."),
            by_clock=True,
            effect=_touch,
            then=_then_review,
        ),
        Move(
            verb="renew",
            sources=(Cluster.State.UNDER_REVIEW,),
            target=Cluster.State.APPROVED,
            who=policies.can_manage_clusters,
            who_label=_DESK,
            label=_("Enter the renewed approval"),
            done=_("The cluster is approved anew."),
            help=_("With reference and day of the new resolution."),
            tone="primary",
            guard=_resolved,
            effect=_keep_resolution,
            then=_then_approved,
        ),
        Move(
            verb="dissolve",
            sources=(Cluster.State.APPROVED, Cluster.State.UNDER_REVIEW),
            target=Cluster.State.DISSOLVED,
            who=policies.can_manage_clusters,
            who_label=_DESK,
            label=_("Dissolve"),
            done=_("The cluster is dissolved. Its parks are told."),
            help=_("All places end today. Its page stays and says so, with the reason."),
            needs_reason=True,
            tone="danger",
            effect=_stamp_dissolved,
            then=_then_dissolved,
        ),
        Move(
            verb="drop",
            sources=(Cluster.State.DRAFT, Cluster.State.PROPOSED),
            target=Cluster.State.DISSOLVED,
            who=policies.can_manage_clusters,
            who_label=_DESK,
            label=_("Give up"),
            done=_("The cluster is given up. Its parks are told."),
            help=_("For a cluster that does not come about. Visitors never saw it."),
            needs_reason=True,
            tone="danger",
            effect=_stamp_dissolved,
            then=_then_dissolved,
        ),
    ),
)


# A place in it --------------------------------------------------------------------------------------------------------


def _still_wanted(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> None:
    if place.cluster.state not in Cluster.OPEN:
        raise RuleBroken(_("The cluster is dissolved."))
    if not place.park.is_public:
        raise RuleBroken(_("Only parks that visitors find in the directory take a place in a cluster."))


def _stamp_accepted(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    place.answered_at = timezone.now()
    place.since = timezone.localdate(place.answered_at)
    return ("answered_at", "since")


def _stamp_answered(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    place.answered_at, place.reason = timezone.now(), reason
    return ("answered_at", "reason")


def _stamp_ended(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    place.ended_at, place.reason = timezone.now(), reason
    place.until = timezone.localdate(place.ended_at)
    return ("ended_at", "until", "reason")


def _stamp_withdrawn(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> Iterable[str]:
    place.ended_at, place.reason = timezone.now(), reason
    return ("ended_at", "reason")


def _then_accepted(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> None:
    clusters.after_place(place)
    notices.tell_answered(place, by=by)


def _then_declined(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> None:
    notices.tell_answered(place, by=by)


def _then_left(place: ClusterMember, *, by: Any, reason: str, **data: Any) -> None:
    clusters.after_place(place)
    notices.tell_answered(place, by=by)


def _then_ended(place: ClusterMember, *, by: Any, reason: str, is_told: bool = False, **data: Any) -> None:
    clusters.after_place(place)
    notices.tell_ended(place, by=by, is_told=is_told)


PLACE = Workflow(
    code="cluster_place",
    title=_("A park's place in a cluster"),
    summary=_("The secretariat invites, the park decides for itself. Whoever holds a place can give it back."),
    model=ClusterMember,
    field="state",
    initial=ClusterMember.State.INVITED,
    moves=(
        Move(
            verb="accept",
            sources=(ClusterMember.State.INVITED,),
            target=ClusterMember.State.ACCEPTED,
            who=policies.can_take_place,
            who_label=_MANAGER,
            label=_("Accept"),
            done=_("Your park has a place in the cluster from today."),
            help=_("The park stands on the cluster's page, and the cluster on the park's."),
            tone="primary",
            guard=_still_wanted,
            effect=_stamp_accepted,
            then=_then_accepted,
        ),
        Move(
            verb="decline",
            sources=(ClusterMember.State.INVITED,),
            target=ClusterMember.State.DECLINED,
            who=policies.can_take_place,
            who_label=_MANAGER,
            label=_("Decline"),
            done=_("Declined. The secretariat is told."),
            help=_("The secretariat may invite the park again later."),
            effect=_stamp_answered,
            then=_then_declined,
        ),
        Move(
            verb="withdraw",
            sources=(ClusterMember.State.INVITED,),
            target=ClusterMember.State.WITHDRAWN,
            who=lambda person, place: policies.can_manage_clusters(person),
            who_label=_DESK,
            label=_("Withdraw the invitation"),
            done=_("The invitation is withdrawn."),
            help=_("Nothing waits at the park any more."),
            effect=_stamp_withdrawn,
            then=_then_ended,
        ),
        Move(
            verb="leave",
            sources=(ClusterMember.State.ACCEPTED,),
            target=ClusterMember.State.LEFT,
            who=policies.can_take_place,
            who_label=_MANAGER,
            label=_("Give the place back"),
            done=_("Your park holds this place no longer. The secretariat is told."),
            help=_("From today on; what was before stays in the record."),
            needs_reason=True,
            tone="danger",
            effect=_stamp_ended,
            then=_then_left,
        ),
        Move(
            verb="end",
            sources=(ClusterMember.State.ACCEPTED,),
            target=ClusterMember.State.LEFT,
            who=lambda person, place: policies.can_manage_clusters(person),
            who_label=_DESK,
            label=_("End the place"),
            done=_("The place has ended. The park is told why."),
            help=_("From today on; the park reads the reason."),
            needs_reason=True,
            tone="danger",
            effect=_stamp_ended,
            then=_then_ended,
        ),
    ),
)

__all__ = ["CLUSTER", "PLACE"]
