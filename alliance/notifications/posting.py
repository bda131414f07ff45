"""Send one delivery: look once more whether it may leave, write it, hand it to the mail server, settle the row."""

import logging
import re
import smtplib
import time
import uuid
from datetime import datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone, translation

from alliance.accounts.models import User
from alliance.accounts.services import consents

from . import emails, kinds, mailer, speaking
from .models import Preference, hours_of
from .services import deliveries
from .services.deliveries import Lease

logger = logging.getLogger(__name__)

SETTLE_TRIES = 5  # with a second between: a database that restarts shall not make a mail go twice
ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")


def deliver(pk: uuid.UUID) -> None:
    """One attempt. A second delivery of the same task by the broker finds the row taken and does nothing."""
    lease = deliveries.take(pk)
    if lease is None:
        return
    kind = kinds.notice_kind(lease.delivery.event.kind)
    if kind is None:
        deliveries.settle_dead(lease, "unknown_kind")
        return
    if lease.delivery.robot is not None:
        _settle(lease, *speaking.speak(lease, kind))
        return
    try:
        mail = _write(lease, kind)
    except kinds.Gone as gone:
        deliveries.settle_suppressed(lease, gone.reason)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("delivery %s of kind %s cannot be written", pk, kind.code)
        deliveries.settle_later(lease, f"not_written: {error.__class__.__name__}")
    else:
        match mail:
            case str():
                deliveries.settle_suppressed(lease, mail)
            case datetime():
                deliveries.settle_put_off(lease, mail)
            case _:
                _post(lease, kind, mail)


def _write(lease: Lease, kind: kinds.NoticeKind) -> emails.StableMail | str | datetime:
    """The mail in its reader's language, or the reason why it is not to be sent, or when it may be."""
    delivery = lease.delivery
    facts = kind.facts(delivery.event.about_type, delivery.event.about_id, delivery.event.payload)
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
        return emails.compose(delivery, message, kind, to=address, name=name)


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


def _post(lease: Lease, kind: kinds.NoticeKind, mail: emails.StableMail) -> None:
    """Hand it over and write down how that went. What was certainly not accepted may always be tried again."""
    try:
        server = mailer.opened()
    except (smtplib.SMTPException, OSError) as error:
        _settle(lease, "settle_later", _said(error))
        return
    try:
        server.send_messages([mail])
    except smtplib.SMTPException as error:
        mailer.close()
        outcome = "settle_dead" if _is_final(error) else "settle_later"
        if isinstance(error, smtplib.SMTPServerDisconnected) and kind.once == "at_most":
            outcome = "settle_unknown"
        _settle(lease, outcome, _said(error))
    except (OSError, SoftTimeLimitExceeded) as error:
        # The connection broke somewhere between the first word and the last answer.
        mailer.close()
        _settle(lease, "settle_unknown" if kind.once == "at_most" else "settle_later", _said(error))
    else:
        _settle(lease, "settle_sent")


def _settle(lease: Lease, how: str, *error: Any) -> None:
    for left in reversed(range(SETTLE_TRIES)):
        try:
            getattr(deliveries, how)(lease, *error)
        except (OperationalError, InterfaceError):
            connection.close()
            if not left:
                raise
            time.sleep(1)
        else:
            return


def _is_final(error: smtplib.SMTPException) -> bool:
    """Whether the mail server will never take it. A refused log-in or connection is about us, not about the mail."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _text in error.recipients.values())
        case smtplib.SMTPDataError() | smtplib.SMTPSenderRefused():
            return error.smtp_code >= 500
    return False


def _said(error: BaseException) -> str:
    """What the mail server said, without addresses of people."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            answers = error.recipients.values()
            text = "; ".join(f"{code} {_text(answer)}" for code, answer in answers)
        case smtplib.SMTPResponseException():
            text = f"{error.smtp_code} {_text(error.smtp_error)}"
        case _:
            text = f"{error.__class__.__name__}: {error}"
    return ADDRESS.sub("…", " ".join(text.split()))[:300]


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def delivery_of(pk: str) -> uuid.UUID | None:
    """The id that the broker carried, if it is one."""
    try:
        return uuid.UUID(pk)
    except ValueError:
        logger.warning("not the id of a delivery: %r", pk[:40])
        return None
