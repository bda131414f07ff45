"""Investors for tests: an organisation with its signatory, in any state of its verification."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from alliance.accounts.models import User
from alliance.core.models import StoredFile
from investment.models import AgreementAcceptance, Interest, Investor, InvestorDocument, Project
from investment.services import agreements, interests
from tests.factories import make_duty, make_organisation, make_user

_numbers = count(1)


@dataclass
class Investing:
    """An investor and who acts for it."""

    investor: Investor
    signatory: User

    def fresh(self) -> Investor:
        return Investor.objects.select_related("organisation").get(pk=self.investor.pk)


def make_investor(state: str = "organisation_verified", **fields: Any) -> Investing:
    """The row as it stands in this state; verified ones for a year to come."""
    number = next(_numbers)
    organisation = fields.pop("organisation", None) or make_organisation(
        "investor", name_zh=f"样例投资方{number}", name_en=f"Sample Investor {number}"
    )
    signatory = make_duty(make_user(), organisation, "investor_signatory").person
    fields.setdefault("kind", "fund")
    fields.setdefault("country", "SG")
    fields.setdefault("foreign_id", f"SG-{number:05d}")
    if state in Investor.VERIFIED_STATES:
        fields.setdefault("verified_until", timezone.localdate() + timedelta(days=365))
    investor = Investor.objects.create(organisation=organisation, state=state, registered_by=signatory, **fields)
    return Investing(investor, signatory)


def send_interest(investing: Investing, project: Project, **values: Any) -> Interest:
    """One interest, written and sent by the signatory."""
    values = {"message": "Sample message", "shares_owner": False} | values
    made = interests.draft_interests(investing.investor, [project], by=investing.signatory, **values)
    return interests.send_interests(made, by=investing.signatory)[0]


def move_all(interest: Interest, *steps: str, by: User) -> Interest:
    """Several steps of one side."""
    for verb in steps:
        interest = interests.move_interest(interest, verb, by=by)
    return interest


def ready_document(investor: Investor, kind: str, by: User) -> InvestorDocument:
    """A document that was checked, as the worker leaves it."""
    stored = StoredFile(
        original_name=f"{kind}.pdf",
        media_type="application/pdf",
        size=9,
        sha256="0" * 64,
        state=StoredFile.State.READY,
    )
    stored.content.save("document.pdf", ContentFile(b"%PDF-1.7\n"), save=False)
    stored.save()
    return InvestorDocument.objects.create(investor=investor, kind=kind, file=stored, uploaded_by=by)


def agree(interest: Interest, investing: Investing) -> AgreementAcceptance:
    """The signatory accepts the version in force."""
    agreement = interest.project.agreements.order_by("-number")[0]
    return agreements.accept_agreement(interest, sha256=agreement.sha256, name="Sample Name", by=investing.signatory)
