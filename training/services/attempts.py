"""Planning, marking, releasing and ending attempts (G-1, G-4, G-5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken, Stale

from .. import acting, marks, notices_assessment, origins, results, transcripts
from .. import policies_assessment as policies
from ..models import AssessmentItem, Attempt, Cohort, Enrolment, LineManager, ModerationCheck
from ..workflows.attempts import ATTEMPT, require_distance, require_under_way

State = Attempt.State


def lock(enrolment: Enrolment) -> Enrolment:
    """Attempts of one trainee are planned and marked one after another."""
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort__version__curriculum__programme", "park", "line_manager", "person")
        .get(pk=enrolment.pk)
    )


def attempts_at(enrolment: Enrolment, item: AssessmentItem) -> list[Attempt]:
    """In their order; those whose mark was told before a transfer come first and use up resits as well (V-5, G-4)."""
    own = list(enrolment.attempts.filter(item=item).order_by("number"))
    if enrolment.came_from_id is None:
        return own
    before = origins.within_version([*origins.of_one(enrolment), enrolment])[:-1]
    told = Attempt.objects.filter(enrolment__in=before, item=item, state__in=Attempt.COUNTING)
    # Rows grow along the way; `enrolment` would order by the days of their cohorts.
    return [*told.order_by("enrolment_id", "number"), *own]


def next_number(made: Sequence[Attempt]) -> int:
    """One more than there are: before numbers went on over a transfer they began anew."""
    return max([len(made), *(attempt.number for attempt in made)]) + 1


@transaction.atomic
def schedule(enrolment: Enrolment, item: AssessmentItem, *, by: User) -> Attempt:
    """The next attempt: the first, or a resit once the one before is released (G-4)."""
    enrolment = lock(enrolment)
    made = attempts_at(enrolment, item)
    attempt = Attempt(enrolment=enrolment, item=item, number=next_number(made))
    if not policies.can_mark(by, attempt):
        raise PermissionDenied
    if item.unit.version_id != enrolment.cohort.version_id:
        raise RuleBroken(_("This item is not part of the cohort's curriculum."))
    require_under_way(attempt)
    counted = [each for each in made if each.state != State.VOID]
    if counted and not counted[-1].is_told:
        raise RuleBroken(_("An attempt at this item is under way already."))
    if counted and counted[-1].state == State.APPEALED:
        raise RuleBroken(_("An appeal about this item is open: a resit waits for its decision."))
    rules = transcripts.rules_of(enrolment.cohort.version)
    if not results.may_try_again(len(counted), rules):
        raise RuleBroken(_("All attempts are used up: the version allows %(n)d resits.") % {"n": rules.resits})
    attempt.save()
    audit.record(
        "attempt.scheduled",
        attempt,
        by=by,
        on_behalf_of=acting.acting_for(by, attempt),
        enrolment=enrolment.pk,
        item=item.pk,
        number=attempt.number,
    )
    return attempt


@transaction.atomic
def hand_in(attempt: Attempt, *, by: User) -> Attempt:
    return acting.apply(ATTEMPT, attempt, "submit", by=by)


@transaction.atomic
def set_mark(
    enrolment: Enrolment, item: AssessmentItem, mark: int, *, by: User, feedback: str = "", seen: str | None = None
) -> Attempt:
    """Give or correct the mark of the attempt under way, planning the first one and taking the work in if need be.

    `seen` is the mark the person had before their eyes: where somebody else wrote another one since, nothing is lost.
    """
    enrolment = lock(enrolment)
    made = [each for each in attempts_at(enrolment, item) if each.state != State.VOID]
    attempt = made[-1] if made else schedule(enrolment, item, by=by)
    if attempt.is_told:
        raise RuleBroken(_("This mark is released. A resit is planned first; a mistake is put right by an appeal."))
    if seen is not None and marks.shown(attempt.mark) != seen and attempt.mark != mark:
        raise Stale(
            _("%(person)s wrote %(mark)s meanwhile.") % {"person": attempt.marker, "mark": marks.shown(attempt.mark)}
        )
    if attempt.state == State.SCHEDULED:
        attempt = acting.apply(ATTEMPT, attempt, "submit", by=by)
    if attempt.state == State.SUBMITTED:
        return acting.apply(ATTEMPT, attempt, "mark", by=by, mark=mark, feedback=feedback)
    return _mark_again(attempt, mark, feedback, by=by)


def _mark_again(attempt: Attempt, mark: int, feedback: str, *, by: User) -> Attempt:
    """A mark that nobody but teachers knows can be put right, while no sample holds it fast."""
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if not policies.can_mark(by, attempt):
        raise PermissionDenied
    asked = attempt.checks.filter(verdict=ModerationCheck.Verdict.CHANGE).select_related("checked_by").first()
    same = (attempt.mark, attempt.feedback) == (mark, feedback)
    if attempt.state != State.MARKED or (attempt.moderation_id is not None and asked is None):
        if same:
            return attempt
        raise RuleBroken(_("A second person is checking these marks: they change only where they ask for it."))
    if same and asked is None:
        return attempt
    require_distance(by, attempt)
    was = attempt.mark
    attempt.mark, attempt.feedback, attempt.marker, attempt.marked_at = mark, feedback, by, timezone.now()
    attempt.save(update_fields=["mark", "feedback", "marker", "marked_at"])
    audit.record(
        "attempt.marked_again", attempt, by=by, on_behalf_of=acting.acting_for(by, attempt), was=was, mark=mark
    )
    if asked is not None:
        asked.verdict, asked.checked_at = "", None
        asked.save(update_fields=["verdict", "checked_at"])
    return attempt


@transaction.atomic
def release(attempts: Iterable[Attempt], *, by: User) -> int:
    """Tell trainees their marks; what is released already is left alone. Gives how many were told."""
    told = 0
    behalf: dict[int, Organisation | None] = {}  # by programme: asked once, however many marks
    rows = Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).order_by("pk")
    for attempt in rows.select_related("enrolment__cohort__version__curriculum__programme"):
        if not policies.can_release_attempt(by, attempt):
            raise PermissionDenied
        if attempt.state == State.MODERATED:
            programme = policies.programme_of(attempt.enrolment)
            if programme.pk not in behalf:
                behalf[programme.pk] = acting.acting_for(by, programme)
            moved = workflow.apply(ATTEMPT, attempt, "release", by=by, on_behalf_of=behalf[programme.pk])
            notices_assessment.tell_released(moved, by=by)
            told += 1
    return told


@transaction.atomic
def declare_void(attempt: Attempt, *, by: User, reason: str) -> Attempt:
    return acting.apply(ATTEMPT, attempt, "void", by=by, reason=reason)


def finish(now: datetime | None = None) -> int:
    """Marks whose time for an appeal is over, and decided appeals, become final; gives how many."""
    now = now or timezone.now()
    due = Attempt.objects.filter(state=State.RELEASED, appeal_until__lt=now) | Attempt.objects.filter(
        state__in=(State.UPHELD, State.CHANGED)
    )
    done = 0
    for attempt in due.order_by("pk"):
        with transaction.atomic():
            try:
                workflow.apply(ATTEMPT, attempt, "finish", by=None, now=now)
            except RuleBroken:  # an appeal came in the same moment
                continue
            done += 1
    return done


@transaction.atomic
def name_manager(enrolment: Enrolment, person: User | None, *, by: User) -> LineManager | None:
    """Who directs the trainee at work, so that they neither mark nor check; None takes the name out again (G-1)."""
    enrolment = lock(enrolment)
    if not policies.can_name_manager(by, enrolment):
        raise PermissionDenied
    if person is not None and person.pk == enrolment.person_id:
        raise RuleBroken(_("Nobody is their own line manager."))
    named = None
    if person is None:
        LineManager.objects.filter(enrolment=enrolment).delete()
    else:
        named, _made = LineManager.objects.update_or_create(
            enrolment=enrolment, defaults={"person": person, "named_by": by, "named_at": timezone.now()}
        )
    audit.record(
        "enrolment.line_manager",
        enrolment,
        by=by,
        on_behalf_of=acting.acting_for(by, enrolment),
        person=person.pk if person else None,
    )
    return named


def paste(
    cohort: Cohort, item: AssessmentItem, lines: Sequence[tuple[Enrolment, int]], *, by: User
) -> list[tuple[Enrolment, str]]:
    """Many marks at once, each for itself; gives those that could not be taken, with the reason."""
    refused = []
    for enrolment, mark in lines:
        try:
            with transaction.atomic():
                set_mark(enrolment, item, mark, by=by, feedback=_kept_feedback(enrolment, item))
        except RuleBroken as broken:
            refused.append((enrolment, str(broken)))
    return refused


def _kept_feedback(enrolment: Enrolment, item: AssessmentItem) -> str:
    """A pasted column has no feedback: what was written stays."""
    last = enrolment.attempts.filter(item=item).exclude(state=State.VOID).order_by("-number").first()
    return last.feedback if last is not None and not last.is_told else ""
