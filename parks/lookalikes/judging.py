"""Somebody looked at a pair and says that they are not the same; or takes that back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from ..models import LookAlike

LONGEST = 300


@transaction.atomic
def judge_different(pair: LookAlike, *, by: User, reason: str) -> LookAlike:
    """Remembered: the finder does not ask again. Judging twice changes nothing."""
    pair = LookAlike.objects.select_for_update().get(pk=pair.pk)
    if pair.state == LookAlike.State.DIFFERENT:
        return pair
    reason = " ".join(reason.split())[:LONGEST]
    if not reason:
        raise RuleBroken(_("Please say how you know that they are not the same."))
    pair.state, pair.judged_by, pair.judged_at = LookAlike.State.DIFFERENT, str(by.pk), timezone.now()
    pair.judgement = reason
    pair.save()
    audit.record(
        "duplicate.dismissed", pair, by=by, first=pair.first_id, second=pair.second_id, reason=audit.text_digest(reason)
    )
    return pair


@transaction.atomic
def reopen(pair: LookAlike, *, by: User) -> LookAlike:
    """Look at the pair again after all."""
    pair = LookAlike.objects.select_for_update().get(pk=pair.pk)
    if pair.state == LookAlike.State.OPEN:
        return pair
    pair.state, pair.judged_by, pair.judged_at, pair.judgement = LookAlike.State.OPEN, "", None, ""
    pair.save()
    audit.record("duplicate.reopened", pair, by=by, first=pair.first_id, second=pair.second_id)
    return pair
