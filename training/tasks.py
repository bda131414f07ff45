"""What runs in the queues for training: look at the rows, hand over."""

from celery import shared_task


@shared_task(name="training.mind_certificates", expires=3600)
def mind_certificates() -> None:
    """Reminders before certificates run out, and dossiers whose facts have changed."""
    from .certificates import reminding

    reminding.mind()
