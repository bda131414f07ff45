"""Who keeps a data room and who may know of one. What is read in it is decided by `rooms.deciding` alone."""

from alliance.accounts.policies import Person

from . import policies
from .models import Interest, Project, RoomMember

# An investor whose interest was accepted waits for the room, and is told why it is closed.
KNOWS_STATES = (Interest.State.ACCEPTED, *Interest.ROOM_STATES)


def can_see_room_desk(person: Person, project: Project) -> bool:
    """Groups, log and manifests: the promoters of the project and the investment desk."""
    return policies.can_see_desk(person, project)


def can_keep_room(person: Person, project: Project) -> bool:
    """Every park of the project puts documents in and says who reads them, as long as the project lives."""
    return policies.promotes(person, project) and project.state not in Project.ENDED_STATES


def knows_room(person: Person, project: Project) -> bool:
    """Whether an investor's person is told in words why a room is closed; to others there is none."""
    investors = [investor.pk for investor in policies.investors_of(person)]
    if not investors:
        return False
    if Interest.objects.filter(project=project, investor__in=investors, state__in=KNOWS_STATES).exists():
        return True
    return RoomMember.objects.filter(
        person=person.pk, investor__in=investors, group__room__project=project, removed_at__isnull=True
    ).exists()
