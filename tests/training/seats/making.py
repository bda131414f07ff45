"""A cohort and people around it, moved by the services alone."""

from datetime import timedelta

from django.utils import timezone

from alliance.accounts.models import User
from parks.models import Park
from tests.factories import make_duty, make_organisation, make_park, make_user
from tests.training.factories import make_cohort, make_programme, make_version
from training import seats
from training.models import Cohort, Enrolment


def make_sending_park(**fields) -> Park:
    """A park whose manager answers for trainees."""
    return make_park(managers=[make_user()], **fields)


def manager_of(park: Park) -> User:
    return park.organisation.duties.get(role_code="park_manager").person


def make_lead() -> User:
    """Who runs training at an academy that leads programmes."""
    return make_duty(make_user(), make_organisation("school"), "training_manager").person


def make_open_cohort(lead: User | None = None, *, quotas=None, shared=0, asks_host=False, **fields) -> Cohort:
    """Enrols now; led by the organisation of `lead`."""
    lead = lead or make_lead()
    organisation = lead.duties.get().organisation
    programme = make_programme(organisation, asks_host_approval=asks_host)
    return make_cohort(make_version(programme), quotas=quotas, shared=shared, **fields)


def lead_of(cohort: Cohort) -> User:
    lead = cohort.version.curriculum.programme.partners.get(role="lead")
    return lead.organisation.duties.get(role_code="training_manager").person


def ask(cohort: Cohort, park: Park, person: User | None = None, **more) -> Enrolment:
    """Somebody asks for a place."""
    return seats.apply(cohort, park, learner="employed", by=person or make_user(), **more)


def wait(cohort: Cohort, park: Park, person: User | None = None) -> Enrolment:
    """Somebody asks, and their park approves: waiting, or with an offer."""
    return seats.approve(ask(cohort, park, person), by=manager_of(park))


def hold(cohort: Cohort, park: Park, person: User | None = None) -> Enrolment:
    """Somebody accepts an offer."""
    row = wait(cohort, park, person)
    return seats.accept(row, by=row.person)


def states(cohort: Cohort) -> str:
    """The rows by queue number, as first letters: s(ubmitted), w(aitlisted), o(ffered), e(nrolled), …"""
    return "".join(
        {"withdrawn": "x", "removed": "r", "rejected": "n"}.get(state, state[0])
        for state in cohort.enrolments.order_by("queue_no").values_list("state", flat=True)
    )


def later(**span) -> timezone.datetime:
    return timezone.now() + timedelta(**span)
