"""What the small alliance talks about: a question of the investor, a time offered, a meeting confirmed, an event."""

from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from alliance.accounts.models import User
from investment.models import (
    EventInvestor,
    EventMeeting,
    EventProject,
    Interest,
    Meeting,
    Project,
    PromotionEvent,
    Question,
)
from investment.services import events, meetings, questions
from tests.investment.investing import Investing


class DialogueWorld:
    """Mixed into `tests.world.World`, beside the part that invests."""

    manager: User
    investor: User
    project: Project
    interest: Interest
    investing: Investing
    investment_desk: User

    @cached_property
    def question(self) -> Question:
        """Asked by the investor for all to read; the parks owe the answer."""
        return questions.ask_question(self.interest, text="Sample question", is_for_all=True, by=self.investor)

    @cached_property
    def answered_question(self) -> Question:
        """Answered by the manager; the moderator has not published it yet."""
        return questions.answer_question(self.question, answer="Sample answer", by=self.manager)

    @cached_property
    def slot(self) -> Meeting:
        return self._offer(days=9)

    @cached_property
    def meeting(self) -> Meeting:
        """Asked for by the investor and confirmed by the manager, a week ahead."""
        asked = meetings.request_meeting(self._offer(days=7), self.interest, topic="Sample", by=self.investor)
        return meetings.move_meeting(asked, "confirm", by=self.manager)

    def _offer(self, *, days: int) -> Meeting:
        starts_at = timezone.now().replace(microsecond=0) + timedelta(days=days)
        return meetings.offer_slot(self.project, starts_at=starts_at, minutes=45, place="样例会议室", by=self.manager)

    @cached_property
    def drafted_event(self) -> PromotionEvent:
        values = {"title_zh": "样例对接会", "title_en": "Sample event", "place": "样例展厅"}
        values |= {"minutes": 20, "times": 6, "tables": 4, "starts_at": timezone.now() + timedelta(days=20)}
        return events.create_event(values, by=self.investment_desk)

    @cached_property
    def promotion_event(self) -> PromotionEvent:
        """Takes requests."""
        return events.move_event(self.drafted_event, "open", by=self.investment_desk)

    @cached_property
    def event_project(self) -> EventProject:
        return events.join_project(self.promotion_event, self.project, by=self.manager)

    @cached_property
    def event_investor(self) -> EventInvestor:
        return events.join_investor(self.promotion_event, self.investing.investor, by=self.investor)

    @cached_property
    def event_meeting(self) -> EventMeeting:
        """In the timetable of an event that has begun; nobody has recorded it yet."""
        events.ask(self.event_project, self.event_investor, by=self.investor)
        events.move_event(self.promotion_event, "plan", by=self.investment_desk)
        PromotionEvent.objects.update(starts_at=timezone.now() - timedelta(minutes=30))
        return EventMeeting.objects.get(event=self.promotion_event)
