"""What parks and the membership desk are told about specialised clusters, and what waits for them."""

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, ForGroups, Message, NoticeKind, TaskKind, register, subject_only

from . import policies
from .decided import CLUSTER_ANSWER_DAYS
from .models import Cluster, ClusterMember, Park
from .notices import _acts_for_a_park, _secretariat

CLUSTERS = gettext_lazy("Specialised clusters")
_PLACE = {"about": ("parks.ClusterMember", "cluster", "park", "park__organisation")}
_CLUSTER = {"about": "parks.Cluster"}


def office_url(cluster: Cluster) -> str:
    return reverse("parks:office_cluster", args=[cluster.slug])


def _park_sees(person: User, facts: Facts) -> bool:
    return policies.can_edit_profile(person, facts.about.park)


def _members_see(person: User, facts: Facts) -> bool:
    return ClusterMember.objects.filter(cluster=facts.about.pk, park__in=policies.edited_by(person)).exists()


def _desk_sees(person: User, facts: Facts) -> bool:
    return policies.can_manage_clusters(person)


def _its_park(facts: Facts) -> list[Organisation]:
    return [facts.about.park.organisation]


def _its_parks(facts: Facts) -> list[Organisation]:
    return list(Organisation.objects.filter(park__cluster_places__cluster=facts.about.pk).distinct())


# Texts ----------------------------------------------------------------------------------------------------------------


def _names(place: ClusterMember) -> dict[str, Any]:
    return {"cluster": place.cluster.name, "park": place.park.name, "role": place.get_role_display()}


def _invited(facts: Facts, language: str, recipient: User | None) -> Message:
    place: ClusterMember = facts.about
    names = _names(place)
    lines = [_("The secretariat offers %(park)s a place in “%(cluster)s”: %(role)s.") % names]
    if place.cluster.focus:
        lines.append(_("What the cluster is about: %(focus)s") % {"focus": place.cluster.focus})
    lines.append(_("Only your park itself can accept. Read the charter first; you can give the place back later."))
    return Message(
        subject=_("Invited: %(park)s to the cluster “%(cluster)s”") % names,
        lines=tuple(lines),
        url=reverse("parks:desk_clusters"),
        action=_("Read and decide"),
    )


def _answered(facts: Facts, language: str, recipient: User | None) -> Message:
    place: ClusterMember = facts.about
    names = _names(place)
    said = {
        ClusterMember.State.DECLINED: _("%(park)s declined the place of “%(role)s”."),
        ClusterMember.State.LEFT: _("%(park)s gave the place of “%(role)s” back."),
    }.get(ClusterMember.State(place.state), _("%(park)s accepted the place of “%(role)s”."))
    lines = [said % names]
    if place.reason:
        lines.append(_("Reason: %(reason)s") % {"reason": place.reason})
    return Message(
        subject=_("%(park)s answered about the cluster “%(cluster)s”") % names,
        lines=tuple(lines),
        url=office_url(place.cluster),
        action=_("See the cluster"),
    )


def _ended(facts: Facts, language: str, recipient: User | None) -> Message:
    place: ClusterMember = facts.about
    names = _names(place)
    withdrawn = place.state == ClusterMember.State.WITHDRAWN
    lines = [
        (
            _("The secretariat withdrew its invitation to the place of “%(role)s”. You need do nothing.")
            if withdrawn
            else _("The secretariat ended the place of “%(role)s” that %(park)s held.")
        )
        % names
    ]
    if place.reason:
        lines.append(_("Reason: %(reason)s") % {"reason": place.reason})
    return Message(
        subject=(
            _("Withdrawn: the invitation to the cluster “%(cluster)s”")
            if withdrawn
            else _("Ended: a place in the cluster “%(cluster)s”")
        )
        % names,
        lines=tuple(lines),
        url=reverse("parks:desk_clusters"),
        action=_("See our clusters"),
    )


def _approved(facts: Facts, language: str, recipient: User | None) -> Message:
    cluster: Cluster = facts.about
    names = {"cluster": cluster.name, "resolution": cluster.resolution}
    return Message(
        subject=_("Approved by the council: the cluster “%(cluster)s”") % names,
        lines=(
            _("The council approved it with resolution %(resolution)s. It is public now, and so is your place in it.")
            % names,
        ),
        url=cluster.get_absolute_url() if cluster.is_public else reverse("parks:desk_clusters"),
        action=_("See the cluster"),
    )


def _dissolved(facts: Facts, language: str, recipient: User | None) -> Message:
    cluster: Cluster = facts.about
    lines = [_("It ends today, and with it every place in it.")]
    if cluster.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": cluster.state_reason})
    return Message(
        subject=_("Dissolved: the cluster “%(cluster)s”") % {"cluster": cluster.name},
        lines=tuple(lines),
        url=reverse("parks:desk_clusters"),
        action=_("See our clusters"),
    )


# Kinds ----------------------------------------------------------------------------------------------------------------


def _notice(
    code: str, title: Any, sentence: Any, render: Any, refs: dict, *, to: str = "park", must: bool = False
) -> NoticeKind:
    may_see, whose = {
        "park": (_park_sees, _its_park),
        "parks": (_members_see, _its_parks),
        "desk": (_desk_sees, _secretariat),
    }[to]
    return register(
        NoticeKind(
            code=f"parks.cluster_{code}",
            title=title,
            sentence=sentence,
            group=CLUSTERS,
            render=render,
            refs=refs,
            may_see=may_see,
            must_know=must,
            concerns=policies.can_manage_clusters if to == "desk" else _acts_for_a_park,
            # Their subjects name parks and clusters, never people.
            for_groups=ForGroups(
                whose,
                (Organisation.Kind.SECRETARIAT if to == "desk" else Organisation.Kind.PARK_OPERATOR,),
                subject_only(render),
            ),
        )
    )


INVITED = _notice(
    "invited",
    gettext_lazy("Our park is invited to a cluster"),
    gettext_lazy("The secretariat offers your park a place in a specialised cluster."),
    _invited,
    _PLACE,
)
ENDED = _notice(
    "ended",
    gettext_lazy("Our place in a cluster has ended"),
    gettext_lazy("The secretariat ends a place of your park, or withdraws an invitation."),
    _ended,
    _PLACE,
    must=True,
)
APPROVED = _notice(
    "approved",
    gettext_lazy("Our cluster is approved"),
    gettext_lazy("The council approves a cluster in which your park has a place."),
    _approved,
    _CLUSTER,
    to="parks",
)
DISSOLVED = _notice(
    "dissolved",
    gettext_lazy("Our cluster is dissolved"),
    gettext_lazy("A cluster in which your park has a place ends."),
    _dissolved,
    _CLUSTER,
    to="parks",
    must=True,
)
ANSWERED = _notice(
    "answered",
    gettext_lazy("A park answered about a cluster"),
    gettext_lazy("A park accepts, declines or gives back a place in a cluster."),
    _answered,
    _PLACE,
    to="desk",
)

JOIN = register(
    TaskKind(
        code="parks.answer_cluster",
        title=gettext_lazy("Decide about a place in a cluster"),
        sentence=gettext_lazy("Read the charter, then accept or decline for your park."),
        permission=Permission.JOIN_CLUSTERS,
        url=lambda task: reverse("parks:desk_clusters"),
        clock_days=CLUSTER_ANSWER_DAYS,
        describe=lambda facts: f"{facts.about.cluster.name} · {facts.about.park.name}",
        refs=_PLACE,
        outcomes={
            "accepted": gettext_lazy("accepted"),
            "declined": gettext_lazy("declined"),
            "withdrawn": gettext_lazy("withdrawn"),
        },
    )
)
REVIEW = register(
    TaskKind(
        code="parks.review_cluster",
        title=gettext_lazy("Review a cluster"),
        sentence=gettext_lazy(
            "Look whether it still keeps the rules and its goals, bring it before the council, and enter what the"
            " council resolved."
        ),
        permission=Permission.MANAGE_CLUSTERS,
        url=lambda task: office_url(task.about),
        describe=lambda facts: facts.about.name,
        refs=_CLUSTER,
        outcomes={"renewed": gettext_lazy("approved anew"), "dissolved": gettext_lazy("dissolved")},
    )
)


# Who is told ----------------------------------------------------------------------------------------------------------


def park_people(park: Park) -> Any:
    return services.people_with(Permission.JOIN_CLUSTERS, park.organisation)


def desk_people() -> Any:
    return services.people_with(Permission.MANAGE_CLUSTERS, Organisation.objects.secretariat())


def member_people(cluster: Cluster) -> list[User]:
    """Those who answer for its parks, invited ones too; each once."""
    parks = Park.objects.filter(cluster_places__in=cluster.places.open()).select_related("organisation").distinct()
    return list({person.pk: person for park in parks for person in park_people(park)}.values())


def tell_invited(place: ClusterMember, *, by: User | None) -> None:
    services.open_task(
        JOIN, about=place, organisation=place.park.organisation, opened_by=by, province=place.park.province
    )
    services.notify(INVITED, to=park_people(place.park), about=place, actor=by, key=place.pk)


def tell_answered(place: ClusterMember, *, by: User | None) -> None:
    services.close_tasks(place, by=by, outcome=place.state)
    services.notify(ANSWERED, to=desk_people(), about=place, actor=by, key=f"{place.pk}:{place.state}")


def tell_ended(place: ClusterMember, *, by: User | None, is_told: bool) -> None:
    """`is_told`: its people hear of the cluster's end anyway."""
    services.close_tasks(place, by=by, outcome=place.state)
    if not is_told:
        services.notify(ENDED, to=park_people(place.park), about=place, actor=by, key=f"{place.pk}:{place.state}")


def tell_approved(cluster: Cluster, *, by: User | None) -> None:
    services.close_tasks(cluster, kind=REVIEW, by=by, outcome="renewed")
    services.notify(
        APPROVED, to=member_people(cluster), about=cluster, actor=by, key=f"{cluster.pk}:{cluster.resolved_on}"
    )


def tell_review(cluster: Cluster, *, by: User | None) -> None:
    assert cluster.review_due_on is not None
    due_at = timezone.make_aware(datetime.combine(cluster.review_due_on, time(23, 59)))
    services.open_task(
        REVIEW, about=cluster, organisation=Organisation.objects.secretariat(), due_at=due_at, opened_by=by
    )


def tell_dissolved(cluster: Cluster, people: list[User], *, by: User | None) -> None:
    services.close_tasks(cluster, by=by, outcome="dissolved")
    services.notify(DISSOLVED, to=people, about=cluster, actor=by, key=cluster.pk)
