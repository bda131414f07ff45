"""Who reads the council's figures and the record of who did what."""

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, has_permission


def can_see_dashboard(person: Person) -> bool:
    return has_permission(person, Permission.SEE_DASHBOARD)


def can_see_audit(person: Person) -> bool:
    return has_permission(person, Permission.SEE_AUDIT)
