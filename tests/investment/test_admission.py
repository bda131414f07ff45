"""J-1: admission by nine criteria, each with evidence; the letter keeps what was decided. And the moves around it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from alliance.accounts.models import User
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.models import Notice, Task
from investment.models import AdmissionLetter, Criterion, Project, ProjectStep
from investment.services import admission, projects
from tests.factories import make_duty
from tests.investment.factories import check_all, make_project, make_promoters

pytestmark = pytest.mark.django_db


class TestJ1Criteria:
    @pytest.mark.parametrize("criterion", Criterion.values)
    def test_one_criterion_that_is_not_met_hinders_admission(self, criterion: str):
        promoters = make_project("in_review")
        check_all(promoters, **{criterion: False})

        with pytest.raises(RuleBroken, match=str(Criterion(criterion).label)):
            projects.move_project(promoters.project, "admit", by=promoters.officer)
        assert promoters.fresh().state == "in_review"

    def test_one_criterion_that_nobody_checked_hinders_it_too(self):
        promoters = make_project("in_review")
        check_all(promoters)
        promoters.project.version.admission_checks.filter(criterion="lawful").delete()

        with pytest.raises(RuleBroken):
            projects.move_project(promoters.project, "admit", by=promoters.officer)

    @pytest.mark.parametrize("evidence", ["", "   "])
    def test_nothing_is_noted_without_evidence(self, evidence: str):
        promoters = make_project("in_review")

        with pytest.raises(RuleBroken):
            admission.check_criterion(promoters.project, "size", is_met=True, evidence=evidence, by=promoters.officer)

    def test_nobody_checks_a_project_of_their_own_park(self):
        promoters = make_project("in_review")
        make_duty(promoters.officer, promoters.parks[0].organisation, "project_manager")
        officer = User.objects.get(pk=promoters.officer.pk)

        with pytest.raises(PermissionDenied):
            admission.check_criterion(promoters.project, "size", is_met=True, evidence="Sample", by=officer)

    def test_criteria_belong_to_the_version(self):
        """After a return the next version is checked anew."""
        promoters = make_project("in_review")
        check_all(promoters)
        first = promoters.project.version
        projects.move_project(promoters.project, "return", by=promoters.officer, reason="Say more")
        projects.move_project(promoters.project, "revise", by=promoters.lead)

        assert first.admission_checks.count() == len(Criterion)
        assert promoters.fresh().state == "draft"


class TestLetter:
    def test_says_what_was_decided_and_never_changes(self):
        promoters = make_project("in_review")
        check_all(promoters, size=False)
        projects.move_project(promoters.project, "reject", by=promoters.officer, reason="Too small")

        letter = AdmissionLetter.objects.get(project=promoters.project)
        assert (letter.outcome, letter.reason) == ("rejected", "Too small")
        assert [check["is_met"] for check in letter.checks].count(False) == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            AdmissionLetter.objects.filter(pk=letter.pk).update(reason="")

    def test_numbers_follow_one_another(self):
        for _project in range(2):
            make_project("admitted")

        numbers = sorted(AdmissionLetter.objects.values_list("number", flat=True))
        year = timezone.localdate().year
        assert numbers == [f"ADM-{year}-00001", f"ADM-{year}-00002"]


class TestMoves:
    def test_j2_nothing_is_handed_in_unsigned(self):
        promoters = make_promoters()

        with pytest.raises(RuleBroken):
            projects.move_project(promoters.project, "submit", by=promoters.lead)

    def test_handing_in_waits_at_the_desk_and_the_decision_ends_that(self):
        promoters = make_project("submitted")
        assert Task.objects.open().filter(kind="investment.admit_project").count() == 1
        projects.move_project(promoters.project, "take", by=promoters.officer)
        check_all(promoters)
        projects.move_project(promoters.project, "admit", by=promoters.officer)

        assert not Task.objects.open().filter(kind="investment.admit_project").exists()
        assert Notice.objects.filter(event__kind="investment.project_moved", recipient=promoters.managers[1]).exists()

    def test_only_the_lead_moves_it_on(self):
        promoters = make_project("published")

        with pytest.raises(PermissionDenied):
            projects.move_project(promoters.project, "talk", by=promoters.managers[1])

    def test_j4_a_building_needs_its_code_before_work_begins(self):
        promoters = make_project("financing_agreed", kind="construction")

        with pytest.raises(RuleBroken):
            projects.move_project(promoters.project, "build", by=promoters.lead)
        projects.enter_code(promoters.project, "2026-330200-87-01-123456", by=promoters.lead)
        projects.move_project(promoters.project, "build", by=promoters.lead)
        assert promoters.fresh().state == "implementation"

    def test_j4_a_wrong_code_is_refused_by_the_database(self):
        promoters = make_project("published")

        with pytest.raises(DatabaseError), transaction.atomic():
            projects.enter_code(promoters.project, "2026-3302-87-01-123456", by=promoters.lead)

    @pytest.mark.parametrize("state", ["financing_agreed", "implementation", "completed"])
    def test_nothing_is_withdrawn_once_financing_is_agreed(self, state: str):
        promoters = make_project(state)

        with pytest.raises(MoveRefused):
            projects.move_project(promoters.project, "withdraw", by=promoters.lead, reason="No")

    def test_every_step_is_kept_for_the_pipeline(self):
        promoters = make_project("in_dialogue")

        steps = list(ProjectStep.objects.filter(project=promoters.project).values_list("from_state", "to_state"))
        assert steps == [
            ("", "draft"),
            ("draft", "submitted"),
            ("submitted", "in_review"),
            ("in_review", "admitted"),
            ("admitted", "published"),
            ("published", "in_dialogue"),
        ]

    def test_j3_what_a_committee_has_before_it_is_nobodys_business(self):
        project = make_project("ic_review").project

        assert project.public_state == "due_diligence"
        assert project.get_public_state_display() == Project.State.DUE_DILIGENCE.label

    def test_the_clock_alone_lets_a_project_expire(self):
        promoters = make_project("published")
        Project.objects.filter(pk=promoters.project.pk).update(news_at=timezone.now() - timedelta(days=181))

        with pytest.raises(PermissionDenied):
            projects.move_project(promoters.project, "expire", by=promoters.lead)
        projects.move_project(promoters.project, "expire", by=None)
        assert promoters.fresh().state == "expired"
