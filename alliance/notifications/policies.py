"""Who may do what with tasks and deliveries."""

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, can_see_office, duties_of, has_desk_permission, organisations_with

from .models import Task

__all__ = [
    "can_do",
    "can_hand_over",
    "can_manage_robots",
    "can_see_deliveries",
    "can_see_office",
    "looks_after_robots",
    "robot_organisations",
]


def can_do(person: Person, task: Task) -> bool:
    """Whether a duty at the organisation the task waits for allows it."""
    return any(
        duty.organisation_id == task.organisation_id and task.permission in duty.role.permissions
        for duty in duties_of(person)
    )


def can_hand_over(person: Person, task: Task) -> bool:
    """Whoever could do the task may put it back or hand it to a colleague; so may every desk of the secretariat."""
    return can_do(person, task) or can_see_office(person)


def can_see_deliveries(person: Person) -> bool:
    return has_desk_permission(person, Permission.SEE_DELIVERIES)


def robot_organisations(person: Person) -> list[Organisation]:
    """For whose groups this person looks after robots: where they bring people in; the data desk also the council's."""
    own = list(organisations_with(person, Permission.INVITE))
    if can_see_deliveries(person):
        own += Organisation.objects.filter(kind=Organisation.Kind.COUNCIL).exclude(pk__in=[one.pk for one in own])
    return own


def looks_after_robots(person: Person) -> bool:
    """The same, without asking which: for menus."""
    return can_see_deliveries(person) or any(Permission.INVITE in duty.role.permissions for duty in duties_of(person))


def can_manage_robots(person: Person, organisation: Organisation) -> bool:
    return organisation in robot_organisations(person)
