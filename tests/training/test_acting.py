"""Every log row says for whom somebody acted (training spec, 3; A6)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from alliance.core import audit
from alliance.core.models import AuditEvent
from tests.factories import make_duty, make_organisation, make_user
from tests.training.assessing import School
from tests.training.watching import ROOT
from training import acting
from training.services import programmes

# Steps that people take in their own affairs, and those that a link without a person or the clock takes.
FOR_NOBODY_ELSE = {
    "calendar_feed.given",
    "calendar_feed.stopped",
    "certificate.consent",
    "certificate.wishes",
    "drift.asked",
    "nomination.claimed",
    "placement-day.entered",
    "placement-day.removed",
    "placement.link_used",
    "recognition.asked",
    "revocation.heard",
}


def silent_steps(path: Path) -> Iterator[str]:
    """Events and moves of a person that a file writes without saying for whom."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in {"audit.record", "workflow.apply"}:
            continue
        said = {word.arg: word.value for word in node.keywords}
        by_clock = "by" in said and isinstance(said["by"], ast.Constant) and said["by"].value is None
        if "on_behalf_of" not in said and not by_clock:
            verb = node.args[0 if ast.unparse(node.func) == "audit.record" else 2]
            yield verb.value if isinstance(verb, ast.Constant) else f"{path.name}:{node.lineno}"


def test_no_step_is_written_without_saying_for_whom():
    found = {verb for path in (ROOT / "training").rglob("*.py") for verb in silent_steps(path)}

    assert found == FOR_NOBODY_ELSE


@pytest.mark.django_db
class TestWatch:
    """What watches all tests of training sees what it is there for."""

    def test_a_silent_step_of_a_partner_fails(self, monkeypatch):
        school = School()
        monkeypatch.setattr(acting, "acting_for", lambda *_all: None)

        with pytest.raises(AssertionError, match="does not say for whom"):
            programmes.move_programme(school.programme, "suspend", by=school.manager, reason="样例")

    def test_in_their_own_affairs_nobody_acts_for_an_organisation(self):
        school = School()
        manager = make_duty(make_user(), make_organisation("school"), "training_manager").person
        enrolment = school.trainee(person=manager)

        assert acting.acting_for(manager, enrolment) is None
        with audit.transaction.atomic():
            assert audit.record("enrolment.sample", enrolment, by=manager).on_behalf_of == ""


@pytest.mark.django_db
class TestActingFor:
    def test_a_step_names_the_partner(self):
        school = School()

        programmes.move_programme(school.programme, "suspend", by=school.manager, reason="样例")

        event = AuditEvent.objects.get(verb="programme.suspend")
        assert event.on_behalf_of == str(school.organisation.pk)

    def test_who_has_duties_at_several_partners_acts_for_the_lead_unless_the_step_is_another_role_s(self):
        school = School()
        person = make_duty(school.host, school.organisation, "training_manager").person

        assert acting.acting_for(person, school.cohort) == school.organisation
        assert acting.acting_for(person, school.cohort, "placement_host") == school.park.organisation

    def test_the_training_desk_acts_for_the_secretariat(self):
        school = School()
        secretariat = make_organisation("secretariat")
        desk = make_duty(make_user(), secretariat, "training_desk").person

        assert acting.acting_for(desk, school.version) == secretariat
        assert acting.for_desk(desk) == secretariat
        assert acting.for_desk(school.manager) is None

    @pytest.mark.parametrize("person", [None, AnonymousUser()])
    def test_the_clock_and_strangers_act_for_nobody(self, person):
        assert acting.acting_for(person, School().cohort) is None
