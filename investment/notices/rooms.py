"""What readers of a data room hear: that they were let in, and what is new. Asked of `can` again before it is told
(D-8): whoever may not read a document hears neither its name nor that there is one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.core.models import StoredFile
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message
from alliance.notifications.models import OutboxEvent

from .. import policies
from ..models import Project, Room, RoomMember, RoomVersion
from ..rooms.deciding import Action
from ..rooms.gathering import Visit, current_of, room_at, rooms_to_visit
from .kinds import notice

# A document older than this is no news.
NEWS = timedelta(days=3)


def room_url(project: Project) -> str:
    return reverse("investment:room", args=[project.slug])


def _visit(person: User, room: Room) -> Visit | None:
    found = room_at(room.project.slug)
    return Visit(person, found) if found is not None else None


def may_read(person: User, version: RoomVersion) -> bool:
    """Whether this version is what the person reads now."""
    visit = _visit(person, version.node.room)
    if visit is None or not visit.decide(version.node, Action.VIEW):
        return False
    return current_of(version.node) == version


def _still_in(person: User, facts: Facts) -> bool:
    member: RoomMember = facts.about
    visit = _visit(person, member.group.room) if member.removed_at is None else None
    return visit is not None and bool(visit.entry)


def _may_read(person: User, facts: Facts) -> bool:
    return may_read(person, facts.about)


def _added(facts: Facts, language: str, recipient: User | None) -> Message:
    project = facts.about.group.room.project
    return Message(
        subject=_("A data room is open to you: %(project)s") % {"project": project.title},
        lines=(
            _("The parks let you read documents of %(project)s.") % {"project": project.title},
            _("Each page carries your name. What you read is for your organisation alone."),
        ),
        url=room_url(project),
        action=_("Open the data room"),
    )


def _document(facts: Facts, language: str, recipient: User | None) -> Message:
    version: RoomVersion = facts.about
    project = version.node.room.project
    names = {"project": project.title, "document": version.node.name}
    return Message(
        subject=_("New in the data room: %(project)s") % names,
        lines=(
            (_("There is a newer version of “%(document)s”.") if version.number > 1 else _("New: “%(document)s”."))
            % names,
        ),
        url=reverse("investment:room_document", args=[project.slug, version.node.token]),
        action=_("Read it"),
    )


_NODE = ("node__room__project",)
ROOM_ADDED = notice(
    "room_added",
    gettext_lazy("A data room opens"),
    gettext_lazy("The parks of a project let you read its documents."),
    _added,
    refs={"about": ("investment.RoomMember", "group__room__project")},
    may_see=_still_in,
    concerns=policies.invests_any,
    must=True,
)
ROOM_DOCUMENT = notice(
    "room_document",
    gettext_lazy("A new document in a data room"),
    gettext_lazy("A document that you may read was added or renewed."),
    _document,
    refs={"about": ("investment.RoomVersion", *_NODE)},
    may_see=_may_read,
    concerns=policies.invests_any,
)


def tell_added(member: RoomMember, *, by: User | None) -> None:
    services.notify(ROOM_ADDED, to=[member.person], about=member, actor=by, key=member.pk)


@transaction.atomic
def mind() -> int:
    """Tell each reader of what was checked lately and is theirs to read; once for each. Gives how many were told.

    Rights are asked only of readers whom something was not told yet.
    """
    now = timezone.now()
    news = _news(now)
    readers = _readers({version.node.room_id for version in news})
    told = set(
        OutboxEvent.objects.filter(
            kind=ROOM_DOCUMENT.code, about_id__in=[str(version.pk) for version in news]
        ).values_list("dedupe_key", flat=True)
    )
    waiting: dict[tuple[int, int], list[RoomVersion]] = {}
    for version in news:
        for person in readers.get(version.node.room_id, ()):
            if f"{ROOM_DOCUMENT.code}:{_key(version, person)}" not in told:
                waiting.setdefault((version.node.room_id, person), []).append(version)
    rooms = {room.pk: room for room in rooms_to_visit().filter(pk__in={room for room, _person in waiting})}
    people = User.objects.in_bulk({person for _room, person in waiting})
    tellings = []
    for (room, person), versions in waiting.items():
        visit = Visit(people[person], rooms[room], now)
        tellings += [
            services.Telling(version, _key(version, person), [person])
            for version in versions
            if visit.decide(version.node, Action.VIEW)
        ]
    if not tellings:
        return 0
    return sum(1 for event in services.notify_each(ROOM_DOCUMENT, tellings) if event is not None)


def _key(version: RoomVersion, person: int) -> str:
    return f"{version.pk}:{person}"


def _news(now: datetime) -> list[RoomVersion]:
    """The newest checked version of each document that has one of these days, in rooms that are open."""
    found = RoomVersion.objects.filter(
        file__state=StoredFile.State.READY,
        node__removed_at__isnull=True,
        node__room__project__state__in=Project.ROOM_STATES,
    )
    # `current_of` says it of one document: the newest that was checked.
    newest = found.filter(node=OuterRef("node")).order_by("-number").values("pk")[:1]
    lately = found.filter(uploaded_at__gte=now - NEWS, pk=Subquery(newest))
    return list(lately.select_related("node").order_by("pk"))


def _readers(rooms: Collection[int]) -> dict[int, list[int]]:
    """Who is in a group of each room."""
    members = RoomMember.objects.filter(group__room__in=rooms, removed_at__isnull=True)
    found: dict[int, list[int]] = {}
    for room, person in members.order_by("person").values_list("group__room", "person").distinct():
        found.setdefault(room, []).append(person)
    return found
