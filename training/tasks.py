"""What runs in the queues for training: look at the rows, hand over."""

from celery import shared_task


@shared_task(name="training.mind_sessions", expires=280)
def mind_sessions() -> None:
    from .services import session_clock

    session_clock.run()
