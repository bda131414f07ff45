"""What one delivery says and whether it may leave: looked at within the second before it does."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from alliance.accounts.models import User
from alliance.accounts.services import consents

from . import kinds, stencils
from .emails import StableMail
from .models import Delivery, Preference, hours_of


@dataclass(frozen=True)
class Draft:
    """A delivery with its kind and the rows that it tells of; without them when the kind is not known any more."""

    delivery: Delivery
    kind: kinds.NoticeKind | None
    facts: kinds.Facts | None


def prepare(deliveries: Iterable[Delivery]) -> dict[uuid.UUID, Draft]:
    """The rows that all these tell of are fetched together."""
    drafts = {delivery.pk: _draft(delivery) for delivery in deliveries}
    try:
        kinds.load([draft.facts for draft in drafts.values() if draft.facts is not None])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # One of them names what cannot be. The others fetch theirs when they are written, and so does that one.
        return drafts
    return drafts


def _draft(delivery: Delivery) -> Draft:
    event = delivery.event
    kind = kinds.notice_kind(event.kind)
    return Draft(delivery, kind, kind.facts(event.about_type, event.about_id, event.payload) if kind else None)


def write(delivery: Delivery, kind: kinds.NoticeKind, facts: kinds.Facts) -> StableMail | str | datetime:
    """The mail in its reader's language, or the reason why it is not to be sent, or when it may be."""
    if delivery.recipient is None:
        letter = kind.letter_to(facts) if kind.letter_to else None
        if letter is None:
            return "gone"
        address, language, name = letter.email, letter.language, letter.name
    else:
        reason = why_not(delivery, delivery.recipient, kind, facts)
        if reason:
            return reason
        person = delivery.recipient
        until = None if kind.urgent else hours_of(person).quiet_until(timezone.now())
        if until:
            return until
        address, language, name = person.email, person.language, person.name
    with translation.override(language):
        message = kind.render(facts, language, delivery.recipient)
        return stencils.compose(delivery, message, kind, to=address, name=name)


def why_not(delivery: Any, person: User, kind: kinds.NoticeKind, facts: kinds.Facts) -> str:
    """What has changed since it was planned, so that it must not leave; empty when nothing has."""
    if not person.is_active:
        return "inactive"
    if not kind.must_know and delivery.wish == Preference.Choice.OFF:
        return "switched_off"
    if kind.may_see is not None and not kind.may_see(person, facts):
        return "no_access"
    if kind.consent is not None and not consents.is_given(person, kind.consent):
        return "no_consent"
    if delivery.is_undeliverable:
        return "address_bounced"
    return ""
