"""Dialogues for tests: an investor whose interest the parks accepted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from alliance.accounts.models import User
from investment.models import Interest, Meeting, PromotionEvent, Question
from investment.services import events, meetings, questions
from tests.investment.factories import Promoters, make_project
from tests.investment.investing import Investing, make_investor, move_all, send_interest

WORDS = {
    "published_question_zh": "样例问题",
    "published_question_en": "Sample question for all",
    "published_answer_zh": "样例回答",
    "published_answer_en": "Sample answer for all",
}


@dataclass
class Dialogue:
    promoters: Promoters
    investing: Investing
    interest: Interest

    @property
    def asker(self) -> User:
        return self.investing.signatory

    def ask(self, text: str = "Sample question", **values: Any) -> Question:
        return questions.ask_question(self.interest, text=text, by=self.asker, **values)

    def answer(self, question: Question, answer: str = "Sample answer", **values: Any) -> Question:
        return questions.answer_question(question, answer=answer, by=self.promoters.lead, **values)

    def publish(self, question: Question, *, audience: str = "dialogue", **words: str) -> Question:
        return questions.publish_question(question, audience=audience, texts=WORDS | words, by=self.promoters.officer)

    def offer(self, at: datetime | None = None, *, minutes: int = 45, by: User | None = None) -> Meeting:
        return meetings.offer_slot(
            self.promoters.project,
            starts_at=at or in_days(7),
            minutes=minutes,
            place="样例会议室",
            by=by or self.promoters.lead,
        )

    def request(self, meeting: Meeting) -> Meeting:
        return meetings.request_meeting(meeting, self.interest, topic="Sample topic", by=self.asker)

    def confirmed(self, at: datetime | None = None) -> Meeting:
        return meetings.move_meeting(self.request(self.offer(at)), "confirm", by=self.promoters.lead)


def in_days(days: float) -> datetime:
    return timezone.now().replace(microsecond=0, second=0) + timedelta(days=days)


def make_dialogue(promoters: Promoters | None = None, investing: Investing | None = None) -> Dialogue:
    promoters = promoters or make_project()
    investing = investing or make_investor()
    sent = send_interest(investing, promoters.fresh())
    return Dialogue(promoters, investing, move_all(sent, "acknowledge", "accept", by=promoters.lead))


def shift(meeting: Meeting, days: float) -> Meeting:
    """As if it had been that many days earlier."""
    back = timedelta(days=days)
    values = {"starts_at": meeting.starts_at - back, "ends_at": meeting.ends_at - back}
    due = meeting.outcome_due_at and meeting.outcome_due_at - back
    Meeting.objects.filter(pk=meeting.pk).update(**values, outcome_due_at=due)
    meeting.seats.update(**values)
    return Meeting.objects.get(pk=meeting.pk)


def make_event(desk: User, state: str = "open", **values: Any) -> PromotionEvent:
    values = {
        "title_zh": "样例对接会",
        "title_en": "Sample event",
        "place": "样例展厅",
        "starts_at": in_days(20),
        "minutes": 20,
        "times": 3,
        "tables": 2,
    } | values
    event = events.create_event(values, by=desk)
    return events.move_event(event, "open", by=desk) if state == "open" else event
