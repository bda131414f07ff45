"""Spec 3.11, investors: registered, contact, organisation verified for at most three years, and what ends it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from alliance.accounts.models import Organisation
from alliance.accounts.policies import forget_duties
from alliance.core import workflow
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.files import NotAccepted
from alliance.core.models import StoredFile
from alliance.notifications.models import Notice, Task
from investment import policies
from investment.forms.investors import EntryForm
from investment.models import Investor, InvestorStep
from investment.services import investors
from investment.workflows.investors import INVESTOR
from tests.core.documents import pdf
from tests.factories import make_duty, make_officer, make_organisation, make_user
from tests.investment.investing import make_investor, ready_document

pytestmark = pytest.mark.django_db
State = Investor.State
CODE = "91330000MA00000007"
ENTRY = {"name_zh": "样例基金", "name_en": "Sample Fund", "kind": "fund", "country": "CN", "credit_code": CODE}


@pytest.fixture(autouse=True)
def _secretariat():
    make_organisation("secretariat")


def confirmed_person():
    person = make_user()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def handed_in():
    """An investor with its documents before the desk."""
    investing = make_investor("contact_verified")
    for kind in ("licence", "authority"):
        ready_document(investing.investor, kind, investing.signatory)
    investors.hand_in(investing.investor, by=investing.signatory)
    return investing


def verify(investing, officer, days: int = 365):
    until = timezone.localdate() + timedelta(days=days)
    checks = [{"check": "register", "evidence": "Sample register"}]
    return investors.move_investor(investing.investor, "verify", by=officer, until=until, checks=checks)


class TestRegistering:
    def test_who_registers_is_its_signatory_and_a_confirmed_address_verifies_the_contact(self):
        person = confirmed_person()
        investor = investors.register_investor(ENTRY, by=person)

        assert investor.state == State.CONTACT_VERIFIED
        assert investor.organisation.kind == Organisation.Kind.INVESTOR
        assert policies.is_signatory(person, investor)
        assert [step.to_state for step in investor.steps.all()] == ["registered", "contact_verified"]

    def test_an_address_confirmed_later_verifies_the_contact_then(self):
        person = make_user()
        investor = investors.register_investor(ENTRY, by=person)
        assert investor.state == State.REGISTERED

        address = EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        email_confirmed.send(sender=EmailAddress, request=None, email_address=address)
        investor.refresh_from_db()
        assert investor.state == State.CONTACT_VERIFIED

    def test_a_credit_code_stands_for_one_organisation(self):
        investors.register_investor(ENTRY, by=confirmed_person())

        with pytest.raises(RuleBroken):
            investors.register_investor(ENTRY, by=confirmed_person())
        assert Investor.objects.count() == 1

    def test_nobody_gives_an_entry_to_somebody_elses_organisation(self):
        organisation = make_organisation("investor")
        values = {"kind": "fund", "country": "SG", "foreign_id": "1"}
        with pytest.raises(PermissionDenied):
            investors.register_investor(values, by=confirmed_person(), organisation=organisation)

        signatory = make_duty(confirmed_person(), organisation, "investor_signatory").person
        assert investors.register_investor(values, by=signatory, organisation=organisation).organisation == organisation

    @pytest.mark.parametrize(
        ("changes", "wrong"),
        [
            ({}, []),
            ({"credit_code": "91330000MA00000008"}, ["credit_code"]),
            ({"credit_code": ""}, ["credit_code"]),
            ({"country": "SG", "foreign_id": "2020001"}, []),
            ({"country": "SG"}, ["foreign_id"]),
            ({"name_zh": "", "name_en": ""}, ["name_zh"]),
        ],
    )
    def test_the_mainland_has_its_code_all_others_their_number(self, changes, wrong):
        form = EntryForm(ENTRY | changes)

        assert sorted(form.errors) == wrong


class TestDocuments:
    def test_they_are_kept_privately_and_go_before_they_are_handed_in(self, settings):
        investing = make_investor("contact_verified")
        upload = SimpleUploadedFile("licence.pdf", pdf(), content_type="application/pdf")
        document = investors.add_document(investing.investor, "licence", upload, by=investing.signatory)

        assert not document.file.is_public
        assert not document.is_ready
        with pytest.raises(PermissionDenied):
            investors.remove_document(document, by=make_investor().signatory)
        investors.remove_document(document, by=investing.signatory)
        assert not StoredFile.objects.exists()

    @pytest.mark.parametrize("name", ["run.exe", "licence.docx", "page.html", "noname"])
    def test_only_papers_are_taken(self, name: str):
        investing = make_investor("contact_verified")

        with pytest.raises(NotAccepted):
            investors.add_document(
                investing.investor, "licence", SimpleUploadedFile(name, pdf()), by=investing.signatory
            )

    def test_an_upload_that_lies_about_its_type_is_refused(self):
        investing = make_investor("contact_verified")

        with pytest.raises(NotAccepted):
            investors.add_document(
                investing.investor, "licence", SimpleUploadedFile("a.pdf", b"<html></html>"), by=investing.signatory
            )
        assert not StoredFile.objects.exists()

    def test_what_was_handed_in_stays(self):
        investing = handed_in()

        with pytest.raises(RuleBroken):
            investors.remove_document(investing.investor.documents.all()[0], by=investing.signatory)
        with pytest.raises(RuleBroken):
            investors.change_investor(investing.investor, {"foreign_id": "another"}, by=investing.signatory)
        investors.change_investor(investing.investor, {"about_en": "Sample"}, by=investing.signatory)

    def test_both_papers_are_needed(self):
        investing = make_investor("contact_verified")
        ready_document(investing.investor, "licence", investing.signatory)

        with pytest.raises(RuleBroken):
            investors.hand_in(investing.investor, by=investing.signatory)
        assert not Investor.objects.waiting().exists()


class TestVerifying:
    def test_handed_in_waits_at_the_desk_with_a_clock_and_is_verified(self):
        officer = make_officer("investment_desk")
        investing = handed_in()
        assert list(Investor.objects.waiting()) == [investing.investor]
        task = Task.objects.open().get(kind="investment.verify_investor")
        assert task.due_at is not None

        investor = verify(investing, officer)
        assert investor.is_verified
        assert list(Investor.objects.verified()) == [investor]
        assert not Task.objects.open().filter(kind="investment.verify_investor").exists()
        assert (
            Notice.objects.filter(recipient=investing.signatory, event__kind="investment.investor_moved").count() == 1
        )

    @pytest.mark.parametrize("days", [0, -1, 3 * 365 + 1])
    def test_a_verification_lasts_three_years_at_most(self, days: int):
        officer = make_officer("investment_desk")
        investing = handed_in()

        with pytest.raises(RuleBroken):
            verify(investing, officer, days)

    def test_nothing_is_verified_that_was_not_handed_in(self):
        officer = make_officer("investment_desk")

        with pytest.raises(RuleBroken):
            verify(make_investor("contact_verified"), officer)
        with pytest.raises(DatabaseError), transaction.atomic():
            Investor.objects.filter(pk=make_investor("registered").investor.pk).update(state="organisation_verified")

    def test_nobody_verifies_whom_they_work_for(self):
        investing = handed_in()
        make_duty(investing.signatory, Organisation.objects.secretariat(), "investment_desk")
        forget_duties(investing.signatory)

        with pytest.raises(PermissionDenied):
            verify(investing, investing.signatory)

    def test_a_foreign_number_is_one_verified_investors(self):
        officer = make_officer("investment_desk")
        first, second = handed_in(), handed_in()
        Investor.objects.filter(pk=second.investor.pk).update(foreign_id=first.investor.foreign_id)
        verify(first, officer)

        with pytest.raises(RuleBroken):
            verify(second, officer)

    @pytest.mark.parametrize("verb", ["refuse", "suspend", "revoke"])
    def test_what_ends_it_carries_a_reason_code(self, verb: str):
        officer = make_officer("investment_desk")
        investing = handed_in() if verb == "refuse" else make_investor()

        for code in ("", "nonsense"):
            with pytest.raises(RuleBroken):
                investors.move_investor(investing.investor, verb, by=officer, reason="Sample", code=code)
        moved = investors.move_investor(investing.investor, verb, by=officer, reason="Sample", code="conduct")
        assert not moved.is_verified
        assert moved.steps.last().reason_code == "conduct"
        with pytest.raises(DatabaseError), transaction.atomic():
            Investor.objects.filter(pk=moved.pk).update(reason_code="")

    def test_every_edge_of_the_table_and_no_other(self):
        officer, investing = make_officer("investment_desk"), make_investor()
        edges = {(source, move.verb) for move in INVESTOR.moves for source in move.sources}
        for state in State.values:
            for move in INVESTOR.moves:
                if (state, move.verb) in edges:
                    continue
                with transaction.atomic():
                    Investor.objects.filter(pk=investing.investor.pk).update(state=state, reason_code="other")
                    for by in (officer, investing.signatory, None):
                        with pytest.raises(MoveRefused):
                            workflow.apply(INVESTOR, investing.investor, move.verb, by=by, reason="x", code="other")
                    transaction.set_rollback(True)

    def test_steps_are_only_added_to(self):
        officer = make_officer("investment_desk")
        verify(handed_in(), officer)

        with pytest.raises(DatabaseError), transaction.atomic():
            InvestorStep.objects.update(reason="x")


class TestClock:
    def test_reminded_thirty_and_seven_days_before_each_once(self):
        investing = make_investor(verified_until=timezone.localdate() + timedelta(days=40))

        def reminders() -> int:
            return Notice.objects.filter(
                recipient=investing.signatory, event__kind="investment.investor_runs_out"
            ).count()

        until = investing.investor.verified_until
        for left, expected in ((31, 0), (30, 1), (29, 1), (8, 1), (7, 2), (1, 2), (0, 2)):
            investors.mind(until - timedelta(days=left))
            assert reminders() == expected, left

    def test_what_ran_out_expires_and_applies_again(self):
        officer = make_officer("investment_desk")
        investing = make_investor(verified_until=timezone.localdate() - timedelta(days=1))
        assert not investing.investor.is_verified
        investors.mind()

        fresh = investing.fresh()
        assert fresh.state == State.EXPIRED
        again = investors.move_investor(fresh, "apply_again", by=investing.signatory)
        assert (again.state, again.handed_in_at) == (State.CONTACT_VERIFIED, None)
        for kind in ("licence", "authority"):
            ready_document(again, kind, investing.signatory)
        investors.hand_in(again, by=investing.signatory)
        assert verify(investing, officer).is_verified

    def test_after_a_revocation_the_desk_alone_opens_the_way(self):
        officer, investing = make_officer("investment_desk"), make_investor()
        investors.move_investor(investing.investor, "revoke", by=officer, reason="Sample", code="closed")

        with pytest.raises(MoveRefused):
            investors.move_investor(investing.investor, "apply_again", by=investing.signatory)
        with pytest.raises(PermissionDenied):
            investors.move_investor(investing.investor, "reopen", by=investing.signatory, reason="Sample")
        reopened = investors.move_investor(investing.investor, "reopen", by=officer, reason="Sample")
        assert reopened.state == State.CONTACT_VERIFIED

    def test_a_suspension_that_outlasts_the_term_cannot_be_restored(self):
        officer, investing = make_officer("investment_desk"), make_investor()
        investors.move_investor(investing.investor, "suspend", by=officer, reason="Sample", code="conduct")
        Investor.objects.filter(pk=investing.investor.pk).update(
            verified_until=timezone.localdate() - timedelta(days=1)
        )

        with pytest.raises(RuleBroken):
            investors.move_investor(investing.investor, "restore", by=officer)
        investors.mind()
        assert investing.fresh().state == State.EXPIRED
