"""How old a block is: counted from the day the park last published or confirmed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from .blocks import BLOCKS, Block
from .decided import AGEING_MONTHS, FRESH_MONTHS
from .models import BlockConfirmation, BlockDraft

# The measure of the council's figures: fixed, so that years can be compared.
FRESH = timedelta(days=365)


def fresh_for() -> timedelta:
    """How long a confirmation is fresh, as the secretariat decided."""
    return _months(FRESH_MONTHS.value())


def ageing_for() -> timedelta:
    """When a confirmation turns from ageing into stale; never before it was ageing."""
    return max(_months(AGEING_MONTHS.value()), fresh_for())


def _months(months: int) -> timedelta:
    return timedelta(days=365 * months // 12)


@dataclass(frozen=True)
class Age:
    """A block and how far one can trust it: fresh (green), ageing (amber), stale (red), or never confirmed by the
    park."""

    block: Block
    state: str
    since: datetime | None
    by: object | None = None
    has_draft: bool = False

    @property
    def tone(self) -> str:
        return {"fresh": "ok", "ageing": "wait"}.get(self.state, "bad")


def state_of(since: datetime | None, now: datetime) -> str:
    if since is None:
        return "never"
    age = now - since
    return "fresh" if age < fresh_for() else "ageing" if age < ageing_for() else "stale"


def ages(
    confirmations: Iterable[BlockConfirmation], drafts: Iterable[BlockDraft] = (), now: datetime | None = None
) -> list[Age]:
    """Every block with its age, in the order of the profile."""
    now = now or timezone.now()
    known = {row.block: row for row in confirmations}
    drafted = {draft.block for draft in drafts if draft.data}
    return [
        Age(
            block,
            state_of(known[code].at if code in known else None, now),
            known[code].at if code in known else None,
            known[code].by if code in known else None,
            code in drafted,
        )
        for code, block in BLOCKS.items()
    ]
