"""Joint programmes and their partners (P-1 to P-3)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications.models import Notice, Task
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user
from tests.training.factories import make_cohort, make_field, make_partner, make_programme, make_version
from training.models import Cohort, Programme, ProgrammePartner
from training.services import programmes as services

pytestmark = pytest.mark.django_db
State = Programme.State


@pytest.fixture
def lead():
    return make_duty(make_user("Lead"), make_park().organisation, "park_manager").person


@pytest.fixture
def desk():
    return make_officer("training_desk")


@pytest.fixture
def draft(lead):
    organisation = lead.duties.get().organisation
    return services.start_programme(
        organisation,
        by=lead,
        title_zh="样例动漫人才",
        title_en="Sample animators",
        summary_zh="样例",
        field=make_field(),
    )


def asked(programme, role, lead):
    """A school that was asked, and whoever answers for it."""
    school = make_organisation("school")
    answers = make_duty(make_user(), school, "training_manager").person
    return services.ask_partner(programme, school, role, by=lead), answers


class TestPartners:
    def test_the_lead_has_accepted_by_beginning(self, draft, lead):
        partner = draft.partners.get()

        assert (partner.role, partner.accepted_by) == ("lead", lead)
        assert AuditEvent.objects.filter(verb="programme.started", object_id=str(draft.pk)).count() == 1

    def test_p1_a_programme_has_exactly_one_lead(self, draft):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_partner(draft, make_organisation("school"), "lead")

    def test_p1_each_partner_accepts_for_itself(self, draft, lead):
        partner, answers = asked(draft, "awarding", lead)

        with pytest.raises(PermissionDenied):
            services.accept_partnership(partner, by=lead)
        services.accept_partnership(partner, by=answers)
        services.accept_partnership(partner, by=answers)

        partner.refresh_from_db()
        assert partner.accepted_by == answers
        assert AuditEvent.objects.filter(verb="programme_partner.accepted").count() == 1

    def test_asking_waits_at_the_organisation_and_answering_ends_it(self, draft, lead):
        partner, answers = asked(draft, "teaching", lead)

        assert Task.objects.open().filter(kind="training.answer_as_partner", organisation=partner.organisation).exists()
        assert Notice.objects.filter(recipient=answers, event__kind="training.partner_asked").count() == 1
        services.decline_partnership(partner, by=answers, reason="本年度已满")

        assert not Task.objects.open().filter(kind="training.answer_as_partner").exists()
        assert Notice.objects.filter(recipient=lead, event__kind="training.partner_answered").count() == 1

    def test_who_declined_can_be_asked_again(self, draft, lead):
        partner, answers = asked(draft, "teaching", lead)
        services.decline_partnership(partner, by=answers)

        again = services.ask_partner(draft, partner.organisation, "teaching", by=lead)
        services.accept_partnership(again, by=answers)

        with pytest.raises(RuleBroken):
            services.accept_partnership(partner, by=answers)
        assert draft.partners.accepted().filter(role="teaching").count() == 1

    def test_the_same_role_twice_is_refused(self, draft, lead):
        partner, _answers = asked(draft, "teaching", lead)

        with pytest.raises(RuleBroken, match="已担任"):
            services.ask_partner(draft, partner.organisation, "teaching", by=lead)

    def test_the_council_is_no_partner(self, draft, lead):
        with pytest.raises(RuleBroken):
            services.ask_partner(draft, make_organisation("council"), "sponsor", by=lead)

    def test_the_last_awarding_partner_of_a_public_programme_stays(self, lead):
        programme = make_programme(lead.duties.get().organisation)

        with pytest.raises(RuleBroken):
            services.end_partnership(programme.partners.get(role="awarding"), by=lead)
        with pytest.raises(RuleBroken):
            services.end_partnership(programme.partners.get(role="lead"), by=lead)

    def test_x14_only_the_desk_records_a_registration(self, lead, desk):
        partner = make_programme(lead.duties.get().organisation).partners.get(role="awarding")

        with pytest.raises(PermissionDenied):
            services.record_registration(partner, "样例第1号", by=lead)
        services.record_registration(partner, "样例第1号", by=desk)

        partner.refresh_from_db()
        assert partner.state_registration == "样例第1号"


class TestLifecycle:
    def test_p1_approval_waits_for_every_partner(self, draft, lead, desk):
        services.ask_partner(draft, lead.duties.get().organisation, "teaching", by=lead)
        with pytest.raises(RuleBroken, match=r"Awarding|发证"):
            services.move_programme(draft, "submit", by=lead)
        partner, answers = asked(draft, "awarding", lead)
        services.move_programme(draft, "submit", by=lead)

        with pytest.raises(RuleBroken):
            services.move_programme(draft, "approve", by=desk)
        services.accept_partnership(partner, by=answers)
        services.move_programme(draft, "approve", by=desk)

        draft.refresh_from_db()
        assert (draft.state, draft.approved_at is not None) == (State.APPROVED, True)
        assert not Task.objects.open().filter(kind="training.approve_programme").exists()

    def test_p2_running_needs_a_published_version(self, lead):
        programme = make_programme(lead.duties.get().organisation, state=State.APPROVED)
        version = make_version(programme, state="draft")

        with pytest.raises(RuleBroken):
            services.move_programme(programme, "start", by=lead)
        version.delete()
        make_version(programme)
        services.move_programme(programme, "start", by=lead)

        programme.refresh_from_db()
        assert programme.state == State.RUNNING

    def test_p3_closing_waits_for_cohorts_that_have_not_begun(self, lead):
        programme = make_programme(lead.duties.get().organisation)
        cohort = make_cohort(make_version(programme))

        with pytest.raises(RuleBroken, match=cohort.code):
            services.move_programme(programme, "close", by=lead)
        Cohort.objects.filter(pk=cohort.pk).update(state="running")
        services.move_programme(programme, "close", by=lead)
        with pytest.raises(RuleBroken, match=cohort.code):
            services.move_programme(programme, "archive", by=lead)
        Cohort.objects.filter(pk=cohort.pk).update(state="archived")
        services.move_programme(programme, "archive", by=lead)

    def test_every_other_edge_is_refused(self, lead, desk):
        programme = make_programme(lead.duties.get().organisation)

        for verb in ("submit", "approve", "start", "resume", "archive"):
            with pytest.raises((MoveRefused, PermissionDenied)):
                services.move_programme(programme, verb, by=lead)
        with pytest.raises(RuleBroken):
            services.move_programme(programme, "suspend", by=desk)  # without a reason
        services.move_programme(programme, "suspend", by=desk, reason="安全检查")
        programme.refresh_from_db()
        assert (programme.state, programme.state_reason) == (State.SUSPENDED, "安全检查")

    def test_strangers_move_nothing(self, draft):
        stranger = make_duty(make_user(), make_park().organisation, "park_manager").person

        for verb in ("submit", "reject"):
            with pytest.raises(PermissionDenied):
                services.move_programme(draft, verb, by=stranger, reason="x")


class TestPages:
    def test_a_partner_found_by_a_part_of_its_name_is_asked(self, client, draft, lead):
        make_organisation("school", name_zh="样例动漫学院")
        make_organisation("school", name_zh="样例动漫职业学校")
        client.force_login(lead)
        url = reverse("training:partner_add", args=[draft.slug])

        several = client.post(url, {"organisation": "样例动漫", "role": "awarding"})
        unknown = client.post(url, {"organisation": "没有这家", "role": "awarding"})
        exact = client.post(url, {"organisation": "样例动漫学院", "role": "awarding"})

        assert several.status_code == 422
        assert "样例动漫职业学校" in several.content.decode()
        assert 'value="没有这家"' in unknown.content.decode()
        assert exact.status_code == 302
        assert ProgrammePartner.objects.get(role="awarding").organisation.name_zh == "样例动漫学院"

    def test_a_draft_is_nobody_elses(self, client, draft):
        client.force_login(make_duty(make_user(), make_park().organisation, "park_manager").person)

        assert client.get(reverse("training:desk_programme", args=[draft.slug])).status_code == 404
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert draft.title_zh not in client.get(reverse("training:programme_list")).content.decode()

    @pytest.mark.parametrize("rows", [1, 10])
    def test_the_list_costs_the_same_at_any_length(self, client, rows, django_assert_max_num_queries):
        for _number in range(rows):
            make_cohort(make_version(make_programme()))

        with django_assert_max_num_queries(12):
            page = client.get(reverse("training:programme_list"))

        assert page.status_code == 200
