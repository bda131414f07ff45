"""Giving and taking back consents (6.63)."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.core import audit
from alliance.core.errors import RuleBroken

from ..models import ConsentRecord, User
from ..purposes import PURPOSES, Purpose

Way = ConsentRecord.Way


@transaction.atomic
def give(person: User, purpose: Purpose, *, way: str, address: str = "") -> ConsentRecord | None:
    """Write down a yes to the present words; one that holds already is not written twice."""
    if not purpose.exists():
        raise RuleBroken(_("This use does not exist here, so there is nothing to agree to."))
    person = _locked(person)
    if is_given(person, purpose):
        return None
    return _record(person, purpose, True, way, address)


@transaction.atomic
def withdraw(person: User, purpose: Purpose, *, way: str = Way.PAGE, address: str = "") -> ConsentRecord | None:
    """Take a yes back. What it allowed ends in the same moment; what it allowed until then stays lawful."""
    if purpose.is_needed:
        raise RuleBroken(_("Without this there can be no account. You can close the account instead."))
    person = _locked(person)
    last = latest(person).get(purpose.code)
    if last is None or not last.is_given:
        return None
    if purpose.withdrawn is not None:
        purpose.withdrawn(person)
    # What followed from it may have written the withdrawal already.
    last = latest(person).get(purpose.code)
    return _record(person, purpose, False, way, address) if last is not None and last.is_given else last


def latest(person: User) -> dict[str, ConsentRecord]:
    """The row that holds, for each purpose the person ever said yes or no to."""
    rows = ConsentRecord.objects.filter(person=person).order_by("purpose", "-at", "-pk").distinct("purpose")
    return {row.purpose: row for row in rows}


def is_given(person: User, purpose: Purpose) -> bool:
    """Whether the person agreed to the present words; older ones are asked again."""
    last = latest(person).get(purpose.code)
    return last is not None and last.is_given and last.version == purpose.version


def _locked(person: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _record(person: User, purpose: Purpose, is_yes: bool, way: str, address: str) -> ConsentRecord:
    language = get_language()
    record = ConsentRecord.objects.create(
        person=person,
        purpose=purpose.code,
        version=purpose.version,
        language=language if language in User.Language else User.Language.CHINESE,
        is_given=is_yes,
        way=way,
        address_digest=audit.text_digest(address) if address else "",
    )
    if purpose.is_needed:
        person.confirmed_texts = {**person.confirmed_texts, purpose.code: purpose.version}
        person.save(update_fields=["confirmed_texts"])
    verb = "consent.given" if is_yes else "consent.withdrawn"
    audit.record(verb, record, by=person, purpose=purpose.code, version=purpose.version)
    return record


__all__ = ["PURPOSES", "Way", "give", "is_given", "latest", "withdraw"]
