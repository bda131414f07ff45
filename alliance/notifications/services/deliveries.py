"""The life of a delivery (platform spec, section 2): claimed, taken, settled, swept; a person decides about the rest.

Every step is one UPDATE that names the state it starts from, so whoever comes second changes nothing. Between two
mails stands one commit: it notes that the last was accepted and takes the next, so that never more than one accepted
mail of a process is without its note.
"""

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit, broker
from alliance.core.errors import RuleBroken

from .. import kinds, policies, wake
from ..models import MAX_ATTEMPTS, AddressTrouble, Delivery, Preference
from .running import touch

BATCH = 200  # rows of one claim
GROUP = 50  # rows of one message to a worker
CAP = 300  # rows in flight: back-pressure stays in the table, the broker stays small
FIRST_PAUSE = 30.0  # seconds before the second attempt; each further one waits twice as long
DISPATCH_LOCK = 2_026_001  # advisory

State = Delivery.State

# One claims at a time, so that the cap holds. A claim that a crash of the database forgets is one that never was, so it
# need not wait for the disk.
BEGIN_TO_CLAIM = """
    SELECT set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '5s', true),
           pg_advisory_xact_lock(%s)
"""
# Chosen first and once: within the UPDATE, a plan that asks again for each row would choose more than the limit.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM notifications_delivery
        WHERE state = 'pending' AND next_at <= clock_timestamp()
        ORDER BY priority, next_at, id
        LIMIT (
            SELECT least(%(limit)s, greatest(%(cap)s - count(*), 0))
            FROM notifications_delivery WHERE state IN ('queued', 'sending')
        )
        FOR UPDATE SKIP LOCKED
    )
    UPDATE notifications_delivery planned SET state = 'queued', lease_until = clock_timestamp() + %(lease)s
    FROM due WHERE planned.id = due.id
    RETURNING planned.id, planned.priority, planned.next_at
"""

# Only a row that is being sent has a token (a constraint); asked for its state too, the planner would walk through all
# that is under way instead of fetching one row by its key.
# The connection may break between the commit and its answer; asked again with the same token, the row is still ours.
TAKE = """
    WITH accepted AS (
        UPDATE notifications_delivery
        SET state = 'sent', sent_at = statement_timestamp(), last_error = '', lease_until = NULL, lease_token = NULL
        WHERE id = %(accepted)s AND lease_token = %(accepted_token)s
    )
    UPDATE notifications_delivery
    SET state = 'sending', attempts = attempts + (state = 'queued')::int, lease_token = %(token)s,
        lease_until = clock_timestamp() + %(lease)s,
        message_id = CASE WHEN message_id = '' THEN %(message_id)s ELSE message_id END
    WHERE id = %(id)s AND (state = 'queued' AND attempts < %(limit)s OR lease_token = %(token)s)
    RETURNING attempts, message_id
"""


@dataclass(frozen=True)
class Lease:
    """The right to send one delivery now. Only its holder may settle it."""

    delivery: Delivery
    token: uuid.UUID = field(default_factory=uuid.uuid4)


def dispatch() -> int:
    """Hand all that is due to the broker, in batches while there is room; gives how many."""
    touch("dispatcher")
    handed = 0
    while batch := claim():
        for start in range(0, len(batch), GROUP):
            group = [str(pk) for pk in batch[start : start + GROUP]]
            # A message outlives no lease: else a slow mail server would fill the broker with messages for rows that
            # were swept and queued again, and workers would spend their time on those.
            if not broker.send("notifications.deliver", *group, expires=settings.DELIVERY_QUEUED_LEASE):
                put_back(batch[start:])
                return handed
            handed += len(group)
    return handed


@transaction.atomic
def claim(limit: int = BATCH, cap: int = CAP) -> list[uuid.UUID]:
    """Mark what is due as queued and give its ids, the urgent first; nothing while too much is in flight."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_TO_CLAIM, [DISPATCH_LOCK])
        lease: Any = timedelta(seconds=settings.DELIVERY_QUEUED_LEASE)
        cursor.execute(CLAIM, {"lease": lease, "limit": limit, "cap": cap})
        rows = cursor.fetchall()
    return [pk for pk, _priority, _next_at in sorted(rows, key=lambda row: (row[1], row[2], row[0]))]


def put_back(ids: Sequence[uuid.UUID]) -> int:
    """The broker did not take these: they wait again, and no attempt is counted."""
    return Delivery.objects.filter(pk__in=ids, state=State.QUEUED).update(state=State.PENDING, lease_until=None)


def look(ids: Sequence[uuid.UUID]) -> list[Delivery]:
    """Those of them that are queued, with all that decides whether they may leave."""
    trouble = AddressTrouble.objects.filter(
        person=OuterRef("recipient"), address=OuterRef("recipient__email"), cleared_at=None
    )
    wish = Preference.objects.filter(person=OuterRef("recipient"), kind=OuterRef("event__kind"), channel="mail")
    queued = Delivery.objects.filter(pk__in=ids, state=State.QUEUED)
    whole = queued.select_related("event", "recipient__writing_hours", "robot")
    return list(whole.annotate(is_undeliverable=Exists(trouble), wish=Subquery(wish.values("choice"))))


def take(lease: Lease, *, accepted: Lease | None = None) -> bool:
    """Begin an attempt, and note in the same breath that the mail server has accepted another.

    False when it is not queued (any more): somebody else's, or settled.
    """
    delivery = lease.delivery
    values: dict[str, Any] = {
        "id": delivery.pk,
        "token": lease.token,
        "lease": timedelta(seconds=settings.DELIVERY_SENDING_LEASE),
        "limit": MAX_ATTEMPTS,
        "message_id": f"<{delivery.pk}@{settings.MAIL_DOMAIN}>",
        "accepted": accepted and accepted.delivery.pk,
        "accepted_token": accepted and accepted.token,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        row = cursor.fetchone()
    if row is None:
        return False
    delivery.attempts, delivery.message_id = row
    return True


def settle_sent(lease: Lease) -> bool:
    """The mail server has it. False when the lease was lost meanwhile: then the row is another's to settle."""
    return _settle(lease, state=State.SENT, sent_at=Now(), last_error="")


def settle_suppressed(lease: Lease, reason: str) -> bool:
    """It is not to be sent (any more)."""
    return _settle(lease, state=State.SUPPRESSED, last_error=reason)


def settle_dead(lease: Lease, error: str) -> bool:
    """The mail server refused it for good: the data desk decides."""
    return _settle(lease, state=State.DEAD, last_error=error)


def settle_unknown(lease: Lease, error: str) -> bool:
    """It may have left or not, and must not leave twice: the data desk decides."""
    return _settle(lease, state=State.UNKNOWN, last_error=error)


def settle_later(lease: Lease, error: str, at_least: timedelta = timedelta()) -> bool:
    """It did not work now. Another attempt after a pause that grows; dead when the attempts are used up."""
    attempts = lease.delivery.attempts
    if attempts >= MAX_ATTEMPTS:
        return settle_dead(lease, error)
    pause = timedelta(seconds=FIRST_PAUSE * 2 ** (attempts - 1) * random.uniform(0.5, 1.0))
    return _settle(lease, state=State.PENDING, next_at=timezone.now() + max(pause, at_least), last_error=error)


def settle_put_off(lease: Lease, until: datetime) -> bool:
    """It may not leave yet: it waits until then, and no attempt is counted."""
    return _settle(lease, state=State.PENDING, next_at=until, attempts=F("attempts") - 1)


def _settle(lease: Lease, **values: Any) -> bool:
    if "last_error" in values:
        values["last_error"] = str(values["last_error"])[:300]
    mine = Delivery.objects.filter(pk=lease.delivery.pk, lease_token=lease.token)
    return bool(mine.update(lease_until=None, lease_token=None, **values))


def sweep() -> int:
    """Bring back what the broker or a worker lost: leases that ran out. Gives how many."""
    over = Delivery.objects.filter(lease_until__lt=Now())
    # What the broker lost keeps its place in the line.
    lost = over.filter(state=State.QUEUED).update(state=State.PENDING, lease_until=None)
    died = over.filter(state=State.SENDING)
    free = {"lease_until": None, "lease_token": None}
    unclear = died.filter(event__kind__in=kinds.at_most_once_codes()).update(
        state=State.UNKNOWN, last_error="worker_lost", **free
    )
    again = died.exclude(event__kind__in=kinds.at_most_once_codes())
    used_up = again.filter(attempts__gte=MAX_ATTEMPTS).update(state=State.DEAD, last_error="worker_lost", **free)
    back = again.filter(attempts__lt=MAX_ATTEMPTS).update(
        state=State.PENDING, next_at=Now(), last_error="worker_lost", **free
    )
    return lost + unclear + used_up + back


@transaction.atomic
def retry(deliveries: Iterable[Delivery], *, by: User) -> int:
    """Try failed or unclear deliveries again, with all attempts anew."""
    chosen = _for_a_person(deliveries, by)
    for delivery in chosen:
        audit.record("delivery.retried", delivery, by=by, state=delivery.state, attempts=delivery.attempts)
    count = Delivery.objects.filter(pk__in=[delivery.pk for delivery in chosen]).update(
        state=State.PENDING, attempts=0, next_at=Now(), last_error=""
    )
    if count:
        wake.after_commit()
    return count


@transaction.atomic
def give_up(deliveries: Iterable[Delivery], *, by: User) -> int:
    """Nothing more is tried. What went wrong stays written."""
    from django.db.models import Value
    from django.db.models.functions import Concat, Left

    chosen = _for_a_person(deliveries, by)
    for delivery in chosen:
        audit.record("delivery.given_up", delivery, by=by, state=delivery.state, attempts=delivery.attempts)
    return Delivery.objects.filter(pk__in=[delivery.pk for delivery in chosen]).update(
        state=State.SUPPRESSED, last_error=Left(Concat(Value("given_up: "), F("last_error")), 300)
    )


def _for_a_person(deliveries: Iterable[Delivery], by: User) -> list[Delivery]:
    if not policies.can_see_deliveries(by):
        raise PermissionDenied
    ids = [delivery.pk for delivery in deliveries]
    chosen = list(Delivery.objects.for_a_person().filter(pk__in=ids).select_for_update().order_by("pk"))
    if len(chosen) < len(ids):
        raise RuleBroken(_("Somebody has already decided about some of these. Please look again."))
    return chosen
