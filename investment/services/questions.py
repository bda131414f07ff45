"""Ask, answer, publish; rounds with a deadline; what the clock does (D-11)."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken

from .. import policies
from .. import policies_dialogue as allowed
from ..decided import QUESTION_DAYS
from ..models import Interest, Project, Question, QuestionRound
from ..notices import questions as notices
from ..workflows.questions import QUESTION
from . import interests, locking

# More at once nobody answers with care.
MOST_OPEN = 50


def lock(question: Question) -> Question:
    """In the order of `interests.lock`, the question last."""
    interests.lock(question.interest)
    Question.objects.select_for_update(no_key=True).get(pk=question.pk)
    return Question.objects.select_related(
        "project", "interest__investor__organisation", "interest__project", "round", "asked_by"
    ).get(pk=question.pk)


def round_now(project: Project, now: datetime) -> QuestionRound | None:
    """The round whose answers are still due, if there is one."""
    return QuestionRound.objects.filter(project=project, answer_until__gt=now).order_by("-number").first()


@transaction.atomic
def open_round(project: Project, *, ask_until: datetime, answer_until: datetime, by: User) -> QuestionRound:
    """One round at a time; its deadlines hold for all investors alike and are not moved."""
    project = locking.lock(project)
    if not policies.promotes(by, project):
        raise PermissionDenied
    now = timezone.now()
    if project.state not in Project.OPEN_STATES:
        raise RuleBroken(_("The project is not open to investors now."))
    if round_now(project, now) is not None:
        raise RuleBroken(_("A round of questions runs. The next can begin after its last deadline."))
    if ask_until <= now:
        raise RuleBroken(_("The deadline for questions lies ahead of us."))
    if answer_until <= ask_until:
        raise RuleBroken(_("Answers end after questions do."))
    number = (QuestionRound.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0) + 1
    made = QuestionRound.objects.create(
        project=project, number=number, ask_until=ask_until, answer_until=answer_until, created_by=by
    )
    audit.record("question_round.opened", made, by=by, project=project.pk)
    return made


@transaction.atomic
def ask_question(interest: Interest, *, text: str, is_for_all: bool = False, by: User) -> Question:
    """An investor in dialogue asks; the parks' clock begins, or the round's deadline counts."""
    interest = interests.lock(interest)
    if not allowed.can_ask(by, interest):
        raise PermissionDenied
    text = text.strip()
    if not text:
        raise RuleBroken(_("Write the question."))
    open_now = Question.objects.filter(interest=interest, state=Question.State.ASKED).count()
    if open_now >= MOST_OPEN:
        raise RuleBroken(_("%(n)d questions of yours wait already. Ask more when some are answered.") % {"n": open_now})
    now = timezone.now()
    running = round_now(interest.project, now)
    if running is not None and now > running.ask_until:
        raise RuleBroken(_("The deadline for questions of this round has passed. Ask again after its answers."))
    last = Question.objects.filter(interest=interest).aggregate(last=Max("number"))["last"] or 0
    question = Question.objects.create(
        project=interest.project,
        interest=interest,
        round=running,
        number=last + 1,
        text=text,
        is_for_all=is_for_all,
        asked_by=by,
        asked_at=now,
        due_at=running.answer_until if running else add_working_days(now, QUESTION_DAYS.value()),
    )
    audit.record("investor_question.asked", question, by=by, on_behalf_of=interest.investor.organisation)
    notices.asked(question, by=by)
    return question


@transaction.atomic
def answer_question(
    question: Question, *, answer: str, is_material: bool = False, for_all: bool = False, by: User
) -> Question:
    """The parks' answer. What is material, or was asked for publication, goes on to the moderator."""
    question = lock(question)
    to_all = is_material or for_all or question.is_material or question.is_for_all
    verb = "answer_for_all" if to_all else "answer"
    return workflow.apply(QUESTION, question, verb, by=by, answer=answer, is_material=is_material)


@transaction.atomic
def publish_question(question: Question, *, audience: str, texts: Mapping[str, str], by: User) -> Question:
    """As the moderator wrote it, for this audience; the words of the dialogue stay where they are."""
    question = lock(question)
    return workflow.apply(QUESTION, question, "publish", by=by, audience=audience, texts=dict(texts))


@transaction.atomic
def move_question(
    question: Question, verb: str, *, by: User | None, reason: str = "", is_material: bool = False
) -> Question:
    """A step that asks for nothing but a reason."""
    question = lock(question)
    return workflow.apply(QUESTION, question, verb, by=by, reason=reason, is_material=is_material)


@transaction.atomic
def mark_material(question: Question, *, by: User) -> Question:
    """The desk or the parks find that the answer could change a decision: it will be published to all (D-11)."""
    question = lock(question)
    if not (allowed.can_answer(by, question) or allowed.can_moderate(by, question)):
        raise PermissionDenied
    if question.is_material:
        return question
    if question.state == Question.State.ANSWERED:
        return workflow.apply(QUESTION, question, "raise", by=by, is_material=True)
    if question.state not in (Question.State.ASKED, Question.State.IN_MODERATION, Question.State.PUBLISHED):
        raise RuleBroken(_("There is no answer that could be published."))
    question.is_material = True
    question.save(update_fields=["is_material"])
    audit.record("investor_question.marked_material", question, by=by)
    return question


# The clock ----------------------------------------------------------------------------------------------------------


def mind(now: datetime | None = None) -> int:
    """Close what a round left unanswered and what a dialogue left behind; tell of what is overdue, once each."""
    now = now or timezone.now()
    asked = Question.objects.filter(state=Question.State.ASKED)
    done = 0
    for pk in asked.filter(round__answer_until__lt=now).order_by("pk").values_list("pk", flat=True):
        done += _by_clock(pk, "lapse")
    for pk in asked.filter(interest__state__in=Interest.CLOSED_STATES).order_by("pk").values_list("pk", flat=True):
        done += _by_clock(pk, "withdraw")
    late = Question.objects.late(now).filter(escalated_at__isnull=True).order_by("pk")
    for pk in late.values_list("pk", flat=True):
        done += _escalate(pk, now)
    return done


def _by_clock(pk: int, verb: str) -> int:
    question = Question.objects.select_related("interest").get(pk=pk)
    try:
        move_question(question, verb, by=None)
    except RuleBroken:
        # Somebody was a moment faster.
        return 0
    return 1


@transaction.atomic
def _escalate(pk: int, now: datetime) -> int:
    question = Question.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if question is None or not Question.objects.late(now).filter(pk=pk, escalated_at__isnull=True).exists():
        return 0
    question.escalated_at = now
    question.save(update_fields=["escalated_at"])
    audit.record("investor_question.escalated", question, by=None)
    notices.late(question)
    return 1
