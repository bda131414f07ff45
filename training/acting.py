"""In whose name somebody acts in training: every step of a lifecycle says so beside the person who made it."""

from typing import Any

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, organisations_with
from alliance.core import workflow

from .models import (
    Attempt,
    AttendanceChange,
    Certificate,
    Cohort,
    Curriculum,
    CurriculumVersion,
    Dossier,
    Enrolment,
    HostPlace,
    IdentityCheck,
    IntegrityCase,
    Moderation,
    Placement,
    PlacementDay,
    Programme,
    ProgrammePartner,
    Recognition,
    RevocationCase,
    Session,
)

Role = ProgrammePartner.Role
DESKS = (Permission.OVERSEE_TRAINING, Permission.SET_ALLIANCE)
PERMISSIONS = (Permission.RUN_TRAINING, Permission.AWARD, Permission.TEACH, *DESKS)


def programme_of(row: Any) -> Programme:
    """The programme that a row of training belongs to."""
    match row:
        case Programme():
            return row
        case Curriculum() | HostPlace() | ProgrammePartner():
            return row.programme
        case CurriculumVersion():
            return row.curriculum.programme
        case Cohort():
            return row.version.curriculum.programme
        case Session() | Enrolment() | Moderation():
            return programme_of(row.cohort)
        case Attempt() | Recognition() | AttendanceChange() | IdentityCheck() | IntegrityCase():
            return programme_of(row.enrolment)
        case Certificate() | Dossier():
            return programme_of(row.enrolment)
        case RevocationCase():
            return programme_of(row.certificate)
        case Placement():
            return row.place.programme
        case PlacementDay():
            return programme_of(row.placement)
    raise TypeError(f"{row!r} belongs to no programme.")


def trainee_of(row: Any) -> int | None:
    """Whose learning the row is about, if it is one person's."""
    match row:
        case Enrolment():
            return row.person_id
        case Attempt() | Recognition() | AttendanceChange() | Placement() | IdentityCheck() | IntegrityCase():
            return row.enrolment.person_id
        case Certificate():
            return row.person_id
        case Dossier():
            return row.enrolment.person_id
        case RevocationCase():
            return row.certificate.person_id
        case PlacementDay():
            return row.placement.enrolment.person_id
    return None


def acting_for(person: Person, row: Any, *roles: str) -> Organisation | None:
    """The partner for which somebody acts at this row: one in `roles` first, else the lead, else another one; then
    what they act for otherwise, as the training desk. None for the clock, and for trainees in their own affairs."""
    if person is None or not person.is_authenticated or trainee_of(row) == person.pk:
        return None
    held = _held(person, PERMISSIONS)
    if not held:
        return None
    order = {role: place for place, role in enumerate(dict.fromkeys([*roles, Role.LEAD]))}
    partners = sorted(
        programme_of(row).partners.accepted(), key=lambda partner: (order.get(partner.role, len(order)), partner.pk)
    )
    parts = [held[partner.organisation_id] for partner in partners if partner.organisation_id in held]
    return next(iter(parts or held.values()))


def for_desk(person: Person) -> Organisation | None:
    """The organisation of a desk where the matter belongs to no programme: the rule pack, the keys."""
    held = _held(person, DESKS)
    return next(iter(held.values()), None)


def _held(person: Person, permissions: tuple[Permission, ...]) -> dict[int, Organisation]:
    return {
        organisation.pk: organisation
        for permission in permissions
        for organisation in organisations_with(person, permission)
    }


def apply(flow: workflow.Workflow, row: Any, verb: str, *, by: Any, roles: tuple[str, ...] = (), **data: Any) -> Any:
    """`workflow.apply` in the name of the organisation that the person acts for here."""
    return workflow.apply(flow, row, verb, by=by, on_behalf_of=acting_for(by, row, *roles), **data)
