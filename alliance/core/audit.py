"""Write and verify the audit chain (rules H-1 to H-6 of the governance spec)."""

import contextlib
import contextvars
import hmac
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from .chain_check import Broken, check, event_hash
from .models import AuditEvent, ChainHead, DailyHead


def record(verb: str, subject: models.Model, *, by: Any = None, on_behalf_of: Any = None, **payload: Any) -> AuditEvent:
    """Add one event to the chain, in the transaction of the change it tells of.

    `by` is the person acting, None the clock. `payload` holds integers, codes and ids; free text goes through
    `text_digest`, so that erasing a person's words later does not break the chain (H-6).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event belongs to the transaction of its change.")
    event = AuditEvent(
        actor=str(by.pk) if by is not None else "",
        on_behalf_of=str(on_behalf_of.pk) if on_behalf_of is not None else "",
        verb=verb,
        object_type=subject._meta.label_lower,
        object_id=str(subject.pk),
        payload=_plain(payload),
    )
    waiting = _waiting.get()
    if waiting is None:
        _append([event])
    else:
        waiting.append(event)
    return event


@contextlib.contextmanager
def gathered() -> Iterator[list[AuditEvent]]:
    """Keep the events of a long transaction until its end, so that others wait for the chain only for that moment.

    Inside `transaction.atomic()`, as its last inner block. Gives the list of what waits: whoever takes a savepoint back
    takes its events out.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event belongs to the transaction of its change.")
    events: list[AuditEvent] = []
    token = _waiting.set(events)
    try:
        yield events
    finally:
        _waiting.reset(token)
    _append(events)


# Events of this context that wait for the end of `gathered`.
_waiting: contextvars.ContextVar[list[AuditEvent] | None] = contextvars.ContextVar("waiting", default=None)


def _append(events: list[AuditEvent]) -> None:
    """Add events to the chain, in their order."""
    if not events:
        return
    head = ChainHead.objects.select_for_update().get(pk=1)
    seq, last = head.seq, head.hash
    # The time of writing, under the lock: time and number of the chain grow together.
    now = timezone.now()
    for event in events:
        seq += 1
        event.seq, event.at, event.prev_hash = seq, now, last
        event.hash = last = event_hash(last, event.as_exported())
    if len(events) == 1:
        events[0].save(force_insert=True)
    else:
        AuditEvent.objects.bulk_create(events, batch_size=1000)
    ChainHead.objects.filter(pk=1).update(seq=seq, hash=last)


def _plain(value: Any) -> Any:
    """Values that have one canonical form; a float would not."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
        case models.Model():
            return str(value.pk)
    raise TypeError(f"An audit event cannot hold {type(value).__name__}.")


def text_digest(text: str) -> str:
    """A salted digest that proves what a text said without keeping it (H-6)."""
    return hmac.new(settings.AUDIT_SALT.encode(), text.encode(), "sha256").hexdigest()


def exported() -> Iterator[dict]:
    """All events in order, as they are hashed."""
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        yield event.as_exported()


def exported_lines() -> Iterator[str]:
    """The chain as JSON lines, as `chain_check.py` reads it."""
    for event in exported():
        yield json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n"


def verify() -> Broken | None:
    """The first event that was changed, removed, inserted or reordered; None when the chain holds (H-4).

    Head and events are read from one snapshot, so that the check may run while the portal works. Inside a transaction
    that has begun already, the snapshot is that transaction's own.
    """
    begun = connection.in_atomic_block
    with transaction.atomic():
        if not begun:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        head = ChainHead.objects.get(pk=1)
        published = dict(DailyHead.objects.values_list("seq", "hash"))
        return check(exported(), head=(head.seq, head.hash), published=published)


def publish_heads(today: date | None = None) -> DailyHead | None:
    """Publish yesterday's head (H-3), once however often it is called."""
    today = today or timezone.localdate()
    day = today - timedelta(days=1)
    start_of_today = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    last = AuditEvent.objects.filter(at__lt=start_of_today).order_by("-seq").first()
    if last is None:
        return None
    head, _ = DailyHead.objects.get_or_create(
        on=day, defaults={"seq": last.seq, "hash": last.hash, "published_at": timezone.now()}
    )
    return head
