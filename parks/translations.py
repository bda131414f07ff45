"""Parks on the board of what to translate: the park's people see their own, the secretariat's desks all of them."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import has_permission
from alliance.core import navigation, translating

from . import policies
from .blocks import anchor, block_of
from .models import Cluster, Park

LABELS = {
    "name": _("Name"),
    "address": _("Address"),
    "summary": _("Summary"),
    "story": _("Story"),
    "former_use": _("Former use"),
    "formation_evidence": _("Evidence of the formation"),
    "opening_hours": _("Opening hours"),
}


def editable(person: Any) -> QuerySet[Park]:
    return Park.objects.all() if policies.can_correct(person) else policies.edited_by(person)


def where(person: Any, park: Model, field: str) -> str:
    """The block in which this person changes the text: the park's draft, or the secretariat's correction."""
    assert isinstance(park, Park)
    name = "parks:edit_block" if policies.can_edit_profile(person, park) else "parks:office_correct"
    return f"{reverse(name, args=[park.slug, block_of(f'{field}_zh').code])}#{anchor(f'{field}_en')}"


CLUSTER_LABELS = {"name": _("Name"), "focus": _("Focus"), "charter": _("Charter"), "goals": _("Goals")}


def editable_clusters(person: Any) -> QuerySet[Cluster]:
    open_ones = Cluster.objects.filter(state__in=Cluster.OPEN)
    return open_ones if policies.can_manage_clusters(person) else open_ones.none()


def where_of_cluster(person: Any, cluster: Model, field: str) -> str:
    assert isinstance(cluster, Cluster)
    return f"{reverse('parks:office_cluster_edit', args=[cluster.slug])}#id_{field}_en"


def has_texts(request: HttpRequest) -> bool:
    """Whether the board can ever show this person something."""
    person: Any = request.user
    return policies.can_correct(person) or has_permission(person, Permission.EDIT_PROFILE)


def register() -> None:
    translating.register(translating.BoardSource(Park, LABELS, editable, where))
    translating.register(translating.BoardSource(Cluster, CLUSTER_LABELS, editable_clusters, where_of_cluster))
    navigation.register(navigation.Entry("desk", _("To translate"), "core:translations", order=50, who=has_texts))
