"""What both sides, the desk and everybody in dialogue hear of questions. Nobody but the parks and the desk hears who
asked."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message
from alliance.notifications.services import Telling

from .. import policies, policies_investors
from .. import policies_dialogue as allowed
from ..models import Interest, Question
from .kinds import notice, parks_and_desk, task
from .people import desk, lead_of, once, people_of, promoters

State = Question.State
_QUESTION = {"about": ("investment.Question", "project", "interest__investor__organisation", "interest__project")}
_PUBLISHED = _QUESTION | {"interest": ("investment.Interest", "project", "investor__organisation")}


def question_url(question: Question) -> str:
    return reverse("investment:question", args=[question.token])


def dialogue_url(interest: Interest) -> str:
    return reverse("investment:interest_questions", args=[interest.token])


def _sees(person: User, facts: Facts) -> bool:
    return allowed.can_see_question(person, facts.about)


def _names(question: Question) -> dict[str, Any]:
    return {"project": question.project.title, "number": question.number, "state": question.get_state_display()}


def _asked(facts: Facts, language: str, recipient: User | None) -> Message:
    names = _names(facts.about)
    return Message(
        subject=_("A question to answer: %(project)s") % names,
        lines=(_("An investor in dialogue asks. It sees the same clock as you."),),
        url=question_url(facts.about),
        action=_("Read and answer"),
    )


def _moved(facts: Facts, language: str, recipient: User | None) -> Message:
    question: Question = facts.about
    names = _names(question)
    lines = [_("Question %(number)d is now: %(state)s.") % names]
    if question.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": question.state_reason})
    return Message(
        subject=_("Your question: %(project)s") % names,
        lines=tuple(lines),
        url=question_url(question),
        action=_("Open the question"),
    )


def _to_publish(facts: Facts, language: str, recipient: User | None) -> Message:
    names = _names(facts.about)
    return Message(
        subject=_("To publish: an answer about %(project)s") % names,
        lines=(_("Edit question and answer in both languages, so that nobody learns who asked."),),
        url=question_url(facts.about),
        action=_("Edit and publish"),
    )


def _published(facts: Facts, language: str, recipient: User | None) -> Message:
    names = _names(facts.about)
    return Message(
        subject=_("An answer for all: %(project)s") % names,
        lines=(_("The parks answered a question; the answer is the same for everybody in dialogue."),),
        url=f"{dialogue_url(facts.interest)}#for-all",
        action=_("Read the answer"),
    )


def _late(facts: Facts, language: str, recipient: User | None) -> Message:
    question: Question = facts.about
    names = _names(question)
    if question.state == State.IN_MODERATION:
        words = _("An answer for all is not published within its clock.")
    else:
        words = _("The parks have not answered a question within its clock.")
    return Message(
        subject=_("Overdue: a question about %(project)s") % names,
        lines=(words,),
        url=question_url(question),
        action=_("Open the question"),
    )


QUESTION_ASKED = notice(
    "question_asked",
    gettext_lazy("A question of an investor"),
    gettext_lazy("An investor in dialogue asks about a project you promote."),
    _asked,
    must=True,
    refs=_QUESTION,
    may_see=_sees,
    concerns=policies.promotes_any,
)
QUESTION_MOVED = notice(
    "question_moved",
    gettext_lazy("Your question was answered"),
    gettext_lazy("The parks answered your question, or it was closed with a reason."),
    _moved,
    must=True,
    concerns=policies.invests_any,
    refs=_QUESTION,
    may_see=_sees,
)
QUESTION_TO_PUBLISH = notice(
    "question_to_publish",
    gettext_lazy("An answer to publish"),
    gettext_lazy("An answer of the parks is for all in dialogue; the investment desk edits it."),
    _to_publish,
    concerns=policies.oversees,
    refs=_QUESTION,
    may_see=_sees,
)
QUESTION_PUBLISHED = notice(
    "question_published",
    gettext_lazy("An answer for all"),
    gettext_lazy("The answer to a question about a project you are in dialogue on was published."),
    _published,
    must=True,
    refs=_PUBLISHED,
    may_see=lambda person, facts: policies_investors.can_see_interest(person, facts.interest),
    concerns=policies.invests_any,
)
QUESTION_LATE = notice(
    "question_late",
    gettext_lazy("A question beyond its clock"),
    gettext_lazy("An answer or its publication is overdue."),
    _late,
    concerns=parks_and_desk,
    refs=_QUESTION,
    may_see=_sees,
)


ANSWER_QUESTION = task(
    "answer_question",
    gettext_lazy("Answer an investor's question"),
    gettext_lazy("In the dialogue, or once for all; the investor sees the same clock."),
    Permission.PROMOTE,
    question_url,
    refs=_QUESTION,
)
PUBLISH_ANSWER = task(
    "publish_answer",
    gettext_lazy("Publish an answer to all"),
    gettext_lazy("Edit it in both languages and without a name; a material one within three working days."),
    Permission.OVERSEE_INVESTMENT,
    question_url,
    refs=_QUESTION,
)
CHASE_QUESTION = task(
    "chase_question",
    gettext_lazy("Help with a question that nobody answers"),
    gettext_lazy("Ask the parks what holds them up; the investor waits beyond the clock."),
    Permission.OVERSEE_INVESTMENT,
    question_url,
    refs=_QUESTION,
    clock_days=3,
)


def asked(question: Question, *, by: User) -> None:
    services.open_task(
        ANSWER_QUESTION, about=question, organisation=lead_of(question.project), due_at=question.due_at, opened_by=by
    )
    services.notify(
        QUESTION_ASKED, to=once(promoters(question.project), but=by), about=question, actor=by, key=question.pk
    )


def moved(question: Question, verb: str, *, by: User | None) -> None:
    """The tasks are those that the state asks for; the asker hears of the parks, all in dialogue of a publication."""
    if question.state != State.ASKED:
        for kind in (ANSWER_QUESTION, CHASE_QUESTION):
            services.close_tasks(question, kind=kind, by=by, outcome=question.state)
    if question.state == State.IN_MODERATION:
        secretariat = Organisation.objects.secretariat()
        services.open_task(
            PUBLISH_ANSWER, about=question, organisation=secretariat, due_at=question.publish_due_at, opened_by=by
        )
        key = f"{question.pk}:{question.publish_due_at:%s}:{verb}"
        services.notify(QUESTION_TO_PUBLISH, to=desk(), about=question, actor=by, key=key)
    else:
        services.close_tasks(question, kind=PUBLISH_ANSWER, by=by, outcome=question.state)
    if verb in ("answer", "answer_for_all", "refuse", "lapse"):
        to = people_of(question.interest.investor)
        services.notify(QUESTION_MOVED, to=to, about=question, actor=by, key=f"{question.pk}:{verb}")
    if verb == "publish":
        _tell_all(question, by=by)


def _tell_all(question: Question, *, by: User | None) -> None:
    """Each investor in dialogue, with the address of its own dialogue: from it nobody sees another."""
    dialogues = Interest.objects.filter(
        project=question.project, state__in=allowed.DIALOGUE_STATES, frozen_at__isnull=True
    ).select_related("investor__organisation")
    tellings = [
        Telling(
            question,
            f"{question.pk}:{interest.pk}:{question.published_at:%s}",
            [person.pk for person in people_of(interest.investor)],
            {"interest": interest.pk},
        )
        for interest in dialogues
    ]
    if tellings:
        services.notify_each(QUESTION_PUBLISHED, tellings, actor=by)


def late(question: Question) -> None:
    told = desk()
    if question.state == State.ASKED:
        services.open_task(CHASE_QUESTION, about=question, organisation=Organisation.objects.secretariat())
        told = once(told, promoters(question.project))
    key = f"{question.pk}:{question.state}:{question.clock_at:%s}"
    services.notify(QUESTION_LATE, to=told, about=question, key=key)
