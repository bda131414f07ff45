"""Sample questions, times and meetings in the dialogues of the sample fund: each state they can be in."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from alliance.core.calendar import is_working_day

from ..models import Interest, Investor, Meeting, Question, QuestionRound
from ..policies_dialogue import in_dialogue
from ..services import meetings, questions
from . import person
from .investors import LEAD

ASKED = (
    "样例问题：平台建成后由谁运营，运营费用如何分担？ Sample question: who runs the platform, and who pays for it?",
    "样例问题：贵方能否提供设备清单？ Sample question: can you give us the list of equipment?",
    "样例问题：租金收入如何测算？ Sample question: how was the income from rents worked out?",
)
PRIVATE = "样例问题：我方能否于下月派人实地查看？ Sample question: may two of us visit the site next month?"
REFUSED = "样例问题：能否告知其他投资人的出价？ Sample question: what have other investors offered?"
WITHDRAWN = "样例问题：项目用地属何性质？（已在资料中找到）Sample question: what may the land be used for? (found it)"
UNANSWERED = "样例问题：二期何时开工？ Sample question: when does the second phase begin?"
ANSWER = "样例回答：由两园区合资公司运营，费用按成本份额分担。 Sample answer: a joint company runs it; costs by shares."
WELCOME = "样例回答：欢迎，请于一周前告知人数。 Sample answer: you are welcome; tell us a week before."
REASON = "样例理由：涉及其他投资人，不便答复。 Sample reason: it concerns other investors."
PUBLISHED = {
    "published_question_zh": "样例：平台由谁运营，运营费用如何分担？",
    "published_question_en": "Sample: who runs the platform, and who pays for it?",
    "published_answer_zh": "样例：由两园区的合资公司运营，费用按成本份额分担。",
    "published_answer_en": "Sample: a joint company of both parks runs it; costs are borne by the shares of cost.",
}
PLACE = "样例会议室 Sample meeting room"
TOPIC = "样例议题：运营主体 Sample topic: who runs it"
OUTCOME = "样例结果：园区于两周内提供设备清单。 Sample outcome: the parks send the list of equipment within two weeks."
MISSED = "样例说明：投资人代表未到场。 Sample: nobody came for the investor."
CHANGED = "样例理由：行程有变。 Sample reason: our plans changed."


def make(fund: Investor) -> None:
    """In each dialogue of the fund what waits and what was answered; in the first one also how else it can end."""
    found = Interest.objects.filter(investor=fund).select_related("project", "investor__organisation").order_by("pk")
    for number, interest in enumerate(one for one in found if in_dialogue(one)):
        if not number:
            _ended_questions(interest)
            _ended_meetings(interest)
        _questions(interest)
        _meetings(interest, first=2 + 5 * number)


def _ask(interest: Interest, text: str, *, is_for_all: bool = False) -> Question:
    return questions.ask_question(interest, text=text, is_for_all=is_for_all, by=person("investor"))


def _questions(interest: Interest) -> None:
    parks = person(LEAD)
    first, second, _third = (_ask(interest, text, is_for_all=text != ASKED[1]) for text in ASKED)
    answered = questions.answer_question(first, answer=ANSWER, is_material=True, by=parks)
    questions.publish_question(answered, audience="verified", texts=PUBLISHED, by=person("investment"))
    questions.answer_question(second, answer=ANSWER, for_all=True, by=parks)


def _ended_questions(interest: Interest) -> None:
    """Answered in the dialogue alone, refused, withdrawn, and left behind by a round whose deadline passed."""
    parks, now = person(LEAD), timezone.now()
    questions.answer_question(_ask(interest, PRIVATE), answer=WELCOME, by=parks)
    questions.move_question(_ask(interest, REFUSED), "refuse", reason=REASON, by=parks)
    questions.move_question(_ask(interest, WITHDRAWN), "withdraw", by=person("investor"))
    made = questions.open_round(
        interest.project, ask_until=now + timedelta(days=1), answer_until=now + timedelta(days=2), by=parks
    )
    left = _ask(interest, UNANSWERED)
    past = {"ask_until": now - timedelta(days=3), "answer_until": now - timedelta(days=1)}
    QuestionRound.objects.filter(pk=made.pk).update(**past, created_at=now - timedelta(days=9))
    Question.objects.filter(pk=left.pk).update(asked_at=now - timedelta(days=4), due_at=past["answer_until"])
    questions.move_question(Question.objects.select_related("interest").get(pk=left.pk), "lapse", by=None)


def _offer(interest: Interest, days: int) -> Meeting:
    return meetings.offer_slot(
        interest.project, starts_at=_moment(days), minutes=45, place=PLACE, language="both", by=person(LEAD)
    )


def _booked(interest: Interest, days: int) -> Meeting:
    asked = meetings.request_meeting(_offer(interest, days), interest, topic=TOPIC, by=person("investor"))
    return meetings.move_meeting(asked, "confirm", by=person(LEAD))


def _meetings(interest: Interest, *, first: int) -> None:
    _booked(interest, first)
    meetings.request_meeting(_offer(interest, first + 1), interest, topic=TOPIC, by=person("investor"))
    _offer(interest, first + 2)


def _ended_meetings(interest: Interest) -> None:
    """Held, missed, cancelled, and one that is over and whose outcome is still owed."""
    parks = person(LEAD)
    held, missed, _owed = (_earlier(_booked(interest, 20 + day), day) for day in (9, 6, 1))
    meetings.move_meeting(held, "hold", outcome=OUTCOME, outcome_code=Meeting.Outcome.DOCUMENTS, by=parks)
    meetings.move_meeting(missed, "miss", reason=MISSED, by=parks)
    meetings.move_meeting(_booked(interest, 12), "cancel", reason=CHANGED, by=person("investor"))


def _earlier(meeting: Meeting, days_ago: int) -> Meeting:
    """As if it had been so many days ago."""
    day = timezone.localdate() - timedelta(days=days_ago)
    back = meeting.starts_at - timezone.make_aware(datetime.combine(day, time(10)))
    times = {"starts_at": meeting.starts_at - back, "ends_at": meeting.ends_at - back}
    due_at = meeting.outcome_due_at - back if meeting.outcome_due_at else None
    Meeting.objects.filter(pk=meeting.pk).update(
        **times, outcome_due_at=due_at, requested_at=times["starts_at"] - timedelta(days=7)
    )
    meeting.seats.update(**times)
    return Meeting.objects.select_related("interest").get(pk=meeting.pk)


def _moment(days: int) -> datetime:
    """Ten o'clock on the working day that is so many working days ahead."""
    day = timezone.localdate()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return timezone.make_aware(datetime.combine(day, time(10)))
