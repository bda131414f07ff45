"""The sample programmes: every state, made through the services, once, and only in the embedded run."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from alliance import sample as people
from alliance.accounts.models import User
from alliance.core import workflow
from alliance.core.models import AuditEvent
from alliance.founding import found_alliance
from parks import reference as parks
from tests.training.certificates.rows import keep_keys_in, sign_something
from tests.training.watching import must_say
from training import invariants, reference, sample
from training.models import (
    Certificate,
    Cohort,
    CurriculumVersion,
    Dossier,
    Enrolment,
    Programme,
    RevocationCase,
    Session,
)
from training.sample.sessions import make_sample_sessions

pytestmark = pytest.mark.django_db
LIFECYCLES = [flow for flow in workflow.registry.values() if flow.model._meta.app_label == "training"]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once for all that look at it, and taken back."""
    keys = tmp_path_factory.mktemp("keys")
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        keep_keys_in(settings, keys)
        sign_something()
        found_alliance()
        parks.load()
        reference.load()
        people.make_people()
        sample.make()
        yield
        transaction.set_rollback(True)


def states_of(model) -> set[str]:
    return set(model.objects.values_list("state", flat=True))


def test_every_state_is_there_and_a_second_run_adds_nothing(made):
    models = (Programme, Cohort, Enrolment, Session, Dossier, Certificate, RevocationCase)
    before = [model.objects.count() for model in models]

    sample.make()

    assert [model.objects.count() for model in models] == before
    assert states_of(Programme) == set(Programme.State)
    assert states_of(Cohort) == set(Cohort.State)
    assert states_of(Enrolment) == set(Enrolment.State)
    assert states_of(Dossier) >= {"dossier", "approved", "issued", "returned"}
    assert Programme.objects.filter(is_sample=False).count() == 0


@pytest.mark.parametrize("flow", LIFECYCLES, ids=[flow.code for flow in LIFECYCLES])
def test_every_state_of_every_lifecycle_is_shown(made, flow):
    shown = set(flow.model._default_manager.values_list(flow.field, flat=True))

    assert sorted(set(flow.states()) - shown) == []


def test_the_samples_say_for_whom_their_people_act(made):
    """Sample people are made by nobody; every other step of training is a person's of a partner, or their own."""
    for event in AuditEvent.objects.filter(object_type__startswith="training.", on_behalf_of="").exclude(actor=""):
        subject = apps.get_model(event.object_type).objects.get(pk=event.object_id)
        assert not must_say(event.verb, subject, User.objects.get(pk=event.actor)), event.verb


def test_certificates_are_valid_revoked_renewed_and_corrected(made):
    trainee = Certificate.objects.get(person__email=people.address("trainee"))

    assert trainee.revoked_at is None
    assert Certificate.objects.filter(revoked_category="misconduct").count() == 1
    assert Certificate.objects.filter(revoked_category="replaced", replaced_by__isnull=False).count() == 1
    assert Certificate.objects.filter(superseded_at__isnull=False, renewals__isnull=False).count() == 1
    assert RevocationCase.objects.filter(state="open").count() == 1


def test_sample_seats_break_no_rule(made):
    assert list(invariants.broken()) == []


def test_a_session_can_be_opened_at_once_and_one_is_cancelled(made):
    version = CurriculumVersion.objects.get(curriculum__code="ANI-201", state="published")

    cohort = make_sample_sessions(version)

    assert Enrolment.objects.on_roster().filter(cohort=cohort).count() == 1
    assert Session.objects.filter(cohort=cohort).count() == 12
    assert Session.objects.filter(cohort=cohort, state="cancelled").count() == 1


def test_it_is_never_made_outside_the_embedded_run(settings):
    settings.DEMO = False

    with pytest.raises(RuntimeError):
        make_sample_sessions(CurriculumVersion())
    with pytest.raises(RuntimeError):
        sample.make()
