"""What the portal checks about itself every night, and whom it tells."""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.services.closing import close_due_accounts
from alliance.accounts.services.retention import forget, tidy
from alliance.accounts.services.terms import mind_terms
from alliance.core import audit
from alliance.core.models import DailyHead

from .. import invariants
from ..kinds import NoticeKind
from ..models import InvariantRun, OutboxMail, ScheduleSlot
from ..notices import CHAIN_BROKEN, CHAIN_HEAD, INVARIANT_BROKEN
from . import running
from .notices import notify
from .people import people_with

logger = logging.getLogger(__name__)

NIGHT = "nightly"
KEEP_SLOTS = timedelta(days=3)
KEEP_RUNS = timedelta(days=90)
KEEP_MAILS = timedelta(days=30)


def check_invariants() -> InvariantRun:
    """Check now and write down what was found; the data desk is told when something does not hold."""
    found = invariants.broken()
    for finding in found:
        logger.error("invariant broken: %s", finding)
    with transaction.atomic():
        run = InvariantRun.objects.create(broken=found)
        if found:
            _tell(INVARIANT_BROKEN, str(run.pk))
    return run


def verify_audit() -> bool:
    """Check the audit chain; the data desk is told at once when it does not hold."""
    found = audit.verify()
    if found is None:
        return True
    logger.critical("the audit chain is broken: %s", found)
    with transaction.atomic():
        _tell(CHAIN_BROKEN, timezone.localdate().isoformat())
    return False


def publish_head() -> None:
    """Publish the head of the day that ended, and send it to the council: its members hold a copy (rule H-3).

    A day on which nothing happened has no head of its own to keep.
    """
    head = audit.publish_heads()
    council = Organisation.objects.filter(kind=Organisation.Kind.COUNCIL).first()
    if head is None or council is None or DailyHead.objects.filter(on__lt=head.on, seq=head.seq).exists():
        return
    with transaction.atomic():
        day = head.on.isoformat()
        notify(CHAIN_HEAD, to=people_with(Permission.SEE_AUDIT, council), about=council, key=day, head=day)


def nightly(now: datetime | None = None) -> bool:
    """The night's work, once for each day however often it is asked for; False when it was done already."""
    now = now or timezone.now()
    day = _midnight(timezone.localdate(now))
    if ScheduleSlot.objects.filter(name=NIGHT, slot_time=day).exists():
        return False
    mind_terms(timezone.localdate(now))
    close_due_accounts(now)
    tidy(now)
    publish_head()
    verify_audit()
    check_invariants()
    InvariantRun.objects.filter(at__lt=now - KEEP_RUNS).delete()
    # Kept mails hold addresses and links; nobody needs them for long.
    forget("kept_mails", OutboxMail.objects.filter(kept_at__lt=now - KEEP_MAILS))
    running.forget_slots(now - KEEP_SLOTS)
    # Last, so that a night that was cut short is done again; all of the above does no harm twice.
    return running.take_slot(NIGHT, day)


def _tell(kind: NoticeKind, key: str) -> None:
    secretariat = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    if secretariat is not None:
        notify(kind, to=people_with(Permission.SEE_DELIVERIES, secretariat), about=secretariat, key=key)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
