from allauth.account.models import EmailAddress
from django.db import transaction

from alliance.core import audit

from ..models import ConsentRecord, User
from ..purposes import AT_SIGN_UP
from . import consents


@transaction.atomic
def welcome(person: User, *, name: str, language: str, address: str = "") -> User:
    """Complete the account that signing up began. The language of the page becomes the person's.

    What they confirmed to get here is written down, in the version they read.
    """
    person.name = name
    person.language = language if language in User.Language else User.Language.CHINESE
    person.save(update_fields=["name", "language"])
    audit.record("person.joined", person, by=person)
    for purpose in AT_SIGN_UP:
        consents.give(person, purpose, way=ConsentRecord.Way.SIGN_UP, address=address)
    return person


def has_confirmed(person: User, email: str | None = None) -> bool:
    """Whether the person has shown that this address (or any of theirs) reaches them."""
    addresses = EmailAddress.objects.filter(user=person, verified=True)
    return (addresses.filter(email=email) if email else addresses).exists()
