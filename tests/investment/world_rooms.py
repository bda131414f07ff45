"""The data room of the small alliance: open to the investor's signatory, not to its analyst nor to another investor."""

from functools import cached_property

from alliance.accounts.models import User
from investment.models import Interest, Project, Room, RoomGroup, RoomManifest, RoomMember, RoomNode
from investment.services import rooms
from tests.investment.investing import Investing, agree
from tests.investment.rooming import add_document, open_group


class RoomWorld:
    """Mixed into `tests.investment.world.InvestmentWorld`."""

    manager: User
    investor: User
    investing: Investing
    project: Project
    interest: Interest

    @cached_property
    def data_room(self) -> Room:
        room = rooms.open_room(self.project, with_folders=False, by=self.manager)
        agree(self.interest, self.investing)
        rooms.allow_bulk(room, True, by=self.manager)
        return room

    @cached_property
    def room_group(self) -> RoomGroup:
        return open_group(self.data_room, "Sample group", self.manager)

    @cached_property
    def room_member(self) -> RoomMember:
        return rooms.add_member(self.room_group, self.investor, self.investing.investor, by=self.manager)

    @cached_property
    def room_node(self) -> RoomNode:
        """The investor's signatory may do everything with it, nobody else outside the parks anything."""
        node = add_document(self.data_room, self.manager)
        self.room_member  # noqa: B018  a reader of it
        rooms.set_access(node, {self.room_group.pk: "original"}, by=self.manager)
        return node

    @cached_property
    def room_manifest(self) -> RoomManifest:
        self.room_node  # noqa: B018  something to write down
        return rooms.freeze(self.data_room, by=self.manager)
