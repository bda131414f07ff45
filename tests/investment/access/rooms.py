"""Data rooms: who may open what. The analyst is told why the room is closed, and finds no document in it."""

from tests.access_rules import ANALYST, INVESTMENT_DESK, INVESTOR, SECOND_INVESTOR, SIGNED_IN, Rule, fixed

PROMOTERS = frozenset({"manager", "other_manager"})
INVESTORS = INVESTOR | ANALYST | SECOND_INVESTOR
DESKS = PROMOTERS | INVESTMENT_DESK
READS = INVESTOR | DESKS
TAKES = INVESTOR | PROMOTERS
NOT_DESKS = SIGNED_IN - DESKS


def _project(world):
    return {"slug": world.project.slug}


def _room(world):
    world.room_node  # noqa: B018  with something in it
    return {"slug": world.project.slug}


def _node(world):
    return {"slug": world.project.slug, "token": world.room_node.token}


def _page(world):
    return _node(world) | {"number": 1}


def _group(world):
    return _room(world) | {"pk": world.room_group.pk}


def _member(world):
    return _room(world) | {"pk": world.room_member.pk}


def _manifest(world):
    return _room(world) | {"number": world.room_manifest.number}


def _keeps(args, **more):
    """What only the parks do; the investment desk sees the room and is refused."""
    return Rule(post=PROMOTERS, hidden=NOT_DESKS, args=args, **more)


ROOMS = {
    "investment:rooms": Rule(get=INVESTORS, hidden=SIGNED_IN - INVESTORS, seen_by=("investor", "second_investor")),
    "investment:room": Rule(
        get=READS | ANALYST, hidden=SIGNED_IN - READS - ANALYST, args=_room, seen_by=("investor", "analyst", "manager")
    ),
    "investment:room_bundle": Rule(post=TAKES, hidden=SIGNED_IN - TAKES, args=_room),
    # Every answer at the door is written down (D-10).
    "investment:room_document": Rule(
        get=READS, hidden=SIGNED_IN - READS, args=_node, writes=True, seen_by=("investor",)
    ),
    "investment:room_page": Rule(get=READS, hidden=SIGNED_IN - READS, args=_page, writes=True, is_page=False),
    "investment:room_copy": Rule(get=TAKES, hidden=SIGNED_IN - TAKES, args=_node, writes=True, is_page=False),
    "investment:room_original": Rule(get=TAKES, hidden=SIGNED_IN - TAKES, args=_node, writes=True, is_page=False),
    "investment:room_desk": Rule(get=DESKS, hidden=NOT_DESKS, args=_room, seen_by=("manager", "investment_desk")),
    "investment:room_open": _keeps(_project, data=fixed(folders="on")),
    "investment:room_bulk": _keeps(_room, data=fixed(allows="1")),
    "investment:room_factor": _keeps(_room, data=fixed(needs="1")),
    "investment:room_folder_add": _keeps(_room),
    "investment:room_file_add": _keeps(_room),
    "investment:room_group_new": Rule(
        get=PROMOTERS, post=PROMOTERS, hidden=NOT_DESKS, args=_room, seen_by=("manager",)
    ),
    "investment:room_group": Rule(
        get=DESKS, post=PROMOTERS, hidden=NOT_DESKS, args=_group, seen_by=("manager", "investment_desk")
    ),
    "investment:room_member_add": _keeps(_group),
    "investment:room_member_remove": _keeps(_member),
    "investment:room_as": Rule(get=PROMOTERS, hidden=NOT_DESKS, args=_room, seen_by=("manager",)),
    "investment:room_log": Rule(get=DESKS, hidden=NOT_DESKS, args=_room, seen_by=("manager",)),
    "investment:room_freeze": _keeps(_room),
    "investment:room_manifest": Rule(get=DESKS, hidden=NOT_DESKS, args=_manifest, seen_by=("manager",)),
    "investment:room_node": Rule(
        get=DESKS, post=PROMOTERS, hidden=NOT_DESKS, args=_node, seen_by=("manager", "investment_desk")
    ),
    "investment:room_version_add": _keeps(_node),
    "investment:room_version": Rule(get=PROMOTERS, hidden=NOT_DESKS, args=_page, writes=True, is_page=False),
    "investment:room_access": _keeps(_node),
    "investment:room_node_remove": _keeps(_node),
}
