"""Who may do what with tasks and deliveries."""

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, can_see_office, duties_of, has_desk_permission

from .models import Task

__all__ = ["can_do", "can_hand_over", "can_see_deliveries", "can_see_office"]


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
