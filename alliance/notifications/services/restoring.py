"""After a backup was restored: nothing that was under way is sent a second time (invariant 12)."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from ..models import Delivery

State = Delivery.State


@transaction.atomic
def settle_after_restore() -> int:
    """What was under way, or could have left between the backup and now, becomes unknown: a person decides about it.

    That includes what waited for a summary, which may have been sent since. What was meant for later still waits for
    its time. Gives how many are to be decided.
    """
    caught = Q(state__in=[State.QUEUED, State.SENDING, State.HELD]) | Q(state=State.PENDING, next_at__lte=Now())
    return Delivery.objects.filter(caught).update(
        state=State.UNKNOWN, last_error="restored", lease_until=None, lease_token=None
    )
