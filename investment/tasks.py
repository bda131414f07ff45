"""What runs in the queues for joint investment: look at the rows, hand over."""

from celery import shared_task


@shared_task(name="investment.mind_projects", expires=3600)
def mind_projects() -> None:
    """Projects without news: reminded, then expired."""
    from .services import minding

    minding.mind()


@shared_task(name="investment.mind_interests", expires=880)
def mind_interests() -> None:
    """Answers that are overdue, and what an ended project left behind."""
    from .services import interests

    interests.mind()


@shared_task(name="investment.mind_investors", expires=3500)
def mind_investors() -> None:
    """Reminders before verifications run out, and those that have."""
    from .services import investors

    investors.mind()


@shared_task(name="investment.mind_rooms", expires=880)
def mind_rooms() -> None:
    """Documents that were checked meanwhile: whoever may read them is told."""
    from .notices import rooms

    rooms.mind()


@shared_task(name="investment.mind_dialogues", expires=880)
def mind_dialogues() -> None:
    """Questions, meetings and events: deadlines, what passed, and what is overdue."""
    from .services import events, meetings, questions

    questions.mind()
    meetings.mind()
    events.mind()
