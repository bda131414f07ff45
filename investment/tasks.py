"""What runs in the queues for joint investment: look at the rows, hand over."""

from celery import shared_task


@shared_task(name="investment.mind_projects", expires=3600)
def mind_projects() -> None:
    """Projects without news: reminded, then expired."""
    from .services import minding

    minding.mind()
