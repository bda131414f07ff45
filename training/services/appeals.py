"""A trainee asks that a mark be looked at anew; the decision is a row of its own (G-5)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken

from .. import acting
from .. import notices_assessment as notices
from ..models import Appeal, AppealDecision, Attempt, ProgrammePartner
from ..workflows.attempts import ATTEMPT

Role = ProgrammePartner.Role
ANSWER_DAYS = 10


@transaction.atomic
def appeal(attempt: Attempt, *, by: User, words: str, now: datetime | None = None) -> Appeal:
    """At most once for an attempt, within ten working days of its release."""
    if not words.strip():
        raise RuleBroken(_("Please say what should be looked at, and why."))
    attempt = acting.apply(ATTEMPT, attempt, "appeal", by=by, reason=words, now=now)
    made = Appeal.objects.create(
        attempt=attempt, words=words.strip(), due_at=add_working_days(now or timezone.now(), ANSWER_DAYS)
    )
    notices.tell_appealed(made, by=by)
    return made


@transaction.atomic
def decide(appeal: Appeal, *, by: User, words: str, mark: int | None = None) -> AppealDecision:
    """The mark stands, or `mark` counts in its place; the released mark stays in its row as it was."""
    attempt = Attempt.objects.get(pk=appeal.attempt_id)
    if mark is not None and mark == attempt.mark:
        raise RuleBroken(_("That is the mark as it was. Let it stand, or decide another one."))
    attempt = acting.apply(
        ATTEMPT, attempt, "uphold" if mark is None else "change", by=by, roles=(Role.AWARDING,), reason=words
    )
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    appeal.answer = words.strip()
    appeal.save(update_fields=["answer"])
    decision = AppealDecision.objects.create(
        appeal=appeal,
        outcome=AppealDecision.Outcome.UPHELD if mark is None else AppealDecision.Outcome.CHANGED,
        mark=mark,
        decided_by=by,
        words_digest=audit.text_digest(appeal.answer),
    )
    audit.record(
        "appeal.decided",
        decision,
        by=by,
        on_behalf_of=acting.acting_for(by, attempt, Role.AWARDING),
        attempt=attempt.pk,
        was=attempt.mark,
        mark=mark,
    )
    notices.tell_appeal_decided(appeal, by=by)
    return decision
