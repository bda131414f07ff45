"""Send deliveries one by one: take it, look once more whether it may leave, write it, hand it over, settle its row."""

import logging
import math
import re
import smtplib
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection

from . import kinds, mailer, speaking, writing
from .emails import StableMail
from .services import deliveries
from .services.deliveries import Lease

logger = logging.getLogger(__name__)

FRESH = 1.0  # seconds for which it holds what decides whether a mail may leave
TRIES = 5  # with a second between: a database that restarts shall not make a mail go twice
ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")

Answer = TypeVar("Answer")


def deliver(*ids: uuid.UUID, until: float = math.inf) -> Sequence[uuid.UUID]:
    """One attempt for each, in this order. Gives those for which the time ran out (`until`, of the monotonic clock).

    When the broker brings an id a second time, its row is taken and nothing happens.
    """
    accepted: Lease | None = None
    drafts: dict[uuid.UUID, writing.Draft] = {}
    looked_at = -math.inf
    try:
        for number, pk in enumerate(ids):
            now = time.monotonic()
            if number and now > until:
                return ids[number:]
            if number % deliveries.GROUP == 0 or now - looked_at > FRESH:
                looked_at = now
                drafts = _patiently(_look, ids[number : number + deliveries.GROUP])
            if pk not in drafts:
                continue
            draft = drafts[pk]
            lease = Lease(draft.delivery)
            is_ours = _patiently(deliveries.take, lease, accepted=accepted)
            accepted = None
            if is_ours and _attempt(lease, draft):
                accepted = lease
    finally:
        if accepted is not None:
            _patiently(deliveries.settle_sent, accepted)
    return ()


def _look(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, writing.Draft]:
    return writing.prepare(deliveries.look(ids))


def _attempt(lease: Lease, draft: writing.Draft) -> bool:
    """True when the mail server has accepted it, which is still to be noted; else it is settled."""
    kind, facts = draft.kind, draft.facts
    if kind is None or facts is None:
        deliveries.settle_dead(lease, "unknown_kind")
        return False
    if lease.delivery.robot is not None:
        how, *values = speaking.speak(lease, kind)
        _patiently(getattr(deliveries, how), lease, *values)
        return False
    try:
        mail = writing.write(lease.delivery, kind, facts)
    except kinds.Gone as gone:
        _patiently(deliveries.settle_suppressed, lease, gone.reason)
    except Exception as error:
        logger.exception("delivery %s of kind %s cannot be written", lease.delivery.pk, kind.code)
        _patiently(deliveries.settle_later, lease, f"not_written: {error.__class__.__name__}")
    else:
        if isinstance(mail, StableMail):
            return _post(lease, kind, mail)
        settle = deliveries.settle_suppressed if isinstance(mail, str) else deliveries.settle_put_off
        _patiently(settle, lease, mail)
    return False


def _post(lease: Lease, kind: kinds.NoticeKind, mail: StableMail) -> bool:
    """Hand it over. What was certainly not accepted may always be tried again."""
    settle: Callable[[Lease, str], bool] = deliveries.settle_later
    try:
        mailer.send(mail)
    except mailer.Unclear as unclear:
        error: BaseException = unclear.args[0]
        if kind.once == "at_most":
            settle = deliveries.settle_unknown
    except (smtplib.SMTPException, OSError, SoftTimeLimitExceeded) as refusal:
        error = refusal
        if _is_final(refusal):
            settle = deliveries.settle_dead
    else:
        return True
    _patiently(settle, lease, _said(error))
    return False


def _patiently(step: Callable[..., Answer], *values: Any, **named: Any) -> Answer:
    """While the database starts anew, once more."""
    for _ in range(TRIES - 1):
        try:
            return step(*values, **named)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(1)
    return step(*values, **named)


def _is_final(error: BaseException) -> bool:
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
