"""What joint investment hears of elsewhere."""

from typing import Any

from allauth.account.signals import email_confirmed
from django.dispatch import receiver


@receiver(email_confirmed)
def contact_confirmed(email_address: Any, **_kwargs: Any) -> None:
    """Whoever registered an investor before confirming the address has now verified its contact."""
    from .models import Investor
    from .services import investors

    for investor in Investor.objects.filter(state=Investor.State.REGISTERED, registered_by=email_address.user_id):
        investors.confirm_contact(investor)
