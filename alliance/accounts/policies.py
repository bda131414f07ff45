"""May this person do this? Pure questions over the duties a person acts in."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliance.core.prepared import Prepared

from .models import Duty, Invitation, JoinRequest, Organisation, User
from .permissions import Permission
from .roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable

Person = User | AnonymousUser | None
# Where a person object keeps its duties, once asked.
KNOWN = "_duties"
# Asked in every request of somebody signed in.
ACTED = Prepared(
    lambda person, on: Duty.objects.acted_by(person, on).select_related("organisation"), -7_301, date(1901, 2, 3)
)


def duties_of(person: Person) -> "list[Duty]":
    """The duties a person acts in today, own ones first. Asked once for each person object, that is once a request."""
    if person is None or not person.is_authenticated or not person.is_active:
        return []
    if not hasattr(person, KNOWN):
        note_duties(person, ACTED(person.pk, timezone.localdate()))
    return getattr(person, KNOWN)


def note_duties(person: User, acted: "Iterable[Duty]") -> None:
    """What this person object knows of its duties from now on."""
    setattr(person, KNOWN, sorted(acted, key=lambda duty: duty.person_id != person.pk))


def forget_duties(person: Person) -> None:
    """What this person object knew of its duties no longer holds."""
    if hasattr(person, KNOWN):
        delattr(person, KNOWN)


def has_permission(person: Person, permission: Permission, organisation: Organisation | None = None) -> bool:
    """Whether a duty of this person allows this, for `organisation` if one is named.

    A duty at the secretariat reaches every organisation: that is what a desk is for.
    """
    return any(
        permission in ROLES[duty.role_code].permissions
        and (
            organisation is None
            or duty.organisation_id == organisation.pk
            or duty.organisation.kind == Organisation.Kind.SECRETARIAT
        )
        for duty in duties_of(person)
    )


def has_desk_permission(person: Person, permission: Permission) -> bool:
    """Whether the person has this permission at a desk of the secretariat."""
    return any(
        duty.organisation.kind == Organisation.Kind.SECRETARIAT and permission in ROLES[duty.role_code].permissions
        for duty in duties_of(person)
    )


def is_privileged(person: Person) -> bool:
    """Whether a duty the person acts in asks for a longer password and shorter sessions."""
    return any(ROLES[duty.role_code].privileged for duty in duties_of(person))


def second_factor_of(person: Person) -> str:
    """What the person's duties say of a second factor: `required`, `asked` or `none`."""
    said = {ROLES[duty.role_code].second_factor for duty in duties_of(person)}
    return next((answer for answer in ("required", "asked") if answer in said), "none")


def organisations_with(person: Person, permission: Permission) -> "Iterable[Organisation]":
    """The organisations for which the person holds this permission directly."""
    found = {
        duty.organisation_id: duty.organisation
        for duty in duties_of(person)
        if permission in ROLES[duty.role_code].permissions
    }
    return list(found.values())


def acts_there_for(person: Person, organisation: Organisation) -> Organisation | None:
    """In whose name the person does something at this organisation: its own, else the secretariat's desk."""
    held = [duty.organisation for duty in duties_of(person)]
    return next((own for own in held if own.pk == organisation.pk), None) or next(
        (own for own in held if own.kind == Organisation.Kind.SECRETARIAT), None
    )


def grantable_roles(person: Person, organisation: Organisation) -> list[str]:
    """The roles this person may give at this organisation."""
    granted: list[str] = []
    for duty in duties_of(person):
        role = ROLES[duty.role_code]
        reaches = duty.organisation_id == organisation.pk or duty.organisation.kind == Organisation.Kind.SECRETARIAT
        if reaches and Permission.INVITE in role.permissions:
            granted += [
                code
                for code in role.grants
                if organisation.kind in ROLES[code].organisation_kinds and code not in granted
            ]
    return granted


def can_see_team(person: Person, organisation: Organisation) -> bool:
    return has_permission(person, Permission.SEE_TEAM, organisation)


def can_see_organisations(person: Person) -> bool:
    """The desks see every organisation and its team."""
    return has_desk_permission(person, Permission.SEE_TEAM)


def can_invite(person: Person, organisation: Organisation, role_code: str | None = None) -> bool:
    """Whether the person may give this role (any role, if none is named) at this organisation."""
    granted = grantable_roles(person, organisation)
    return bool(granted) if role_code is None else role_code in granted


def can_manage_invitation(person: Person, invitation: Invitation) -> bool:
    """Send again or take back: whoever may give the role, not its sender alone."""
    return can_invite(person, invitation.organisation, invitation.role_code)


def can_see_duty(person: Person, duty: Duty) -> bool:
    return _is_own(person, duty) or can_see_team(person, duty.organisation)


def can_change_term(person: Person, duty: Duty) -> bool:
    """Whoever may give the role decides how long it lasts; nobody lengthens their own term."""
    return not _is_own(person, duty) and can_invite(person, duty.organisation, duty.role_code)


def can_set_absence(person: Person, duty: Duty) -> bool:
    """The holder, or somebody who may give the role."""
    return _is_own(person, duty) or can_invite(person, duty.organisation, duty.role_code)


def can_end_duty(person: Person, duty: Duty) -> bool:
    """Their own duty, or one whose role they may give."""
    return _is_own(person, duty) or can_invite(person, duty.organisation, duty.role_code)


def _is_own(person: Person, duty: Duty) -> bool:
    return person is not None and person.is_authenticated and duty.person_id == person.pk


def can_decide_join(person: Person, organisation: Organisation) -> bool:
    return has_permission(person, Permission.DECIDE_JOIN, organisation)


def can_withdraw_join(person: Person, request: JoinRequest) -> bool:
    return person is not None and request.person_id == person.pk


def can_see_office(person: Person) -> bool:
    return has_desk_permission(person, Permission.SEE_OFFICE)


def can_help_with_factors(person: Person) -> bool:
    """Everybody at a desk of the secretariat may be one of the two who approve."""
    return has_desk_permission(person, Permission.SEE_OFFICE)


def can_protect_data(person: Person) -> bool:
    """Answers requests about personal data and keeps the register of incidents."""
    return has_desk_permission(person, Permission.CORRECT_DATA)


def can_see_audit(person: Person) -> bool:
    return has_permission(person, Permission.SEE_AUDIT)


def can_see_settings(person: Person) -> bool:
    """The desks and the council read what the alliance sets for itself."""
    return can_see_office(person) or has_permission(person, Permission.SEE_DASHBOARD)


def can_set_alliance(person: Person) -> bool:
    """The data desk decides: the clocks bind the membership desk, which does not set its own."""
    return has_desk_permission(person, Permission.SET_ALLIANCE)
