"""What must always hold of notices and deliveries (platform spec, section 2), asked of the database itself. Later
packages register what must hold of theirs.

Each check gives sentences about what it found broken. A constraint or trigger that holds a rule is checked to be there.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone

from . import kinds
from .models import MAX_ATTEMPTS, Delivery, Notice, OutboxEvent
from .services import running
from .services.deliveries import CAP

SWEEPS = timedelta(seconds=2 * 30)
LATE = timedelta(minutes=1)
# A weekly summary after the longest holiday, and a day.
LONGEST_WAIT = timedelta(days=22)

GUARDS = {
    "notifications_delivery_once",
    "notifications_delivery_channel",
    "notifications_delivery_digested_in_digest",
    "notifications_digest_once",
    "notifications_delivery_state",
    "notifications_delivery_attempts",
    "notifications_delivery_sent_with_time",
    "notifications_delivery_lease_in_flight",
    "notifications_delivery_token_while_sending",
    "notifications_delivery_says_why_not",
    "notifications_notice_once",
    "notifications_slot_once",
}
FINAL = "notifications_delivery_sent_is_final"

Check = Callable[[datetime], Iterator[str]]
_further: list[Check] = []


def broken(now: datetime | None = None) -> list[str]:
    """All that does not hold; empty when everything does."""
    now = now or timezone.now()
    return [finding for check in (*CHECKS, *_further) for finding in check(now)]


def register(check: Check) -> Check:
    """What must always hold of a later package's rows is asked with the rest. It says nothing of people."""
    if check not in _further:
        _further.append(check)
    return check


def everybody_told_once(now: datetime) -> Iterator[str]:
    """1. A committed event has exactly one row for each person and channel."""
    both = [kind.code for kind in kinds.notice_kinds() if {"inapp", "mail"} <= set(kind.channels)]
    letters = [kind.code for kind in kinds.notice_kinds() if kind.letter_to is not None]
    told = Notice.objects.filter(event__kind__in=both)
    mailed = Delivery.objects.filter(event__kind__in=both, channel="mail")
    without_mail = told.exclude(event__deliveries__channel="mail", event__deliveries__recipient=F("recipient")).count()
    without_notice = mailed.exclude(event__notices__recipient=F("recipient")).count()
    if without_mail:
        yield f"1: {without_mail} notices have no mail row beside them"
    if without_notice:
        yield f"1: {without_notice} mail rows have no notice beside them"
    for event in OutboxEvent.objects.filter(kind__in=letters, deliveries=None)[:20]:
        yield f"1: the letter {event.pk} has no delivery"
    for event in OutboxEvent.objects.filter(fanned_out_at=None, created_at__lt=now - LATE)[:20]:
        yield f"1: the event {event.pk} was never fanned out"


def summaries_went_on(now: datetime) -> Iterator[str]:
    """1. What a summary took along has a mail that carries it, and nothing is held beyond the next summaries."""
    keys = [str(pk) for pk in Delivery.objects.filter(digest__isnull=False).order_by().values_list("digest", flat=True)]
    carried = OutboxEvent.objects.filter(kind="notifications.digest", about_id__in=set(keys))
    lost = len(set(keys)) - carried.filter(deliveries__isnull=False).distinct().count()
    if lost:
        yield f"1: {lost} summaries have no mail that carries them"
    forgotten = Delivery.objects.filter(state=Delivery.State.HELD, created_at__lt=now - LONGEST_WAIT).count()
    if forgotten and running.is_fresh("worker:default", now):
        yield f"1: {forgotten} messages still wait for a summary that should have come"


def nothing_stands_still(now: datetime) -> Iterator[str]:
    """2. No row outlives its lease, and none waits that could go."""
    stuck = Delivery.objects.in_flight().filter(lease_until__lt=now - SWEEPS).count()
    if stuck:
        yield f"2: {stuck} deliveries have outlived their lease"
    alive = all(running.is_fresh(name, now) for name in ("dispatcher", "worker:mail"))
    if alive and Delivery.objects.in_flight().count() < CAP:
        waiting = Delivery.objects.filter(state=Delivery.State.PENDING, next_at__lt=now - LATE).count()
        if waiting:
            yield f"2: {waiting} deliveries wait although there is room for them"


def sent_is_final(now: datetime) -> Iterator[str]:
    """3. Sent rows have an attempt and a time, and a trigger keeps them."""
    odd = Delivery.objects.filter(state=Delivery.State.SENT).filter(Q(attempts=0) | Q(sent_at=None)).count()
    if odd:
        yield f"3: {odd} sent deliveries lack an attempt or a time"
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = %s", [FINAL])
        if cursor.fetchall() not in ([("O",)], [("A",)]):
            yield "3: the trigger that keeps sent deliveries as they are is gone or off"


def ids_are_unique(now: datetime) -> Iterator[str]:
    """4. Two deliveries never share a Message-ID."""
    named = Delivery.objects.exclude(message_id="").values("message_id").annotate(rows=Count("pk")).filter(rows__gt=1)
    if named:
        yield f"4: {len(named)} Message-IDs stand on more than one delivery"


def attempts_end(now: datetime) -> Iterator[str]:
    """5, 10. Attempts stay within their limit, and what failed says why."""
    over = Delivery.objects.filter(attempts__gt=MAX_ATTEMPTS).count()
    mute = Delivery.objects.for_a_person().filter(last_error="").count()
    if over:
        yield f"5: {over} deliveries were tried more than {MAX_ATTEMPTS} times"
    if mute:
        yield f"5: {mute} failed deliveries do not say why"


def guards_stand(now: datetime) -> Iterator[str]:
    """The constraints that hold all of this in the database are there and were checked against every row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname = ANY(%s) AND convalidated", [sorted(GUARDS)])
        missing = GUARDS - {name for (name,) in cursor.fetchall()}
    for name in sorted(missing):
        yield f"the constraint {name} is gone"


CHECKS: tuple[Check, ...] = (
    everybody_told_once,
    summaries_went_on,
    nothing_stands_still,
    sent_is_final,
    ids_are_unique,
    attempts_end,
    guards_stand,
)
