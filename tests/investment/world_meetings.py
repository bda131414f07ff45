"""What the small alliance talks about: a question of the investor, a time offered, a meeting confirmed."""

from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from alliance.accounts.models import User
from investment.models import Interest, Meeting, Project, Question
from investment.services import meetings, questions


class DialogueWorld:
    """Mixed into `tests.world.World`, beside the part that invests."""

    manager: User
    investor: User
    project: Project
    interest: Interest

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
