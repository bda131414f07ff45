"""Spec 3.11, expression of interest: R-1, one open interest, clocks both see, what revoking an investor closes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from alliance.accounts.models import Organisation
from alliance.core import workflow
from alliance.core.calendar import add_working_days, working_days_left
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications.models import Notice, Task
from investment import policies_investors, reading
from investment.models import Interest, InterestStep
from investment.services import agreements, interests, investors, projects
from investment.workflows.interests import INTEREST
from tests.factories import make_duty, make_organisation, make_user
from tests.investment.factories import make_project
from tests.investment.investing import agree, make_investor, move_all, send_interest

pytestmark = pytest.mark.django_db
State = Interest.State


@pytest.fixture(autouse=True)
def _secretariat():
    make_organisation("secretariat")


def told(person, kind: str) -> int:
    return Notice.objects.filter(recipient=person, event__kind=f"investment.{kind}").count()


def waits(organisation: Organisation, kind: str) -> bool:
    return Task.objects.open().filter(organisation=organisation, kind=f"investment.{kind}").exists()


def put_agreement(promoters, text: str = "Sample agreement"):
    return agreements.write_agreement(
        promoters.project, text_zh="样例保密协议", text_en=text, valid_days=365, by=promoters.lead
    )


class TestR1Declaration:
    def test_without_a_word_on_shared_owners_nothing_is_sent(self):
        promoters, investing = make_project(), make_investor()
        made = interests.draft_interests(
            investing.investor, [promoters.project], by=investing.signatory, message="Sample"
        )

        with pytest.raises(RuleBroken):
            interests.send_interests(made, by=investing.signatory)
        with pytest.raises(DatabaseError), transaction.atomic():
            Interest.objects.filter(pk=made[0].pk).update(state="sent", sent_at=timezone.now(), due_at=timezone.now())

    def test_a_shared_owner_is_sent_with_its_declaration_alone_and_flagged(self):
        promoters, investing = make_project(), make_investor()
        with pytest.raises(RuleBroken), transaction.atomic():
            send_interest(investing, promoters.project, shares_owner=True)

        found = send_interest(
            investing, promoters.project, shares_owner=True, owner_declaration="Sample owner, 30 per cent"
        )
        assert found.is_flagged
        with pytest.raises(DatabaseError), transaction.atomic():
            Interest.objects.filter(pk=found.pk).update(is_flagged=False)
        assert not send_interest(make_investor(), promoters.project).is_flagged

    def test_who_stands_on_both_sides_declares_it_and_decides_nothing(self):
        promoters, investing = make_project(), make_investor()
        make_duty(investing.signatory, promoters.parks[0].organisation, "project_manager")
        with pytest.raises(RuleBroken), transaction.atomic():
            send_interest(investing, promoters.project)

        found = send_interest(investing, promoters.project, shares_owner=True, owner_declaration="Sample")
        with pytest.raises(PermissionDenied):
            interests.move_interest(found, "acknowledge", by=investing.signatory)


class TestSending:
    def test_one_letter_goes_to_several_projects_or_to_none(self):
        first, second, investing = make_project(), make_project(), make_investor()
        held = make_project()
        projects.move_project(held.project, "hold", by=held.lead, reason="Sample")

        with pytest.raises(RuleBroken):
            interests.draft_interests(
                investing.investor,
                [first.project, held.fresh()],
                by=investing.signatory,
                message="Sample",
                shares_owner=False,
            )
        assert not Interest.objects.exists()
        made = interests.draft_interests(
            investing.investor,
            [first.project, second.project],
            by=investing.signatory,
            message="Sample",
            shares_owner=False,
            amounts={first.project.pk: 500_000_000},
        )
        sent = interests.send_interests(made, by=investing.signatory)

        assert [(one.state, one.amount) for one in sent] == [("sent", 500_000_000), ("sent", None)]
        assert [told(one.lead, "interest_sent") for one in (first, second)] == [1, 1]
        assert told(first.managers[1], "interest_sent") == 1

    def test_one_open_interest_for_each_investor_and_project(self):
        promoters, investing = make_project(), make_investor()
        found = send_interest(investing, promoters.project)

        with pytest.raises(RuleBroken):
            send_interest(investing, promoters.project)
        interests.move_interest(found, "withdraw", by=investing.signatory, reason="")
        assert send_interest(investing, promoters.project).pk != found.pk

    @pytest.mark.parametrize("state", ["registered", "contact_verified", "refused", "expired", "suspended", "revoked"])
    def test_only_verified_investors_write(self, state: str):
        promoters = make_project()
        reason = "conduct" if state in ("refused", "suspended", "revoked") else ""
        investing = make_investor(state, reason_code=reason)

        with pytest.raises(RuleBroken):
            send_interest(investing, promoters.project)

    def test_who_ran_out_today_writes_nothing_before_the_clock_comes_round(self):
        promoters = make_project()
        investing = make_investor(verified_until=timezone.localdate() - timedelta(days=1))

        with pytest.raises(RuleBroken):
            send_interest(investing, promoters.project)

    def test_an_analyst_writes_and_the_signatory_sends(self):
        promoters, investing = make_project(), make_investor()
        analyst = make_duty(make_user(), investing.investor.organisation, "investor_analyst").person
        made = interests.draft_interests(
            investing.investor, [promoters.project], by=analyst, message="Sample", shares_owner=False
        )

        with pytest.raises(PermissionDenied):
            interests.send_interests(made, by=analyst)
        interests.send_interests(made, by=investing.signatory)
        with pytest.raises(RuleBroken):
            interests.change_interest(made[0], {"message": "Another"}, by=analyst)


class TestClocks:
    def test_parks_acknowledge_within_five_working_days(self):
        promoters, investing = make_project(), make_investor()
        found = send_interest(investing, promoters.project)

        assert found.due_at == add_working_days(found.sent_at, 5)
        assert working_days_left(found.due_at, found.sent_at) == 5
        assert waits(promoters.parks[0].organisation, "acknowledge_interest")
        found = interests.move_interest(found, "acknowledge", by=promoters.managers[1])
        assert found.due_at == add_working_days(timezone.now(), 15)
        assert not waits(promoters.parks[0].organisation, "acknowledge_interest")
        assert waits(promoters.parks[0].organisation, "answer_interest")
        assert told(investing.signatory, "interest_moved") == 1

    def test_what_is_overdue_comes_to_the_desk_once(self):
        promoters, investing = make_project(), make_investor()
        found = send_interest(investing, promoters.project)
        assert interests.mind(found.due_at - timedelta(hours=1)) == 0

        late = found.due_at + timedelta(hours=1)
        assert interests.mind(late) == 1
        assert interests.mind(late) == 0

        found.refresh_from_db()
        assert found.escalated_at == late
        assert told(promoters.officer, "interest_late") == 1
        assert waits(Organisation.objects.secretariat(), "chase_interest")
        assert list(Interest.objects.late(late)) == [found]
        interests.move_interest(found, "acknowledge", by=promoters.lead)
        assert not waits(Organisation.objects.secretariat(), "chase_interest")


class TestMoves:
    def test_an_accepted_interest_brings_the_project_into_dialogue(self):
        promoters, investing = make_project(), make_investor()
        found = send_interest(investing, promoters.project)
        found = move_all(found, "acknowledge", "review", "accept", by=promoters.lead)

        assert found.state == State.ACCEPTED
        assert promoters.fresh().state == "in_dialogue"
        assert waits(promoters.parks[0].organisation, "write_agreement")
        put_agreement(promoters)
        assert not waits(promoters.parks[0].organisation, "write_agreement")
        assert waits(investing.investor.organisation, "accept_agreement")

    def test_every_edge_of_the_table_and_no_other(self):
        """Each state with each verb, by whoever has every right there."""
        promoters, investing = make_project(), make_investor()
        found = send_interest(investing, promoters.project)
        edges = {(source, move.verb) for move in INTEREST.moves for source in move.sources}
        for state in State.values:
            for move in INTEREST.moves:
                if (state, move.verb) in edges:
                    continue
                with transaction.atomic():
                    Interest.objects.filter(pk=found.pk).update(state=state, reason_code="other")
                    for by in (investing.signatory, promoters.lead, None):
                        with pytest.raises(MoveRefused):
                            workflow.apply(INTEREST, found, move.verb, by=by, reason="Sample", code="other")
                    transaction.set_rollback(True)

    @pytest.mark.parametrize("verb", ["acknowledge", "decline"])
    def test_nobody_answers_for_somebody_elses_project(self, verb: str):
        promoters, others, investing = make_project(), make_project(), make_investor()
        found = send_interest(investing, promoters.project)

        for person in (others.lead, investing.signatory, make_investor().signatory, promoters.officer):
            with pytest.raises(PermissionDenied):
                interests.move_interest(found, verb, by=person, reason="Sample", code="other")

    def test_a_decline_carries_a_reason_code(self):
        promoters, investing = make_project(), make_investor()
        found = send_interest(investing, promoters.project)

        for code in ("", "nonsense", "investor_revoked"):
            with pytest.raises(RuleBroken):
                interests.move_interest(found, "decline", by=promoters.lead, reason="Sample", code=code)
        with pytest.raises(DatabaseError), transaction.atomic():
            Interest.objects.filter(pk=found.pk).update(state="declined")
        found = interests.move_interest(found, "decline", by=promoters.lead, reason="Sample", code="size")
        assert (found.state, found.reason_code) == (State.DECLINED, "size")

    def test_the_whole_way_to_agreement_leaves_its_steps(self):
        promoters, investing = make_project(), make_investor()
        put_agreement(promoters)
        found = move_all(send_interest(investing, promoters.project), "acknowledge", "accept", by=promoters.lead)
        agree(found, investing)
        found = move_all(found, "open_dd", "negotiate", "term_sheet", "win", by=promoters.lead)

        assert [step.to_state for step in found.steps.all()] == [
            "sent",
            "acknowledged",
            "accepted",
            "nda_signed",
            "dd_open",
            "negotiating",
            "term_sheet",
            "closed_won",
        ]
        verbs = AuditEvent.objects.filter(object_type="investment.interest", object_id=str(found.pk))
        assert verbs.filter(verb="interest.win").exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            InterestStep.objects.filter(interest=found).update(verb="x")

    def test_the_sender_withdraws_until_it_is_closed(self):
        promoters, investing = make_project(), make_investor()
        found = move_all(send_interest(investing, promoters.project), "acknowledge", by=promoters.lead)

        with pytest.raises(PermissionDenied):
            interests.move_interest(found, "withdraw", by=promoters.lead)
        found = interests.move_interest(found, "withdraw", by=investing.signatory)
        assert found.state == State.WITHDRAWN
        assert told(promoters.lead, "interest_moved") == 1
        with pytest.raises(MoveRefused):
            interests.move_interest(found, "withdraw", by=investing.signatory)

    def test_a_withdrawn_project_takes_its_interests_along(self):
        promoters, investing = make_project(), make_investor()
        sent, draft = send_interest(investing, promoters.project), make_investor()
        (drafted,) = interests.draft_interests(
            draft.investor, [promoters.project], by=draft.signatory, message="", shares_owner=None
        )
        projects.move_project(promoters.project, "withdraw", by=promoters.lead, reason="Sample")

        sent.refresh_from_db()
        drafted.refresh_from_db()
        assert (sent.state, sent.reason_code) == (State.CLOSED_LOST, "project_ended")
        assert drafted.state == State.WITHDRAWN
        assert told(investing.signatory, "interest_moved") == 1


class TestInvestorsThatCease:
    def accepted(self) -> tuple:
        promoters, investing = make_project(), make_investor()
        put_agreement(promoters)
        found = move_all(send_interest(investing, promoters.project), "acknowledge", "accept", by=promoters.lead)
        agree(found, investing)
        return promoters, investing, found

    def test_revoked_closes_every_open_interest_and_tells_both(self):
        promoters, investing, found = self.accepted()
        before = told(promoters.lead, "interest_moved")
        investors.move_investor(investing.investor, "revoke", by=promoters.officer, reason="Sample", code="conduct")

        found.refresh_from_db()
        assert (found.state, found.reason_code) == (State.CLOSED_LOST, "investor_revoked")
        assert told(promoters.lead, "interest_moved") == before + 1
        assert told(investing.signatory, "investor_moved") == 1
        assert reading.dialogue_of(investing.fresh(), promoters.project) is None

    def test_suspended_rests_and_restored_goes_on_with_a_new_clock(self):
        promoters, investing = make_project(), make_investor()
        found = send_interest(investing, promoters.project)
        Interest.objects.filter(pk=found.pk).update(due_at=timezone.now() - timedelta(days=1))
        investors.move_investor(investing.investor, "suspend", by=promoters.officer, reason="Sample", code="conduct")

        found.refresh_from_db()
        assert found.is_frozen
        assert interests.mind() == 0
        assert not waits(promoters.parks[0].organisation, "acknowledge_interest")
        with pytest.raises(RuleBroken):
            interests.move_interest(found, "acknowledge", by=promoters.lead)
        assert told(promoters.lead, "interest_rests") == 1
        investors.move_investor(investing.investor, "restore", by=promoters.officer)
        found.refresh_from_db()
        assert not found.is_frozen
        assert found.due_at == add_working_days(timezone.now(), 5)
        assert waits(promoters.parks[0].organisation, "acknowledge_interest")
        assert told(promoters.lead, "interest_rests") == 2
        interests.move_interest(found, "acknowledge", by=promoters.lead)

    def test_a_dialogue_rests_while_its_investor_does(self):
        promoters, investing, found = self.accepted()
        assert reading.dialogue_of(investing.fresh(), promoters.project) == found

        investors.move_investor(investing.investor, "suspend", by=promoters.officer, reason="Sample", code="conduct")
        assert reading.dialogue_of(investing.fresh(), promoters.project) is None
        interests.move_interest(found, "lose", by=promoters.lead, reason="Sample", code="other")


class TestWhoSees:
    def test_investors_never_see_one_another(self):
        promoters, first, second = make_project(), make_investor(), make_investor()
        mine, theirs = send_interest(first, promoters.project), send_interest(second, promoters.project)

        assert list(policies_investors.interests_of_investors(first.signatory)) == [mine]
        assert not policies_investors.can_see_interest(first.signatory, theirs)
        assert told(first.signatory, "interest_sent") == 0

    def test_promoters_see_what_was_sent_to_their_own_projects(self):
        promoters, others, investing = make_project(), make_project(), make_investor()
        sent = send_interest(investing, promoters.project)
        (draft,) = interests.draft_interests(
            investing.investor, [others.project], by=investing.signatory, message="Sample"
        )

        assert list(policies_investors.interests_in_projects(promoters.lead)) == [sent]
        assert list(policies_investors.interests_in_projects(others.lead)) == []
        assert not policies_investors.can_see_interest(others.lead, draft)
        assert not policies_investors.can_see_interest(others.lead, sent)
        assert not policies_investors.can_see_interest(promoters.officer, draft)
        assert policies_investors.can_see_interest(promoters.officer, sent)

    def test_a_park_that_left_sees_nothing_more(self):
        promoters, investing = make_project(), make_investor()
        sent = send_interest(investing, promoters.project)
        promoters.project.parties.filter(park=promoters.parks[1]).update(until_at=timezone.now())
        left = promoters.managers[1]

        assert list(policies_investors.interests_in_projects(left)) == []
        fresh = Interest.objects.get(pk=sent.pk)
        assert not policies_investors.can_see_interest(left, fresh)
