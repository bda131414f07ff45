"""Who may do what with certificates. Pure questions, as everywhere."""

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, has_desk_permission

from .. import policies as training
from ..models import Certificate, Dossier, Enrolment, IssuerKey, Programme, RevocationCase


def programme_of(enrolment: Enrolment) -> Programme:
    return enrolment.cohort.version.curriculum.programme


def can_prepare(person: Person, dossier: Dossier) -> bool:
    """The teaching side; where a key was withdrawn, the desks that withdraw keys too (4.4)."""
    earlier = dossier.earlier
    withdrawn = earlier is not None and earlier.key.state == IssuerKey.State.COMPROMISED
    return training.can_prepare_dossiers(person, programme_of(dossier.enrolment)) or (
        withdrawn and can_turn_keys(person)
    )


def can_prepare_for(person: Person, programme: Programme) -> bool:
    return training.can_prepare_dossiers(person, programme)


def can_approve(person: Person, dossier: Dossier) -> bool:
    """The awarding partner, and never whoever prepared it (X-3)."""
    own = person is not None and dossier.prepared_by_id == person.pk
    return not own and training.can_award(person, programme_of(dossier.enrolment))


def can_issue(person: Person, dossier: Dossier) -> bool:
    return training.can_award(person, programme_of(dossier.enrolment))


def can_return(person: Person, dossier: Dossier) -> bool:
    return can_prepare(person, dossier) or can_issue(person, dossier)


def can_see_certificates(person: Person, programme: Programme) -> bool:
    """The desk with dossiers and certificates: whoever prepares or awards here, and the training desk."""
    return (
        training.oversees(person)
        or training.can_prepare_dossiers(person, programme)
        or training.can_award(person, programme)
    )


def sees_desk(person: Person) -> bool:
    """Whether there is a desk of certificates for this person at all; for menus."""
    return training.oversees(person) or training.runs_any(person) or training.awards_any(person)


# Revoking (X-9) -----------------------------------------------------------------------------------------------------


def is_holder(person: Person, certificate: Certificate) -> bool:
    return person is not None and person.is_authenticated and certificate.person_id == person.pk


def can_propose_revocation(person: Person, certificate: Certificate) -> bool:
    programme = programme_of(certificate.enrolment)
    return (
        training.oversees(person)
        or training.can_prepare_dossiers(person, programme)
        or training.can_award(person, programme)
    )


def can_decide_revocation(person: Person, case: RevocationCase) -> bool:
    """The awarding partner or the training desk; never whoever proposed it, and never in their own case."""
    if person is None or case.proposed_by_id == person.pk or is_holder(person, case.certificate):
        return False
    return training.oversees(person) or training.can_award(person, programme_of(case.certificate.enrolment))


def can_see_case(person: Person, case: RevocationCase) -> bool:
    return is_holder(person, case.certificate) or can_propose_revocation(person, case.certificate)


# Keys (4.4) ---------------------------------------------------------------------------------------------------------


def can_turn_keys(person: Person) -> bool:
    """Publish, switch, withdraw: the training desk and the data desk."""
    return training.oversees(person) or has_desk_permission(person, Permission.SET_ALLIANCE)
