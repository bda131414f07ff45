"""The chain of a cluster as it is shown: each role with the parks that hold it, or the gap that is left."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import ClusterMember, Park

Role = ClusterMember.Role
# What each role does for the others.
DOES: dict[str, str | Promise] = {
    Role.RESEARCH: _("Research, design and original work"),
    Role.SUPPLIER: _("Material, making and services that the others use"),
    Role.LEAD: _("Sets the direction and brings the orders"),
    Role.CHANNEL: _("Sales, exhibitions and distribution"),
    Role.TRAINING: _("People for all the others"),
}
# One after the other, as work goes through the chain; training carries all of them.
LINKS = (Role.RESEARCH, Role.SUPPLIER, Role.LEAD, Role.CHANNEL)


@dataclass(frozen=True)
class Stage:
    """One role of the chain. Without a park it is a gap."""

    role: str
    label: str | Promise
    does: str | Promise
    parks: list[Park]
    carries_all: bool = False


def stages(places: Iterable[ClusterMember]) -> list[Stage]:
    """All five roles, in the order of the chain."""
    held: dict[str, list[Park]] = {role: [] for role in Role.values}
    for place in places:
        held[place.role].append(place.park)
    return [
        Stage(role.value, role.label, DOES[role], held[role], carries_all=role not in LINKS)
        for role in (*LINKS, Role.TRAINING)
    ]
