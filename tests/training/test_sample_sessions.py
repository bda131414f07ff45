"""The sample cohort that meets today is made by the services, and once."""

import pytest

from alliance import sample as people
from alliance.founding import found_alliance
from parks import reference as parks
from training import reference, sample
from training.models import CurriculumVersion, Enrolment, Session
from training.sample.sessions import make_sample_sessions

pytestmark = pytest.mark.django_db


def test_a_session_can_be_opened_at_once_and_one_is_cancelled(settings):
    settings.DEMO = True
    found_alliance()
    parks.load()
    reference.load()
    people.make_people()
    sample.make()
    version = CurriculumVersion.objects.get(state="published")

    cohort = make_sample_sessions(version)
    again = make_sample_sessions(version)

    assert cohort == again
    assert Enrolment.objects.on_roster().filter(cohort=cohort).count() == 1
    assert Session.objects.filter(cohort=cohort).count() == 12
    assert Session.objects.filter(cohort=cohort, state="cancelled").count() == 1


def test_it_is_never_made_outside_the_embedded_run(settings):
    settings.DEMO = False

    with pytest.raises(RuntimeError):
        make_sample_sessions(CurriculumVersion())
