from allauth.account.models import EmailAddress
from django.db import transaction

from alliance.core import audit

from ..models import User


@transaction.atomic
def welcome(person: User, *, name: str, language: str) -> User:
    """Complete the account that signing up began. The language of the page becomes the person's."""
    person.name = name
    person.language = language if language in User.Language else User.Language.CHINESE
    person.save(update_fields=["name", "language"])
    audit.record("person.joined", person, by=person)
    return person


def has_confirmed(person: User, email: str | None = None) -> bool:
    """Whether the person has shown that this address (or any of theirs) reaches them."""
    addresses = EmailAddress.objects.filter(user=person, verified=True)
    return (addresses.filter(email=email) if email else addresses).exists()
