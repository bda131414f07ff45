"""Tell people: an event, its notices in the portal and its mails, written in the transaction in which it happened."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet

from alliance.accounts.models import User

from .. import kinds, wake
from ..kinds import NoticeKind
from ..models import Delivery, Notice, OutboxEvent, Robot

FAN_OUT = 1000  # recipients of one statement

INSERT_EVENTS = """
    INSERT INTO notifications_outboxevent
        (kind, dedupe_key, about_type, about_id, payload, actor_id, created_at, fanned_out_at)
    SELECT %s, one.key, one.type, one.id, one.payload::jsonb, %s, now(), now()
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS one (key, type, id, payload, place)
    ORDER BY one.place
    ON CONFLICT (dedupe_key) DO NOTHING
    RETURNING id, dedupe_key
"""

# Who wants no mark as new finds it in the inbox all the same.
INSERT_NOTICES = """
    INSERT INTO notifications_notice (event_id, recipient_id, created_at, read_at)
    SELECT %(event)s, person.id, now(), CASE WHEN quiet.id IS NOT NULL THEN now() END
    FROM accounts_user person
    LEFT JOIN notifications_preference quiet
        ON quiet.person_id = person.id AND quiet.kind = %(kind)s AND quiet.channel = 'inapp' AND quiet.choice = 'off'
        AND NOT %(must_know)s
    WHERE person.id = ANY(%(people)s) AND person.is_active
    ON CONFLICT DO NOTHING
"""

# A mail that is not wanted is a row too: it says why nothing was sent. One for a summary is held for it.
INSERT_MAILS = """
    INSERT INTO notifications_delivery
        (id, event_id, recipient_id, channel, state, attempts, next_at, priority, message_id, last_error, created_at)
    SELECT gen_random_uuid(), %(event)s, person.id, 'mail',
           CASE wish.choice WHEN 'off' THEN 'suppressed' WHEN 'daily' THEN 'held' WHEN 'weekly' THEN 'held'
           ELSE 'pending' END,
           0, now(), %(priority)s, '', CASE wish.choice WHEN 'off' THEN 'switched_off' ELSE '' END, now()
    FROM accounts_user person
    LEFT JOIN notifications_preference wish
        ON wish.person_id = person.id AND wish.kind = %(kind)s AND wish.channel = 'mail' AND NOT %(must_know)s
    WHERE person.id = ANY(%(people)s) AND person.is_active
    ON CONFLICT DO NOTHING
"""

INSERT_LETTER = """
    INSERT INTO notifications_delivery
        (id, event_id, channel, state, attempts, next_at, priority, message_id, last_error, created_at)
    VALUES (gen_random_uuid(), %s, 'mail', 'pending', 0, now(), %s, '', '', now())
"""


def notify(
    kind: NoticeKind,
    *,
    to: Iterable[User],
    about: models.Model,
    actor: User | None = None,
    key: str | int,
    **ids: Any,
) -> OutboxEvent | None:
    """Tell these people, once: a second call with the same `key` changes nothing and gives None.

    Belongs into the transaction of the change. `ids` are what the message is made of later: ids and short codes, never
    words or addresses of people. Nobody is told twice, closed accounts are left out, and who acted is told only if in
    `to`.
    """
    if kind.letter_to is not None:
        raise TypeError(f"{kind.code} is a letter to an address: call letter().")
    return notify_each(kind, [Telling(about, str(key), _ids(to), ids)], actor=actor)[0]


@dataclass(frozen=True)
class Telling:
    """One message of several of a kind: what it is about, its key, the keys of those who are told, and its ids."""

    about: models.Model
    key: str
    people: Sequence[int]
    ids: Mapping[str, Any] = field(default_factory=dict)


def notify_each(
    kind: NoticeKind, tellings: Sequence[Telling], *, actor: User | None = None
) -> list[OutboxEvent | None]:
    """`notify` for several things at once; gives their events in order, None for what was told before."""
    events = _record(kind, tellings, actor)
    told = [(event, telling) for event, telling in zip(events, tellings, strict=True) if event is not None]
    for event, telling in told:
        for people in _chunks(telling.people):
            fan_out: dict[str, Any] = {
                "event": event.pk,
                "people": people,
                "kind": kind.code,
                "must_know": kind.must_know,
                "priority": kind.priority,
            }
            with connection.cursor() as cursor:
                if "inapp" in kind.channels:
                    cursor.execute(INSERT_NOTICES, fan_out)
                if "mail" in kind.channels:
                    cursor.execute(INSERT_MAILS, fan_out)
    groups = _tell_groups(kind, [event for event, _telling in told])
    if told and ("mail" in kind.channels or groups):
        wake.after_commit()
    return events


def _tell_groups(kind: NoticeKind, events: Sequence[OutboxEvent]) -> int:
    """The groups whose robots were told to say this, of the organisations that it concerns; gives how many."""
    if kind.for_groups is None or not events:
        return 0
    robots = Robot.objects.on().filter(kinds__contains=[kind.code])
    if not robots.exists():
        return 0
    planned = []
    for event in events:
        concerned = kind.for_groups.organisations(kind.facts(event.about_type, event.about_id, event.payload))
        chosen = robots.filter(organisation__in={organisation.pk for organisation in concerned})
        planned += [
            Delivery(event=event, robot=robot, channel=Delivery.Channel.WEBHOOK, priority=kind.priority)
            for robot in chosen
        ]
    return len(Delivery.objects.bulk_create(planned, ignore_conflicts=True))


def letter(
    kind: NoticeKind, *, about: models.Model, actor: User | None = None, key: str | int, **ids: Any
) -> OutboxEvent | None:
    """Write to an address that has no person here yet. The address is read from the object when the letter leaves."""
    if kind.letter_to is None:
        raise TypeError(f"{kind.code} goes to people: call notify().")
    event = _record(kind, [Telling(about, str(key), [], ids)], actor)[0]
    if event is not None:
        with connection.cursor() as cursor:
            cursor.execute(INSERT_LETTER, [event.pk, kind.priority])
        wake.after_commit()
    return event


def _record(kind: NoticeKind, tellings: Sequence[Telling], actor: User | None) -> list[OutboxEvent | None]:
    if not connection.in_atomic_block:
        raise RuntimeError("A notice belongs to the transaction of what it tells of.")
    if kinds.notice_kind(kind.code) is not kind:
        raise LookupError(f"The kind {kind.code} is not registered.")
    events = [
        OutboxEvent(
            kind=kind.code,
            dedupe_key=f"{kind.code}:{telling.key}",
            about_type=telling.about._meta.label_lower,
            about_id=str(telling.about.pk),
            payload=plain_ids(telling.ids),
            actor=actor,
        )
        for telling in tellings
    ]
    rows = [(event.dedupe_key, event.about_type, event.about_id, json.dumps(event.payload)) for event in events]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_EVENTS, [kind.code, actor.pk if actor else None, *map(list, zip(*rows, strict=True))])
        written = {key: pk for pk, key in cursor.fetchall()}
    for event in events:
        if (pk := written.pop(event.dedupe_key, None)) is not None:
            event.pk = pk
            event._state.adding = False
    return [event if event.pk else None for event in events]


def plain_ids(ids: Mapping[str, Any]) -> dict[str, Any]:
    """Ids and short codes as JSON keeps them; anything longer is content and does not belong into a payload."""
    found: dict[str, Any] = {}
    for name, value in ids.items():
        match value:
            case None | bool() | int():
                found[name] = value
            case uuid.UUID():
                found[name] = str(value)
            case str() if len(value) <= 64 and "@" not in value:
                found[name] = str(value)
            case models.Model():
                found[name] = plain_ids({name: value.pk})[name]
            case _:
                raise TypeError(f"{name} is no id: a payload holds ids and short codes only.")
    return found


def _ids(people: Iterable[User]) -> list[int]:
    if isinstance(people, QuerySet):
        return sorted(set(people.order_by().values_list("pk", flat=True)))
    return sorted({person.pk for person in people})


def _chunks(people: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(people), FAN_OUT):
        yield people[start : start + FAN_OUT]


def mark_read(person: User, notice: Notice | None = None) -> int:
    """One notice of this person, or all; gives how many were new."""
    mine = Notice.objects.filter(recipient=person)
    return (mine.filter(pk=notice.pk) if notice else mine).mark_read()
