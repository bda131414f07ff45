"""A second person looks at a sample of marks before anybody is told (G-1, G-2)."""

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import acting
from .. import notices_assessment as notices
from .. import policies as training
from .. import policies_assessment as policies
from ..models import AssessmentItem, Attempt, Cohort, Moderation, ModerationCheck
from ..sampling import sample
from ..workflows.attempts import ATTEMPT, require_distance

Verdict = ModerationCheck.Verdict


@transaction.atomic
def draw(cohort: Cohort, item: AssessmentItem, *, by: User, seed: str = "") -> Moderation:
    """Take all marks of this item that are not in a sample yet, and draw those a second person looks at.

    What does not count for the result needs nobody: its marks can be released at once.
    """
    cohort = (
        Cohort.objects.select_for_update(of=("self",))
        .select_related("version__curriculum__programme")
        .get(pk=cohort.pk)
    )
    if not (training.can_teach(by, cohort) or policies.can_release(by, cohort)):
        raise PermissionDenied
    if Moderation.objects.filter(cohort=cohort, item=item, closed_at__isnull=True).exists():
        raise RuleBroken(_("A sample of this item is being checked already."))
    marked = list(
        Attempt.objects.select_for_update(of=("self",)).filter(
            enrolment__cohort=cohort, item=item, state=Attempt.State.MARKED, moderation__isnull=True
        )
    )
    if not marked:
        raise RuleBroken(_("There are no new marks to check."))
    moderation = Moderation.objects.create(
        cohort=cohort, item=item, seed=seed or secrets.token_hex(16), size=len(marked), drawn_by=by
    )
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in marked]).update(moderation=moderation)
    given = {attempt.pk: attempt.mark for attempt in marked if attempt.mark is not None}
    drawn = sample(given, item.unit.pass_mark, moderation.seed) if item.is_summative else {}
    ModerationCheck.objects.bulk_create(
        ModerationCheck(moderation=moderation, attempt_id=pk, why=why) for pk, why in sorted(drawn.items())
    )
    audit.record(
        "moderation.drawn",
        moderation,
        by=by,
        on_behalf_of=acting.acting_for(by, moderation),
        seed=moderation.seed,
        size=moderation.size,
        drawn=sorted(drawn),
    )
    if item.is_summative:
        notices.tell_drawn(moderation, by=by)
    else:
        _close(moderation, by=None)
    return moderation


@transaction.atomic
def say(check: ModerationCheck, verdict: str, *, by: User, comment: str = "") -> ModerationCheck:
    """Agree with one mark of the sample, or ask the marker to look at it again. No mark changes by it."""
    moderation = _locked(check.moderation)
    check = ModerationCheck.objects.select_for_update(of=("self",)).select_related("attempt__item").get(pk=check.pk)
    _require_second(by, moderation, [check.attempt])
    comment = comment.strip()
    if verdict == Verdict.CHANGE and not comment:
        raise RuleBroken(_("Please say what to look at again."))
    check.verdict, check.comment, check.checked_by, check.checked_at = verdict, comment, by, timezone.now()
    check.save(update_fields=["verdict", "comment", "checked_by", "checked_at"])
    audit.record(
        "moderation.said",
        moderation,
        by=by,
        on_behalf_of=acting.acting_for(by, moderation),
        attempt=check.attempt_id,
        verdict=verdict,
    )
    if verdict == Verdict.CHANGE:
        notices.tell_look_again(check.attempt, by=by, key=f"{check.pk}:{check.checked_at:%s.%f}")
    return check


@transaction.atomic
def close(moderation: Moderation, *, by: User) -> int:
    """All of the sample is agreed: the marks of the whole batch count as checked and can be released."""
    moderation = _locked(moderation)
    _require_second(by, moderation, list(moderation.attempts.select_related("item")))
    if moderation.checks.exclude(verdict=Verdict.AGREE).exists():
        raise RuleBroken(_("Not every mark of the sample is agreed yet."))
    return _close(moderation, by=by)


def _close(moderation: Moderation, *, by: User | None) -> int:
    moved, behalf = 0, acting.acting_for(by, moderation)
    for attempt in moderation.attempts.filter(state=Attempt.State.MARKED).order_by("pk"):
        workflow.apply(ATTEMPT, attempt, "moderate", by=by, on_behalf_of=behalf)
        moved += 1
    moderation.closed_at, moderation.closed_by = timezone.now(), by
    moderation.save(update_fields=["closed_at", "closed_by"])
    audit.record("moderation.closed", moderation, by=by, on_behalf_of=behalf, marks=moved)
    if by is not None:
        notices.tell_checked(moderation, by=by)
    return moved


def why_not(person: User, moderation: Moderation, attempts: list[Attempt]) -> str:
    """Why this person is not the second one here; empty where they may be."""
    if not policies.can_check(person, moderation.cohort):
        return _("Only people of the teaching and awarding partners check marks.")
    if any(attempt.marker_id == person.pk for attempt in attempts):
        return _("You marked some of these yourself: a second person checks them.")
    for attempt in attempts:
        if reason := policies.distance(person, attempt.enrolment, attempt.item):
            return str(reason)
    return ""


def _require_second(by: User, moderation: Moderation, attempts: list[Attempt]) -> None:
    if not policies.can_check(by, moderation.cohort):
        raise PermissionDenied
    for attempt in attempts:
        if attempt.marker_id == by.pk:
            raise RuleBroken(_("You marked this yourself: a second person checks it."))
        require_distance(by, attempt)


def _locked(moderation: Moderation) -> Moderation:
    moderation = (
        Moderation.objects.select_for_update(of=("self",))
        .select_related("cohort__version__curriculum__programme")
        .get(pk=moderation.pk)
    )
    if moderation.closed_at is not None:
        raise RuleBroken(_("This check is closed already."))
    return moderation
