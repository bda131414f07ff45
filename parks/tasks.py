"""What runs in the queues for parks: look at the rows, hand over."""

from celery import shared_task


@shared_task(name="parks.remind_unconfirmed", expires=3600)
def remind_unconfirmed() -> None:
    from .services import reminders

    reminders.remind()


@shared_task(name="parks.tend", expires=3600)
def tend() -> None:
    """What the register does for itself: look for look-alikes, lead after what came late to a merged entry."""
    from .services import tending

    tending.tend()
