"""Cut the summaries whose morning has come. Everything that waits goes along, whenever it was told.

One row for each person, cadence and day decides who cuts: a second scheduler finds it taken, and a process that is
killed in the middle leaves nothing behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from alliance.accounts.models import User

from ..models import Delivery, Digest, Notice, Preference, hours_of
from ..notices.digests import DIGEST
from .notices import notify

State = Delivery.State

# Who has something waiting since when, by the cadence they want today.
WAITING = """
    SELECT held.recipient_id, wish.choice, min(held.created_at)
    FROM notifications_delivery held
    JOIN notifications_outboxevent event ON event.id = held.event_id
    JOIN notifications_preference wish
        ON wish.person_id = held.recipient_id AND wish.kind = event.kind AND wish.channel = 'mail'
    WHERE held.state = 'held' AND wish.choice IN ('daily', 'weekly')
    GROUP BY 1, 2
"""

# Held for a summary that nobody wants any more: it goes, or not, as wished now.
RELEASE = """
    UPDATE notifications_delivery held SET state = 'pending', next_at = now()
    FROM notifications_outboxevent event
    WHERE held.state = 'held' AND event.id = held.event_id AND NOT EXISTS (
        SELECT 1 FROM notifications_preference wish
        WHERE wish.person_id = held.recipient_id AND wish.kind = event.kind AND wish.channel = 'mail'
        AND wish.choice IN ('daily', 'weekly')
    )
"""

CUT = """
    INSERT INTO notifications_digest (person_id, cadence, "on", cut_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True)
class Due:
    """A summary that is to be cut now."""

    person: User
    cadence: str
    on: date


def make_digests(now: datetime | None = None) -> int:
    """Cut all summaries that are due; gives how many mails that makes. Asked again, it makes none."""
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(RELEASE)
    return sum(cut(due, now) for due in due_digests(now))


def due_digests(now: datetime) -> Iterator[Due]:
    """Whose morning has come and who has something that was told before it."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        waiting = cursor.fetchall()
    people = User.objects.select_related("writing_hours").in_bulk({person for person, _cadence, _since in waiting})
    for pk, cadence, since in waiting:
        person = people[pk]
        moment = hours_of(person).digest_moment(cadence, now)
        if moment is not None and since < moment:
            yield Due(person, cadence, moment.date())


@transaction.atomic
def cut(due: Due, now: datetime) -> bool:
    """Put all that waits into one summary, unless that was done. What was read in the portal meanwhile is left out."""
    with connection.cursor() as cursor:
        cursor.execute(CUT, [due.person.pk, due.cadence, due.on, now])
        row = cursor.fetchone()
    if row is None:
        return False
    wanted = Preference.objects.filter(person=due.person, channel="mail", choice=due.cadence)
    held = Delivery.objects.filter(
        recipient=due.person, state=State.HELD, event__kind__in=wanted.order_by().values("kind")
    )
    read = Notice.objects.filter(recipient=due.person, read_at__isnull=False)
    held.filter(event__in=read.values("event")).update(state=State.SUPPRESSED, last_error="already_read")
    digest = Digest(pk=row[0], person=due.person, cadence=due.cadence, on=due.on)
    if not held.update(state=State.DIGESTED, digest=digest):
        return False
    notify(DIGEST, to=[due.person], about=digest, key=digest.pk)
    return True


def settle_held(person: User, choices: dict[str, str]) -> None:
    """What waits for a summary follows a change of mind: it goes now, waits on, or does not go."""
    now = [code for code, choice in choices.items() if choice == Preference.Choice.IMMEDIATELY]
    never = [code for code, choice in choices.items() if choice == Preference.Choice.OFF]
    held = Delivery.objects.filter(recipient=person, state=State.HELD)
    held.filter(event__kind__in=now).update(state=State.PENDING, next_at=timezone.now())
    held.filter(event__kind__in=never).update(state=State.SUPPRESSED, last_error="switched_off")
