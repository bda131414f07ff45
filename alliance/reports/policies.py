"""Who reads the council's figures and the record of who did what."""

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, can_see_office, has_desk_permission, has_permission

from .models import ReportSchedule


def can_see_dashboard(person: Person) -> bool:
    return has_permission(person, Permission.SEE_DASHBOARD)


def can_see_audit(person: Person) -> bool:
    return has_permission(person, Permission.SEE_AUDIT)


def can_change_schedule(person: Person, schedule: ReportSchedule) -> bool:
    """Whoever set it up, and the desks of the secretariat."""
    is_own = person is not None and schedule.created_by_id == person.pk
    return can_see_dashboard(person) and (is_own or has_desk_permission(person, Permission.SEE_DASHBOARD))


def can_see_status(person: Person) -> bool:
    """Every desk: whoever notices first that something stands still should be able to look."""
    return can_see_office(person)
