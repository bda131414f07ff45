"""What runs in the queues for parks: look at the rows, hand over."""

from celery import shared_task


@shared_task(name="parks.remind_unconfirmed", expires=3600)
def remind_unconfirmed() -> None:
    from .services import reminders

    reminders.remind()
