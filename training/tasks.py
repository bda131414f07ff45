"""What runs in the queues for joint training: look at the rows, hand over."""

from celery import shared_task


@shared_task(name="training.mind_seats", expires=280)
def mind_seats() -> None:
    from .seats import clock

    clock.mind()


@shared_task(name="training.mind_sessions", expires=280)
def mind_sessions() -> None:
    from .services import session_clock

    session_clock.run()
