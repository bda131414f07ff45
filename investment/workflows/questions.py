"""A question of an investor, from asking to the answer once for all (D-11): one table for both sides and the desk."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken
from alliance.core.pagecache import public_data_changed
from alliance.core.workflow import Move, Workflow

from .. import policies_dialogue as allowed
from ..decided import PUBLISH_DAYS
from ..models import Interest, Question, QuestionRound
from ..notices import questions as notices

State = Question.State
PUBLISHED_FIELDS = (
    "published_question_zh",
    "published_question_en",
    "published_answer_zh",
    "published_answer_en",
)


# Guards -------------------------------------------------------------------------------------------------------------


def refuse_after_deadline(question: Question) -> None:
    """D-11: in a round of questions an answer after the deadline is refused."""
    if question.round_id is None:
        return
    asked_in = QuestionRound.objects.get(pk=question.round_id)
    if timezone.now() > asked_in.answer_until:
        raise RuleBroken(_("The deadline for answers of this round has passed."))


def _has_answer(question: Question, *, answer: str = "", **data: Any) -> None:
    refuse_after_deadline(question)
    if not answer.strip():
        raise RuleBroken(_("Write the answer."))


def _stays_private(question: Question, *, is_material: bool = False, **data: Any) -> None:
    _has_answer(question, **data)
    if is_material or question.is_material or question.is_for_all:
        raise RuleBroken(_("This answer is for all in dialogue; it cannot stay between two."))


def _not_material(question: Question, **data: Any) -> None:
    if question.is_material:
        raise RuleBroken(_("The answer to a material question is published to all (D-11)."))


def _round_passed(question: Question, **data: Any) -> None:
    asked_in = question.round
    if asked_in is None or timezone.now() <= asked_in.answer_until:
        raise RuleBroken(_("The deadline for answers has not passed."))


def names_in(question: Question, texts: Iterable[str]) -> list[str]:
    """Names that would tell who asked: of the investor and of its people in this question."""
    interest = Interest.objects.select_related("investor__organisation").get(pk=question.interest_id)
    organisation = interest.investor.organisation
    names = {organisation.name_zh, organisation.name_en, question.asked_by.name}
    whole = "\n".join(texts).casefold()
    return sorted(name for name in names if name.strip() and name.casefold() in whole)


def _is_fit_for_all(question: Question, *, audience: str = "", texts: Any = None, **data: Any) -> None:
    """D-11: edited in both languages, and nobody learns from it who asked."""
    texts = texts or {}
    if audience not in Question.Audience.values:
        raise RuleBroken(_("Choose who reads it."))
    if any(not texts.get(name, "").strip() for name in PUBLISHED_FIELDS):
        raise RuleBroken(_("Write question and answer in both languages."))
    if found := names_in(question, texts.values()):
        raise RuleBroken(_("This would tell who asked: %(names)s. Take the name out.") % {"names": ", ".join(found)})


# Effects ------------------------------------------------------------------------------------------------------------


def _keep(question: Question, *, reason: str = "", **data: Any) -> Iterable[str]:
    question.state_reason = reason
    question.escalated_at = None
    return ("state_reason", "escalated_at")


def _answered(question: Question, *, by: Any, answer: str = "", is_material: bool = False, **data: Any) -> Any:
    question.answer, question.answered_by, question.answered_at = answer.strip(), by, timezone.now()
    question.is_material = question.is_material or is_material
    return (*_keep(question, **data), "answer", "answered_by", "answered_at", "is_material")


def _to_moderate(question: Question, **data: Any) -> Iterable[str]:
    question.publish_due_at = add_working_days(timezone.now(), PUBLISH_DAYS.value())
    return (*_keep(question, **data), "publish_due_at")


def _answered_for_all(question: Question, **data: Any) -> Iterable[str]:
    question.is_for_all = True
    return (*_answered(question, **data), *_to_moderate(question, **data), "is_for_all")


def _raised(question: Question, *, is_material: bool = False, **data: Any) -> Iterable[str]:
    question.is_for_all = True
    question.is_material = question.is_material or is_material
    return (*_to_moderate(question, **data), "is_for_all", "is_material")


def _published(question: Question, *, by: Any, audience: str = "", texts: Any = None, **data: Any) -> Iterable[str]:
    for name in PUBLISHED_FIELDS:
        setattr(question, name, texts[name].strip())
    question.audience, question.published_by, question.published_at = audience, by, timezone.now()
    return (*_keep(question, **data), *PUBLISHED_FIELDS, "audience", "published_by", "published_at")


def _for_one(question: Question, **data: Any) -> Iterable[str]:
    question.is_for_all = False
    return (*_keep(question, **data), "is_for_all")


def _tell(verb: str) -> Any:
    def then(question: Question, *, by: Any, **data: Any) -> None:
        notices.moved(question, verb, by=by)
        if verb in ("publish", "take_back"):
            public_data_changed()

    return then


# Who ----------------------------------------------------------------------------------------------------------------

INVESTOR = gettext_lazy("People of the investor")
PARKS = gettext_lazy("Parks that promote the project")
DESK = gettext_lazy("The investment desk")


def _parks_or_desk(person: Any, question: Question) -> bool:
    return allowed.can_answer(person, question) or allowed.can_moderate(person, question)


def _nobody(person: Any, question: Question) -> bool:
    return False


def _move(verb: str, source: str, target: str, label: Any, done: Any, **more: Any) -> Move:
    more = {"who": allowed.can_answer, "who_label": PARKS, "effect": _keep, "then": _tell(verb)} | more
    return Move(verb=verb, sources=(source,), target=target, label=label, done=done, **more)


QUESTION = Workflow(
    code="investor_question",
    title=gettext_lazy("A question of an investor"),
    summary=gettext_lazy(
        "An investor in dialogue asks, the parks answer within a clock. What concerns all is edited by the investment "
        "desk, in both languages and without a name, and published to all; a material answer within three working days."
    ),
    model=Question,
    field="state",
    initial=State.ASKED,
    moves=(
        _move(
            "answer",
            State.ASKED,
            State.ANSWERED,
            gettext_lazy("Answer in the dialogue"),
            gettext_lazy("Answered. The investor reads it now."),
            guard=_stays_private,
            effect=_answered,
        ),
        _move(
            "answer_for_all",
            State.ASKED,
            State.IN_MODERATION,
            gettext_lazy("Answer once for all"),
            gettext_lazy("Answered. The investor reads it now; the investment desk prepares it for all."),
            guard=_has_answer,
            effect=_answered_for_all,
        ),
        _move(
            "refuse",
            State.ASKED,
            State.REFUSED,
            gettext_lazy("Not to be answered"),
            gettext_lazy("The investor reads the reason."),
            needs_reason=True,
            tone="danger",
        ),
        _move(
            "withdraw",
            State.ASKED,
            State.WITHDRAWN,
            gettext_lazy("Withdraw the question"),
            gettext_lazy("Withdrawn."),
            help=gettext_lazy("Also by itself, when the dialogue ends before an answer."),
            who=allowed.can_withdraw_question,
            who_label=INVESTOR,
            by_clock=True,
            tone="danger",
        ),
        _move(
            "lapse",
            State.ASKED,
            State.UNANSWERED,
            gettext_lazy("The deadline passes"),
            gettext_lazy("Closed without an answer."),
            help=gettext_lazy("By itself, when the deadline for answers of its round has passed."),
            who=_nobody,
            who_label=gettext_lazy("The clock"),
            by_clock=True,
            guard=_round_passed,
        ),
        _move(
            "raise",
            State.ANSWERED,
            State.IN_MODERATION,
            gettext_lazy("It concerns all"),
            gettext_lazy("The investment desk prepares it for all."),
            who=_parks_or_desk,
            who_label=gettext_lazy("The parks, or the investment desk"),
            effect=_raised,
        ),
        _move(
            "publish",
            State.IN_MODERATION,
            State.PUBLISHED,
            gettext_lazy("Publish"),
            gettext_lazy("Published. Everybody in dialogue is told."),
            help=gettext_lazy("In both languages, and so that nobody learns who asked."),
            who=allowed.can_moderate,
            who_label=DESK,
            guard=_is_fit_for_all,
            effect=_published,
        ),
        _move(
            "keep_private",
            State.IN_MODERATION,
            State.ANSWERED,
            gettext_lazy("Leave it in the dialogue"),
            gettext_lazy("It stays between the investor and the parks."),
            help=gettext_lazy("Not possible for a material question."),
            who=allowed.can_moderate,
            who_label=DESK,
            guard=_not_material,
            effect=_for_one,
            needs_reason=True,
        ),
        _move(
            "take_back",
            State.PUBLISHED,
            State.IN_MODERATION,
            gettext_lazy("Take back"),
            gettext_lazy("Nobody reads it any more until it is published again."),
            who=allowed.can_moderate,
            who_label=DESK,
            effect=_to_moderate,
            needs_reason=True,
            tone="danger",
        ),
    ),
)
