"""What may go goes every night, and that it went is written down (6.56)."""

from datetime import datetime, timedelta

from allauth.account.models import EmailConfirmation
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from alliance.core import audit

from ..decided_privacy import INVITATION_KEEP_DAYS, LOG_DAYS
from ..models import Invitation, Organisation, SecurityEvent


def tidy(now: datetime | None = None) -> dict[str, int]:
    """Delete what nobody needs any more; gives how many rows of each kind. Does no harm twice."""
    now = now or timezone.now()
    old_log = now - timedelta(days=LOG_DAYS.value())
    old_letter = now - timedelta(days=INVITATION_KEEP_DAYS.value())
    unused = Invitation.objects.filter(accepted_at__isnull=True).filter(
        Q(revoked_at__lt=old_letter) | Q(revoked_at__isnull=True, expires_at__lt=old_letter)
    )
    kinds: dict[str, QuerySet] = {
        "security_events": SecurityEvent.objects.filter(at__lt=old_log),
        "invitations": unused,
        "sessions": Session.objects.filter(expire_date__lt=now),
        "confirmations": EmailConfirmation.objects.filter(created__lt=old_letter),
    }
    return {name: gone for name, rows in kinds.items() if (gone := forget(name, rows))}


@transaction.atomic
def forget(name: str, rows: QuerySet) -> int:
    """Delete these rows and write into the audit chain how many of which kind went. Later packages call it too."""
    gone = rows.delete()[0]
    secretariat = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    if gone and secretariat is not None:
        audit.record("retention.deleted", secretariat, by=None, kind=name, rows=gone)
    return gone
