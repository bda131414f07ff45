"""Who may do what about places in cohorts. Pure questions, beside those of the programme (`policies`)."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, organisations_with

from . import policies
from .models import Cohort, Enrolment, Programme, ProgrammePartner


def can_approve(person: Person, enrolment: Enrolment, programme: Programme) -> bool:
    """The home park first; then, where the programme asks for it, the lead (E-3)."""
    if enrolment.home_approved_at is None:
        return policies.can_nominate(person, enrolment.park)
    return policies.can_approve_as_host(person, programme)


def is_own(person: Person, enrolment: Enrolment) -> bool:
    return person is not None and person.is_authenticated and enrolment.person_id == person.pk


def can_withdraw(person: Person, enrolment: Enrolment) -> bool:
    """The trainee; or the home park, which takes back whom it sent."""
    return is_own(person, enrolment) or policies.can_nominate(person, enrolment.park)


def can_remove(person: Person, programme: Programme) -> bool:
    return policies.leads(person, programme) or policies.oversees(person)


def can_change_seats(person: Person, programme: Programme) -> bool:
    return policies.can_plan_cohorts(person, programme)


def can_release(person: Person, programme: Programme) -> bool:
    """By the lead, before the day that was set (E-8)."""
    return policies.leads(person, programme)


def can_finish(person: Person, programme: Programme) -> bool:
    return policies.can_plan_cohorts(person, programme)


def cohorts_seen_by(person: Person) -> QuerySet[Cohort]:
    """The cohorts whose people this person sees as a partner of the programme, or at the training desk."""
    if policies.oversees(person):
        return Cohort.objects.all()
    mine = {
        organisation.pk
        for permission in (Permission.RUN_TRAINING, Permission.TEACH, Permission.AWARD)
        for organisation in organisations_with(person, permission)
        if organisation.kind != Organisation.Kind.SECRETARIAT
    }
    if not mine:
        return Cohort.objects.none()
    partners = ProgrammePartner.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=timezone.localdate()), organisation__in=mine, declined_at=None
    )
    return Cohort.objects.filter(version__curriculum__programme__in=partners.values("programme"))


def sees_any_people(person: Person) -> bool:
    """For menus, without asking the database again."""
    return (
        policies.oversees(person)
        or policies.runs_any(person)
        or policies.teaches_any(person)
        or policies.awards_any(person)
    )
