"""D-3: a signatory accepts the version in force, and nothing else opens the data room."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from alliance.core.errors import RuleBroken
from alliance.notifications.models import Notice, Task
from investment import nda_template, reading
from investment.models import Agreement, AgreementAcceptance, Interest
from investment.services import agreements
from tests.factories import make_duty, make_organisation, make_user
from tests.investment.factories import make_project
from tests.investment.investing import agree, make_investor, move_all, send_interest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secretariat():
    make_organisation("secretariat")


def write(promoters, text: str = "Sample agreement", days: int = 365) -> Agreement:
    return agreements.write_agreement(
        promoters.project, text_zh="样例保密协议", text_en=text, valid_days=days, by=promoters.lead
    )


def accepted_interest(promoters, investing) -> Interest:
    return move_all(send_interest(investing, promoters.project), "acknowledge", "accept", by=promoters.lead)


class TestD3:
    def test_accepting_the_version_in_force_opens_the_dialogue(self):
        promoters, investing = make_project(), make_investor()
        write(promoters)
        found = accepted_interest(promoters, investing)
        assert not reading.agreement_holds(investing.investor, promoters.project, timezone.now())

        acceptance = agree(found, investing)
        found.refresh_from_db()
        assert found.state == "nda_signed"
        now = timezone.now()
        assert reading.agreement_holds(investing.investor, promoters.project, now)
        assert reading.dialogue_of(investing.investor, promoters.project) == found
        assert acceptance.valid_until - acceptance.accepted_at == timedelta(days=365)
        # To the moment, and for nobody else.
        assert reading.agreement_holds(investing.investor, promoters.project, acceptance.accepted_at)
        assert not reading.agreement_holds(investing.investor, promoters.project, acceptance.valid_until)
        assert not reading.agreement_holds(make_investor().investor, promoters.project, now)
        assert not reading.agreement_holds(investing.investor, make_project().project, now)

    def test_a_new_version_asks_again(self):
        promoters, investing = make_project(), make_investor()
        first = write(promoters)
        found = accepted_interest(promoters, investing)
        agree(found, investing)
        second = write(promoters, "Another text")

        assert second.number == 2
        assert not reading.agreement_holds(investing.investor, promoters.project, timezone.now())
        found.refresh_from_db()
        assert found.state == "nda_signed"
        assert Notice.objects.filter(recipient=investing.signatory, event__kind="investment.agreement_new").exists()
        assert Task.objects.open().filter(kind="investment.accept_agreement").exists()
        with pytest.raises(RuleBroken):
            agreements.accept_agreement(found, sha256=first.sha256, name="Sample", by=investing.signatory)
        agree(found, investing)
        assert reading.agreement_holds(investing.investor, promoters.project, timezone.now())
        assert not Task.objects.open().filter(kind="investment.accept_agreement").exists()

    def test_an_acceptance_that_ran_out_can_be_renewed(self):
        promoters, investing = make_project(), make_investor()
        agreement = write(promoters)
        found = accepted_interest(promoters, investing)
        past = timezone.now() - timedelta(days=400)
        AgreementAcceptance.objects.create(
            agreement=agreement,
            investor=investing.investor,
            sha256=agreement.sha256,
            signed_name="Sample",
            accepted_by=investing.signatory,
            accepted_at=past,
            valid_until=past + timedelta(days=365),
        )

        assert not reading.agreement_holds(investing.investor, promoters.project, timezone.now())
        agree(found, investing)
        assert reading.agreement_holds(investing.investor, promoters.project, timezone.now())
        assert AgreementAcceptance.objects.count() == 2

    def test_a_second_click_gives_the_acceptance_that_holds(self):
        promoters, investing = make_project(), make_investor()
        write(promoters)
        found = accepted_interest(promoters, investing)

        assert agree(found, investing) == agree(found, investing)

    def test_a_signatory_alone_accepts(self):
        promoters, investing = make_project(), make_investor()
        agreement = write(promoters)
        found = accepted_interest(promoters, investing)
        analyst = make_duty(make_user(), investing.investor.organisation, "investor_analyst").person

        for person in (analyst, make_investor().signatory, promoters.lead, promoters.officer):
            with pytest.raises(PermissionDenied):
                agreements.accept_agreement(found, sha256=agreement.sha256, name="Sample", by=person)
        with pytest.raises(RuleBroken):
            agreements.accept_agreement(found, sha256=agreement.sha256, name=" ", by=investing.signatory)

    def test_nobody_accepts_before_the_parks_did(self):
        promoters, investing = make_project(), make_investor()
        agreement = write(promoters)
        found = send_interest(investing, promoters.project)

        with pytest.raises(PermissionDenied):
            agreements.accept_agreement(found, sha256=agreement.sha256, name="Sample", by=investing.signatory)

    def test_an_acceptance_that_still_holds_is_enough_for_the_next_interest(self):
        promoters, investing = make_project(), make_investor()
        write(promoters)
        found = accepted_interest(promoters, investing)
        agree(found, investing)
        move_all(found, "withdraw", by=investing.signatory)

        again = accepted_interest(promoters, investing)
        again.refresh_from_db()
        assert again.state == "nda_signed"

    def test_the_database_takes_no_acceptance_of_an_old_version_or_other_text(self):
        promoters, investing, stranger = make_project(), make_investor(), make_investor("contact_verified")
        old = write(promoters)
        new = write(promoters, "Another text")
        values = {"signed_name": "Sample", "accepted_by": investing.signatory}
        until = timezone.now() + timedelta(days=9)

        for agreement, investor, sha256 in (
            (old, investing.investor, old.sha256),
            (new, investing.investor, "0" * 64),
            (new, stranger.investor, new.sha256),
        ):
            with pytest.raises(DatabaseError, match="D-3"), transaction.atomic():
                AgreementAcceptance.objects.create(
                    agreement=agreement, investor=investor, sha256=sha256, valid_until=until, **values
                )
        AgreementAcceptance.objects.create(
            agreement=new, investor=investing.investor, sha256=new.sha256, valid_until=until, **values
        )
        for row in (new, AgreementAcceptance.objects.get()):
            with pytest.raises(DatabaseError), transaction.atomic():
                row.save()


class TestWriting:
    def test_the_lead_writes_it_for_all(self):
        promoters = make_project()

        for person in (promoters.managers[1], promoters.officer, make_investor().signatory):
            with pytest.raises(PermissionDenied):
                agreements.write_agreement(
                    promoters.project, text_zh="样例", text_en="Sample", valid_days=365, by=person
                )

    def test_the_template_names_project_and_parks_and_is_not_put_in_force_with_gaps(self):
        promoters = make_project()
        texts = nda_template.texts(promoters.project)
        for park in promoters.parks:
            assert park.name_zh in texts["text_zh"]
            assert park.name_en in texts["text_en"]

        with pytest.raises(RuleBroken):
            agreements.write_agreement(promoters.project, **texts, valid_days=365, by=promoters.lead)
        filled = {
            "text_zh": texts["text_zh"].replace("【仲裁机构名称】", "样例仲裁委员会"),
            "text_en": texts["text_en"].replace("[name of the arbitration institution]", "the sample commission"),
        }
        made = agreements.write_agreement(promoters.project, **filled, valid_days=365, by=promoters.lead)
        assert len(made.sha256) == 64
        with pytest.raises(RuleBroken):
            agreements.write_agreement(promoters.project, **filled, valid_days=365, by=promoters.lead)

    def test_the_hash_stands_for_both_texts_number_and_term(self):
        project = make_project().project
        plain = agreements.digest(project, 1, "样例", "Sample", 365)

        others = [
            agreements.digest(project, 2, "样例", "Sample", 365),
            agreements.digest(project, 1, "样例二", "Sample", 365),
            agreements.digest(project, 1, "样例", "Sample 2", 365),
            agreements.digest(project, 1, "样例", "Sample", 366),
        ]
        assert len({plain, *others}) == 5
