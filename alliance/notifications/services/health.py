"""How the portal's messages fare, in one look: for the page of deliveries, the status page and the metrics."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from ..models import Delivery, Heartbeat, InvariantRun
from . import running

State = Delivery.State

AT_A_GLANCE = """
    SELECT (SELECT min(created_at) FROM notifications_delivery
            WHERE state IN ('pending', 'queued', 'sending') AND next_at <= %s),
           (SELECT count(*) FROM notifications_robot WHERE state = 'off'),
           (SELECT count(*) FROM notifications_addresstrouble WHERE cleared_at IS NULL)
"""


@dataclass(frozen=True)
class Sign:
    """When a process last said that it lives."""

    name: str
    at: datetime | None
    is_fresh: bool


@dataclass(frozen=True)
class Health:
    """What waits, what failed, who is silent. `counts` is by channel and state; times are those of planning."""

    signs: list[Sign]
    counts: dict[str, dict[str, int]]
    oldest_waiting: datetime | None
    last_check: InvariantRun | None
    robots_off: int
    addresses_in_trouble: int
    broken: list[str] = field(default_factory=list)

    @property
    def for_a_person(self) -> int:
        """Deliveries a machine gave up on."""
        return sum(by_state.get(state, 0) for by_state in self.counts.values() for state in (State.DEAD, State.UNKNOWN))

    @property
    def silent(self) -> list[str]:
        """Processes without a sign of life in the last minute."""
        return [sign.name for sign in self.signs if not sign.is_fresh]

    @property
    def is_well(self) -> bool:
        return not (self.silent or self.broken or self.for_a_person)


def health(now: datetime | None = None) -> Health:
    """Asked in four queries, whatever the number of rows."""
    now = now or timezone.now()
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    counts: dict[str, dict[str, int]] = {}
    for channel, state, count in Delivery.objects.order_by().values_list("channel", "state").annotate(Count("pk")):
        counts.setdefault(channel, {})[state] = count
    last = InvariantRun.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(AT_A_GLANCE, [now])
        oldest, robots_off, in_trouble = cursor.fetchone()
    return Health(
        signs=[Sign(name, at := seen.get(name), at is not None and now - at < running.FRESH) for name in running.NAMES],
        counts=counts,
        oldest_waiting=oldest,
        last_check=last,
        robots_off=robots_off,
        addresses_in_trouble=in_trouble,
        broken=list(last.broken) if last else [],
    )
