"""X-1 after the end of a cohort: who reaches what was missing later, by an appeal or another attempt."""

import pytest
from django.urls import reverse

from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from training.certificates import dossiers, issuing
from training.models import Cohort, Dossier, Enrolment, EnrolmentLog
from training.services import cohorts


@pytest.fixture
def late(school, facts) -> Enrolment:
    """The cohort is completed, and this one was missing a few points."""
    trainee = school.trainee(state="active")
    facts.mark = 5_900
    cohorts.move(school.cohort, "complete", by=school.teacher)
    school.cohort.refresh_from_db()
    trainee.refresh_from_db()
    assert (school.cohort.state, trainee.state) == ("completed", "not_completed")
    return trainee


def listed(client, school, person) -> tuple[int, list[tuple[int, bool]], int]:
    """How many the desk counts, whom the page of the cohort lists with "all met", and how many its filter counts."""
    client.force_login(person)
    desk = client.get(reverse("training:certificates"))
    page = client.get(reverse("training:certificates_cohort", args=[school.cohort.code]))
    return (
        next(cohort.trainees for cohort in desk.context["page"] if cohort.pk == school.cohort.pk),
        [(row["enrolment"].pk, row["is_eligible"]) for row in page.context["rows"]],
        page.context["filters"][0][2],
    )


class TestReachedLater:
    def test_a_mark_changed_after_completion_leads_to_the_certificate_and_completes(self, school, facts, late, client):
        assert listed(client, school, school.teacher) == (1, [(late.pk, False)], 1)
        with pytest.raises(RuleBroken, match="Total"):
            dossiers.prepare(late, by=school.teacher)

        facts.mark = 6_100
        assert listed(client, school, school.teacher) == (1, [(late.pk, True)], 1)
        client.post(
            reverse("training:certificates_act", args=[school.cohort.code]), {"verb": "prepare", "enrolment": [late.pk]}
        )
        dossier = Dossier.objects.get(enrolment=late)
        dossiers.approve([dossier], by=school.officer)
        late.refresh_from_db()
        assert late.state == "not_completed"
        certificate = issuing.issue(dossier, by=school.officer)

        late.refresh_from_db()
        assert (late.state, late.pool, late.reason) == ("completed", "shared", "")
        assert certificate.enrolment == late
        step = EnrolmentLog.objects.filter(enrolment=late).last()
        assert (step.from_state, step.to_state, step.cause, step.actor) == (
            "not_completed", "completed", "certified", school.officer,
        )  # fmt: skip
        assert step.organisation == school.officer.duties.get().organisation
        recorded = AuditEvent.objects.get(verb="enrolment.certified")
        assert (recorded.payload["from"], recorded.payload["to"]) == ("not_completed", "completed")

    def test_who_had_completed_or_still_learns_stays_as_they_are(self, school):
        for state in ("active", "completed"):
            trainee = school.trainee(state=state)
            school.certificate(trainee)

            trainee.refresh_from_db()
            assert trainee.state == state
        assert not EnrolmentLog.objects.filter(cause="certified").exists()

    def test_a_failure_after_the_step_takes_it_back(self, school, facts, late, monkeypatch):
        facts.mark = 6_100
        dossier = school.approved(late)

        def fail(*args, **kwargs):
            raise RuntimeError("no")

        monkeypatch.setattr("training.certificates.notices.tell_issued", fail)
        with pytest.raises(RuntimeError):
            issuing.issue(dossier, by=school.officer)

        late.refresh_from_db()
        assert late.state == "not_completed"
        assert not EnrolmentLog.objects.filter(cause="certified").exists()

    def test_nobody_completes_a_cohort_that_was_broken_off(self, school, facts, late, client):
        facts.mark = 6_100
        Cohort.objects.filter(pk=school.cohort.pk).update(state="aborted")
        late.refresh_from_db()

        assert listed(client, school, school.teacher) == (0, [], 0)
        with pytest.raises(RuleBroken):
            dossiers.prepare(Enrolment.objects.get(pk=late.pk), by=school.teacher)
