"""What readers of a data room hear: that they were let in, and what is new. Asked of `can` again before it is told
(D-8): whoever may not read a document hears neither its name nor that there is one."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.core.models import StoredFile
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind, register

from .. import policies
from ..models import Project, Room, RoomMember, RoomVersion
from ..rooms.deciding import Action
from ..rooms.gathering import Visit, current_of, room_at
from .projects import INVESTMENT

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
ROOM_ADDED = register(
    NoticeKind(
        code="investment.room_added",
        title=gettext_lazy("A data room opens"),
        sentence=gettext_lazy("The parks of a project let you read its documents."),
        group=INVESTMENT,
        render=_added,
        refs={"about": ("investment.RoomMember", "group__room__project")},
        must_know=True,
        may_see=_still_in,
        concerns=policies.invests_any,
    )
)
ROOM_DOCUMENT = register(
    NoticeKind(
        code="investment.room_document",
        title=gettext_lazy("A new document in a data room"),
        sentence=gettext_lazy("A document that you may read was added or renewed."),
        group=INVESTMENT,
        render=_document,
        refs={"about": ("investment.RoomVersion", *_NODE)},
        may_see=_may_read,
        concerns=policies.invests_any,
    )
)


def tell_added(member: RoomMember, *, by: User | None) -> None:
    services.notify(ROOM_ADDED, to=[member.person], about=member, actor=by, key=member.pk)


@transaction.atomic
def mind() -> int:
    """Tell each reader of what was checked lately and is theirs to read; once for each. Gives how many were asked."""
    lately = RoomVersion.objects.filter(
        uploaded_at__gte=timezone.now() - NEWS,
        file__state=StoredFile.State.READY,
        node__removed_at__isnull=True,
        node__room__project__state__in=Project.ROOM_STATES,
    ).select_related("node__room__project")
    asked = 0
    visits: dict[tuple[int, int], Visit | None] = {}
    for version in lately.order_by("pk"):
        room: Any = version.node.room
        people = User.objects.filter(
            room_memberships__group__room=room, room_memberships__removed_at__isnull=True
        ).distinct()
        for person in people.order_by("pk"):
            key = (room.pk, person.pk)
            if key not in visits:
                visits[key] = _visit(person, room)
            visit = visits[key]
            if visit is None or not visit.decide(version.node, Action.VIEW) or current_of(version.node) != version:
                continue
            asked += 1
            services.notify(ROOM_DOCUMENT, to=[person], about=version, key=f"{version.pk}:{person.pk}")
    return asked
