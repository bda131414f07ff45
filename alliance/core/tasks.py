"""What runs in the queues for core. Arguments are ids only; the rows decide."""

from celery import shared_task


@shared_task(name="core.make_renditions")
def make_renditions(file_id: int) -> None:
    from .files import renditions

    renditions.make_renditions(file_id)


@shared_task(name="core.sweep_renditions", expires=60)
def sweep_renditions() -> None:
    from .files import renditions

    renditions.again()
