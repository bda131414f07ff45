"""Sample questions, times and meetings in the dialogues of the sample fund."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from alliance.core.calendar import is_working_day

from ..models import Interest, Investor
from ..policies_dialogue import in_dialogue
from ..services import meetings, questions
from . import person
from .investors import LEAD

ASKED = (
    "示例问题：平台建成后由谁运营，运营费用如何分担？ Sample question: who runs the platform, and who pays for it?",
    "示例问题：贵方能否提供设备清单？ Sample question: can you give us the list of equipment?",
    "示例问题：租金收入如何测算？ Sample question: how was the income from rents worked out?",
)
ANSWER = "示例回答：由两园区合资公司运营，费用按成本份额分担。 Sample answer: a joint company runs it; costs by shares."
PUBLISHED = {
    "published_question_zh": "示例：平台由谁运营，运营费用如何分担？",
    "published_question_en": "Sample: who runs the platform, and who pays for it?",
    "published_answer_zh": "示例：由两园区的合资公司运营，费用按成本份额分担。",
    "published_answer_en": "Sample: a joint company of both parks runs it; costs are borne by the shares of cost.",
}
PLACE = "示例会议室 Sample meeting room"


def make(fund: Investor) -> None:
    """In each dialogue of the fund a published answer, one to moderate, one to answer; a meeting and free times."""
    found = Interest.objects.filter(investor=fund).select_related("project", "investor__organisation").order_by("pk")
    for number, interest in enumerate(one for one in found if in_dialogue(one)):
        _questions(interest)
        _meetings(interest, first=2 + 5 * number)


def _questions(interest: Interest) -> None:
    by, parks = person("investor"), person(LEAD)
    first, second, _third = (
        questions.ask_question(interest, text=text, is_for_all=text != ASKED[1], by=by) for text in ASKED
    )
    answered = questions.answer_question(first, answer=ANSWER, is_material=True, by=parks)
    questions.publish_question(answered, audience="verified", texts=PUBLISHED, by=person("investment"))
    questions.answer_question(second, answer=ANSWER, for_all=True, by=parks)


def _meetings(interest: Interest, *, first: int) -> None:
    by, parks = person("investor"), person(LEAD)
    slots = [
        meetings.offer_slot(interest.project, starts_at=moment, minutes=45, place=PLACE, language="both", by=parks)
        for moment in (_moment(first), _moment(first + 1), _moment(first + 2))
    ]
    asked = meetings.request_meeting(slots[0], interest, topic="示例议题 Sample topic", by=by)
    meetings.move_meeting(asked, "confirm", by=parks)
    meetings.request_meeting(slots[1], interest, topic="示例议题 Sample topic", by=by)


def _moment(days: int) -> datetime:
    """Ten o'clock on the working day that is so many working days ahead."""
    day = timezone.localdate()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return timezone.make_aware(datetime.combine(day, time(10)))
