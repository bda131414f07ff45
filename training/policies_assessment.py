"""Who marks, checks, releases and decides. Distance is kept from trainees (G-1): nobody marks whom they direct."""

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, duties_of

from . import policies
from .models import Appeal, AssessmentItem, Attempt, Cohort, Enrolment, Programme, ProgrammePartner

Role = ProgrammePartner.Role
TEACHING = (Role.LEAD, Role.TEACHING)


def programme_of(enrolment: Enrolment) -> Programme:
    return enrolment.cohort.version.curriculum.programme


# Whose pages exist for whom ------------------------------------------------------------------------------------------


def programmes_taught(person: Person):
    return policies.programmes_of(person, Permission.TEACH, *TEACHING) | policies.programmes_of(
        person, Permission.RUN_TRAINING, *TEACHING
    )


def _cohorts_of(programmes):
    return Cohort.objects.filter(version__curriculum__programme__in=programmes)


def cohorts_marked(person: Person):
    """The cohorts whose marking desk a person has; the training desk looks on."""
    if policies.oversees(person):
        return Cohort.objects.all()
    return _cohorts_of(programmes_taught(person))


def cohorts_checked(person: Person):
    """Where a person may be the second one: teaching partners and the awarding ones."""
    if policies.oversees(person):
        return Cohort.objects.all()
    awarding = policies.programmes_of(person, Permission.AWARD, Role.AWARDING)
    return Cohort.objects.filter(
        Q(version__curriculum__programme__in=programmes_taught(person)) | Q(version__curriculum__programme__in=awarding)
    )


def cohorts_released(person: Person):
    if policies.oversees(person):
        return Cohort.objects.all()
    return _cohorts_of(policies.programmes_of(person, Permission.RUN_TRAINING, *TEACHING))


def appeals_seen(person: Person):
    """Appeals that wait for this person's side: the awarding partner's, and the training desk's to look at."""
    rows = Appeal.objects.all()
    if policies.oversees(person):
        return rows
    programmes = policies.programmes_of(person, Permission.AWARD, Role.AWARDING)
    return rows.filter(attempt__enrolment__cohort__version__curriculum__programme__in=programmes)


def enrolments_seen(person: Person):
    """Whose result sheet a person opens from the desk: the programme's teaching and awarding side, the home park."""
    if policies.oversees(person):
        return Enrolment.objects.all()
    return Enrolment.objects.filter(
        Q(cohort__in=cohorts_checked(person)) | Q(park__in=policies.nominating_parks(person))
    )


def marks_any(person: Person) -> bool:
    return policies.teaches_any(person) or policies.runs_any(person) or policies.oversees(person)


def assesses_any(person: Person) -> bool:
    return marks_any(person) or policies.awards_any(person)


# Distance ------------------------------------------------------------------------------------------------------------


def directs(person: User, enrolment: Enrolment) -> bool:
    named = getattr(enrolment, "line_manager", None)
    return named is not None and named.person_id == person.pk


def distance(person: User, enrolment: Enrolment, item: AssessmentItem) -> Promise | str:
    """Why this person does not mark this trainee at this item; empty where nothing stands against it (G-1)."""
    if enrolment.person_id == person.pk:
        return _("Nobody marks their own work.")
    if directs(person, enrolment):
        return _("You direct this trainee at work, so somebody else marks and checks.")
    if item.is_summative:
        held = {duty.organisation_id for duty in duties_of(person)}
        if held == {enrolment.park.organisation_id}:
            return _("This item counts, and you belong only to the trainee's home park: somebody else marks it.")
    return ""


def can_mark(person: Person, attempt: Attempt) -> bool:
    return policies.can_teach(person, attempt.enrolment.cohort)


def can_hand_in(person: Person, attempt: Attempt) -> bool:
    """The trainee; or whoever teaches, where the work was handed over in the room."""
    return (person is not None and attempt.enrolment.person_id == person.pk) or can_mark(person, attempt)


def can_read_work(person: Person, attempt: Attempt) -> bool:
    """Whose eyes the files of an attempt are for: the trainee's, those of whoever may mark it, of the second person
    once it is in a sample, and of the awarding partner once there is an appeal. Nobody who keeps distance (G-1)."""
    if person is None or not person.pk:
        return False
    if attempt.enrolment.person_id == person.pk:
        return True
    if distance(person, attempt.enrolment, attempt.item):
        return False
    if can_mark(person, attempt):
        return True
    is_asked = attempt.checks.exists() or Appeal.objects.filter(attempt=attempt).exists()
    return is_asked and policies.can_award(person, programme_of(attempt.enrolment))


def can_check(person: Person, cohort: Cohort) -> bool:
    return policies.can_teach(person, cohort) or policies.can_award(person, cohort.version.curriculum.programme)


def can_check_attempt(person: Person, attempt: Attempt) -> bool:
    return can_check(person, attempt.enrolment.cohort)


def can_release(person: Person, cohort: Cohort) -> bool:
    return policies.can_plan_cohorts(person, cohort.version.curriculum.programme)


def can_release_attempt(person: Person, attempt: Attempt) -> bool:
    return can_release(person, attempt.enrolment.cohort)


def can_void(person: Person, attempt: Attempt) -> bool:
    return can_release_attempt(person, attempt) or policies.oversees(person)


def can_appeal(person: Person, attempt: Attempt) -> bool:
    return person is not None and attempt.enrolment.person_id == person.pk


def can_decide_appeal(person: Person, attempt: Attempt) -> bool:
    """The awarding partner, by somebody who had no part in the mark."""
    return policies.can_award(person, programme_of(attempt.enrolment)) and person.pk not in (  # type: ignore[union-attr]
        attempt.marker_id,
        attempt.moderator_id,
        attempt.enrolment.person_id,
    )


def can_decide_recognition(person: Person, recognition) -> bool:
    return policies.can_award(person, programme_of(recognition.enrolment)) and recognition.enrolment.person_id != (
        person.pk  # type: ignore[union-attr]
    )


def can_ask_recognition(person: Person, enrolment: Enrolment) -> bool:
    return person is not None and enrolment.person_id == person.pk


def can_name_manager(person: Person, enrolment: Enrolment) -> bool:
    """The trainee, the home park, and whoever runs the programme."""
    return (
        (person is not None and enrolment.person_id == person.pk)
        or policies.can_nominate(person, enrolment.park)
        or can_release(person, enrolment.cohort)
    )


def can_answer_drift(person: Person, programme: Programme) -> bool:
    return policies.leads(person, programme) or policies.oversees(person)
