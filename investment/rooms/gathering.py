"""The queries behind a decision: what is true of this person and this room at this moment. Always the same number."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from alliance.accounts import second_factor
from alliance.accounts.models import User
from alliance.accounts.policies import Person
from alliance.core.models import StoredFile

from .. import policies, reading
from ..models import Investor, Project, Room, RoomAccess, RoomMember, RoomNode, RoomVersion
from .deciding import Access, Action, Decision, Facts, Membership, Side, decide, entry

# No two of these are taken for each other when somebody reads them from a photograph.
EASY = "23456789abcdefghjkmnpqrstuvwxyz"
WITH_PARTIES = ("project__parties__park__organisation",)


def facts_of(person: Person, room: Room, now: datetime) -> Facts:
    """All that bears on this person in this room; fetch `project.parties`."""
    project = room.project
    investors = policies.investors_of(person) if person is not None and person.is_authenticated else []
    members = _memberships(person, room, investors)
    lines = RoomAccess.objects.filter(group__in=[one.group for one in members]) if members else ()
    return Facts(
        project_state=project.state,
        parents=dict(RoomNode.objects.there().filter(room=room).values_list("pk", "parent")),
        accesses={
            (line.group_id, line.node_id): Access(
                line.can_view, line.can_download, line.can_download_original, line.is_denied
            )
            for line in lines
        },
        sides=sides_of(investors, project, now),
        memberships=members,
        allows_bulk=room.allows_bulk,
        needs_factor=room.needs_factor,
        has_factor=bool(room.needs_factor and members) and second_factor.has_factor(person),
        is_promoter=policies.promotes(person, project),
        is_auditor=policies.oversees(person),
    )


def _memberships(person: Person, room: Room, investors: list[Investor]) -> tuple[Membership, ...]:
    """Where the person stands in a group, as long as they still act for that investor."""
    if not investors:
        return ()
    rows = RoomMember.objects.filter(
        person=person.pk, investor__in=[one.pk for one in investors], group__room=room, removed_at__isnull=True
    ).select_related("group")
    return tuple(Membership(row.group_id, row.investor_id, row.group.opens_at, row.group.closes_at) for row in rows)


def sides_of(investors: Iterable[Investor], project: Project, now: datetime) -> tuple[Side, ...]:
    """D-2 and D-3 of each investor, as `reading` tells them."""
    investors = list(investors)
    agreement = reading.agreement_in_force(project, now) if investors else None
    found = []
    for investor in investors:
        dialogue = reading.dialogue_of(investor, project)
        acceptance = reading.newest_acceptance(investor, agreement) if dialogue and agreement else None
        found.append(
            Side(investor.pk, dialogue.state if dialogue else "", acceptance.valid_until if acceptance else None)
        )
    return tuple(found)


# What a person sees of it -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A folder or document that is shown: where it stands in what the reader sees, not in what there is."""

    node: RoomNode
    depth: int
    path: tuple[str, ...]
    version: RoomVersion | None
    may: frozenset[Action]

    @property
    def kind(self) -> str:
        return kind_of(self.version)

    # For templates, which know no members of sets.
    @property
    def may_download(self) -> bool:
        return Action.DOWNLOAD in self.may and self.kind != "office"

    @property
    def may_take_original(self) -> bool:
        return Action.ORIGINAL in self.may

    @property
    def is_shown_here(self) -> bool:
        """Whether it can be read in the browser."""
        return self.kind in ("pdf", "picture")


def kind_of(version: RoomVersion | None) -> str:
    """`pdf`, `picture`, `office`; empty for a folder or a document that is still being checked."""
    if version is None:
        return ""
    media_type = version.file.media_type
    if media_type == "application/pdf":
        return "pdf"
    return "picture" if media_type.startswith("image/") else "office"


class Visit:
    """One person in one room for the length of a request. Nothing is remembered beyond it."""

    def __init__(self, person: User, room: Room, now: datetime | None = None, *, address: str | None = None) -> None:
        self.person, self.room, self.address = person, room, address
        # Of whatever is handed out now (D-9).
        self.copy = "".join(secrets.choice(EASY) for _each in range(10))
        self.now = now or timezone.now()
        self.facts = facts_of(person, room, self.now)

    @property
    def entry(self) -> Decision:
        if self.facts.is_promoter or self.facts.is_auditor:
            return Decision(True)
        return entry(self.facts, self.now)

    def decide(self, node: RoomNode, action: Action) -> Decision:
        return decide(self.facts, node.pk, action, self.now)

    @cached_property
    def investor(self) -> Investor | None:
        """For whom the person reads; None for promoters and auditors."""
        pk = self.entry.investor
        return next((one for one in policies.investors_of(self.person) if one.pk == pk), None)

    @cached_property
    def rows(self) -> list[Row]:
        """The tree as this person may see it (D-8).

        What stands in a folder that is hidden moves up to the nearest one that is not, so that no name of a hidden
        folder is told. Documents without a checked version are there for promoters alone.
        """
        nodes = list(nodes_of(self.room))
        may = {node.pk: self._may(node) for node in nodes}
        shown = {node.pk: node for node in nodes if Action.VIEW in may[node.pk] and self._is_ready(node)}
        below: dict[int | None, list[RoomNode]] = {}
        for node in shown.values():
            below.setdefault(self._shown_parent(node.parent_id, shown), []).append(node)
        return list(self._walk(None, below, may, 0, ()))

    def row_of(self, node: RoomNode) -> Row | None:
        """One node as this person sees it, without the tree around it; fetch it from `nodes_of`."""
        if not self._is_ready(node):
            return None
        return Row(node, 0, (str(node.name),), current_of(node), self._may(node))

    def _may(self, node: RoomNode) -> frozenset[Action]:
        return frozenset(action for action in Action if self.decide(node, action))

    def _is_ready(self, node: RoomNode) -> bool:
        return node.is_folder or self.facts.is_promoter or current_of(node) is not None

    def _shown_parent(self, parent: int | None, shown: dict[int, RoomNode]) -> int | None:
        while parent is not None and parent not in shown:
            parent = self.facts.parents.get(parent)
        return parent

    def _walk(
        self,
        parent: int | None,
        below: dict[int | None, list[RoomNode]],
        may: dict[int, frozenset[Action]],
        depth: int,
        path: tuple[str, ...],
    ) -> Iterator[Row]:
        for node in sorted(below.get(parent, ()), key=lambda one: (not one.is_folder, one.position, one.pk)):
            here = (*path, str(node.name))
            yield Row(node, depth, here, current_of(node), may[node.pk])
            yield from self._walk(node.pk, below, may, depth + 1, here)


def nodes_of(room: Room):
    """All that is there, with every version and its file."""
    versions = RoomVersion.objects.select_related("file", "uploaded_by").order_by("-number")
    return RoomNode.objects.there().filter(room=room).prefetch_related(Prefetch("versions", queryset=versions))


def current_of(node: RoomNode) -> RoomVersion | None:
    """The newest version that was checked; fetch `versions__file`."""
    return next((one for one in node.versions.all() if one.file.state == StoredFile.State.READY), None)


def rooms_to_visit() -> QuerySet[Room]:
    """Rooms with all that a `Visit` reads of their projects."""
    return Room.objects.select_related("project", "project__version").prefetch_related(*WITH_PARTIES)


def room_at(slug: str) -> Room | None:
    return rooms_to_visit().filter(project__slug=slug).first()
