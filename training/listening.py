"""Whoever confirms an address takes up what parks named it for."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver
from django.http import HttpRequest

from .seats import claim


@receiver(email_confirmed)
def address_confirmed(sender: Any, request: HttpRequest, email_address: EmailAddress, **_facts: Any) -> None:
    claim(email_address.user)
