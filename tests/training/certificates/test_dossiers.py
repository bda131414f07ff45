"""X-1 to X-3: what a dossier needs, what it freezes, and the second person."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.accounts.models import User
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications.models import Task
from tests.factories import make_user
from training import requirements
from training.certificates import dossiers, issuing, trust
from training.models import Dossier, Enrolment, IdentityCheck, IntegrityCase, ProgrammePartner

State = Dossier.State


class TestX1Eligible:
    def test_every_requirement_is_named_with_its_value(self, school):
        found = requirements.of_one(school.trainee())

        assert [requirement.code for requirement in found] == [
            "attendance", "unit:U1", "unit:U2", "total", "placement", "appeals", "identity", "integrity",
        ]  # fmt: skip
        assert requirements.is_eligible(found)

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"rate": 7_999}, "Attendance"),
            ({"mark": 5_900}, "Total"),
            ({"units": {"U1": 5_999}}, "Unit U1"),
            ({"appeals": 1}, "No open appeal"),
        ],
    )
    def test_whoever_lacks_one_is_refused_and_told_which(self, school, facts, change, named):
        trainee = school.trainee()
        vars(facts).update(change)

        with pytest.raises(RuleBroken, match=named):
            dossiers.prepare(trainee, by=school.teacher)

        assert not Dossier.objects.exclude(state=State.ELIGIBLE).exists()

    @pytest.mark.parametrize("state", Enrolment.State)
    def test_only_who_learns_here_or_has_finished_gets_one(self, school, client, state):
        """Whoever left may have reached everything before; by the service and by both pages."""
        may = state in {"active", "completed", "not_completed"}
        first, second, third = (school.trainee(state=state) for _ in range(3))
        client.force_login(school.teacher)

        if may:
            assert dossiers.prepare(first, by=school.teacher).state == State.DOSSIER
        else:
            with pytest.raises(RuleBroken, match=re.escape(str(state.label))):
                dossiers.prepare(first, by=school.teacher)
        client.post(
            reverse("training:certificates_act", args=[school.cohort.code]),
            {"verb": "prepare", "enrolment": [second.pk]},
        )
        shown = client.get(reverse("training:certificate_trainee", args=[third.pk])).content.decode()
        address = reverse("training:certificate_trainee_act", args=[third.pk, "prepare"])
        client.post(address)

        assert Dossier.objects.filter(state=State.DOSSIER).count() == (3 if may else 0)
        assert Dossier.objects.count() == (3 if may else 0)
        assert (address in shown) == may

    def test_whoever_leaves_after_the_dossier_does_not_get_it_issued(self, school):
        waiting, approved = school.prepared(), school.approved()
        for dossier in (waiting, approved):
            Enrolment.objects.filter(pk=dossier.enrolment_id).update(state="removed", pool="")

        with pytest.raises(dossiers.Changed):
            issuing.issue(approved, by=school.officer)
        assert dossiers.lapse_changed() == 1

        assert set(Dossier.objects.values_list("state", flat=True)) == {State.ELIGIBLE}

    def test_an_unchecked_identity_keeps_the_certificate_away(self, school):
        trainee = school.trainee(checked=False)

        with pytest.raises(RuleBroken):
            dossiers.prepare(trainee, by=school.teacher)
        trust.check_identity(trainee, "in_person", by=school.teacher)

        assert dossiers.prepare(trainee, by=school.teacher).state == State.DOSSIER

    def test_so_does_a_case_about_the_work_until_somebody_else_clears_it(self, school):
        trainee = school.trainee()
        case = trust.open_case(trainee, "两份作品相同", by=school.teacher)
        with pytest.raises(RuleBroken):
            dossiers.prepare(trainee, by=school.teacher)

        with pytest.raises(RuleBroken, match=r"\w"):
            trust.close_case(case, "cleared", "看过了", by=school.teacher)
        IntegrityCase.objects.filter(pk=case.pk).update(opened_by=make_user())
        trust.close_case(case, "cleared", "两份作品不同", by=school.teacher)

        assert dossiers.prepare(trainee, by=school.teacher).state == State.DOSSIER

    def test_an_upheld_case_stays_in_the_way(self, school):
        trainee = school.trainee()
        case = trust.open_case(trainee, "两份作品相同", by=school.teacher)
        IntegrityCase.objects.filter(pk=case.pk).update(opened_by=make_user())
        trust.close_case(case, "upheld", "确为同一作品", by=school.teacher)

        with pytest.raises(RuleBroken):
            dossiers.prepare(trainee, by=school.teacher)

    def test_nobody_checks_their_own_identity_and_nobody_outside_the_school_does(self, school):
        own = school.trainee(checked=False, person=school.teacher)

        with pytest.raises(RuleBroken):
            trust.check_identity(own, "in_person", by=school.teacher)
        with pytest.raises(PermissionDenied):
            trust.check_identity(own, "in_person", by=school.officer)
        assert not IdentityCheck.objects.exists()

    def test_without_any_requirement_nobody_is_eligible(self, school, monkeypatch):
        monkeypatch.setattr(requirements, "_parts", {})

        with pytest.raises(RuleBroken):
            dossiers.prepare(school.trainee(), by=school.teacher)


class TestX2Frozen:
    def test_content_is_canonical_and_holds_values_and_evidence(self, school):
        dossier = school.prepared()
        content = json.loads(dossier.content)

        assert dossier.content == json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        attendance = content["requirements"][0]
        assert attendance == {
            "code": "attendance", "met": True, "facts": {"rate": 9120}, "evidence": ["training.Session:1"],
        }  # fmt: skip
        assert dossier.shown[0]["en"] == {"label": "Attendance", "needed": "80 %", "value": "91.2 %"}

    def test_the_same_facts_give_the_same_digest(self, school):
        dossier = school.prepared()
        sent = dossiers.send_back(dossier, by=school.officer, reason="再看一遍")
        again = dossiers.prepare(sent.enrolment, by=school.teacher)

        assert again.pk == dossier.pk
        assert again.content_sha256 == dossier.content_sha256

    def test_t_x4_a_mark_that_changes_after_the_dossier_stops_the_issue(self, school, facts):
        dossier = school.approved()
        facts.mark = 8_500

        with pytest.raises(dossiers.Changed):
            issuing.issue(dossier, by=school.officer)

        dossier.refresh_from_db()
        assert dossier.state == State.ELIGIBLE
        assert dossier.approved_by is None
        assert Task.objects.open().filter(kind="training.revise_dossier").count() == 1

    def test_the_clock_puts_it_back_too(self, school, facts):
        waiting, other = school.prepared(), school.approved()
        assert dossiers.lapse_changed() == 0

        facts.rate = 8_800

        assert dossiers.lapse_changed() == 2
        assert set(Dossier.objects.filter(pk__in=[waiting.pk, other.pk]).values_list("state", flat=True)) == {
            State.ELIGIBLE
        }

    def test_a_changed_name_counts_as_well(self, school):
        dossier = school.approved()
        person = dossier.enrolment.person
        person.name = "李炜"
        person.save()

        with pytest.raises(dossiers.Changed):
            issuing.issue(dossier, by=school.officer)

    def test_the_database_refuses_to_change_what_is_frozen(self, school):
        dossier = school.prepared()

        with pytest.raises(DatabaseError, match="X-2"), transaction.atomic():
            Dossier.objects.filter(pk=dossier.pk).update(content="{}")

    def test_it_looks_at_many_with_the_same_number_of_queries(self, school, django_assert_num_queries):
        for _ in range(3):
            school.prepared()
        many = list(dossiers.loaded())
        with django_assert_num_queries(2):
            dossiers.of_many(many[:1])
        with django_assert_num_queries(2):
            dossiers.of_many(many)


class TestX3TwoPersons:
    def test_the_teaching_side_prepares_and_the_awarding_side_approves(self, school):
        dossier = school.approved()

        assert (dossier.prepared_by, dossier.approved_by) == (school.teacher, school.officer)
        verbs = list(
            AuditEvent.objects.filter(verb__startswith="dossier.").order_by("seq").values_list("verb", "actor")
        )
        assert verbs == [("dossier.prepare", str(school.teacher.pk)), ("dossier.approve", str(school.officer.pk))]

    def test_t_x5_whoever_prepared_does_not_approve(self, school):
        """Even somebody who may do both."""
        from tests.factories import make_duty

        university = ProgrammePartner.objects.get(role="awarding").organisation
        make_duty(school.teacher, university, "awarding_officer")
        dossier = school.prepared()

        with pytest.raises(PermissionDenied):
            dossiers.approve([dossier], by=school.teacher)

        dossier.refresh_from_db()
        assert dossier.state == State.DOSSIER

    def test_t_x5_the_database_refuses_it_too(self, school):
        dossier = school.approved()

        with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
            Dossier.objects.filter(pk=dossier.pk).update(approved_by=school.teacher)

    @pytest.mark.parametrize("who", ["teacher", "nobody"])
    def test_others_do_not_approve(self, school, who):
        person = make_user() if who == "nobody" else school.teacher

        with pytest.raises(PermissionDenied):
            dossiers.approve([school.prepared()], by=person)

    def test_the_awarding_side_does_not_prepare(self, school):
        with pytest.raises(PermissionDenied):
            dossiers.prepare(school.trainee(), by=school.officer)

    def test_a_batch_is_approved_whole_or_not_at_all(self, school):
        first, second = school.prepared(), school.prepared()
        dossiers.send_back(second, by=school.officer, reason="身份证件过期")

        with pytest.raises(MoveRefused):
            dossiers.approve([first, second], by=school.officer)

        first.refresh_from_db()
        assert first.state == State.DOSSIER

    def test_a_second_click_changes_nothing(self, school):
        dossier = school.approved()

        assert dossiers.approve([dossier], by=school.officer)[0].approved_at == dossier.approved_at
        assert dossiers.prepare(dossier.enrolment, by=school.teacher).state == State.APPROVED

    def test_returning_needs_reasons_which_the_preparer_reads(self, school):
        dossier = school.prepared()
        with pytest.raises(RuleBroken):
            dossiers.send_back(dossier, by=school.officer, reason=" ")

        back = dossiers.send_back(dossier, by=school.officer, reason="身份证件过期")

        assert (back.state, back.reasons) == (State.RETURNED, "身份证件过期")
        assert [task.kind for task in Task.objects.open()] == ["training.revise_dossier"]

    def test_one_task_for_a_cohort_and_it_goes_when_nothing_waits(self, school):
        first, second = school.prepared(), school.prepared()
        assert Task.objects.open().filter(kind="training.approve_dossiers").count() == 1

        dossiers.approve([first], by=school.officer)
        assert Task.objects.open().filter(kind="training.approve_dossiers").count() == 1
        dossiers.approve([second], by=school.officer)

        assert not Task.objects.open().filter(kind="training.approve_dossiers").exists()
        assert Task.objects.open().filter(kind="training.issue_certificates").count() == 1


class TestPagesOfACohort:
    @pytest.mark.parametrize("show", ["", "dossier", "issued"])
    def test_cost_as_many_queries_at_30_as_at_3000(self, school, client, show):
        """The page of its certificates: what is missing for whom, what waits, what was issued."""
        held = [school.certificate(), school.certificate()]
        school.prepared()
        client.force_login(school.officer)
        address = reverse("training:certificates_cohort", args=[school.cohort.code])
        asked = []
        for number in (27, 2_970):
            _more_trainees(held[0].enrolment, number)
            client.get(address, {"show": show})
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, {"show": show}).status_code == 200
            asked.append(len(queries))

        assert school.cohort.enrolments.count() == 3_000
        assert asked[0] == asked[1] <= 40


def _more_trainees(like: Enrolment, number: int) -> None:
    made = User.objects.bulk_create(User(email=f"many{number}-{n}@example.org", name=f"N{n}") for n in range(number))
    Enrolment.objects.bulk_create(
        Enrolment(
            cohort=like.cohort,
            person=person,
            park=like.park,
            state="completed",
            pool=like.pool,
            queue_no=number * 10 + place,
            home_approved_at=like.home_approved_at,
            enrolled_at=like.enrolled_at,
        )
        for place, person in enumerate(made)
    )
