"""Investors for tests: an organisation with its signatory, in any state of its verification."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from alliance.accounts.models import User
from investment.models import Investor
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
