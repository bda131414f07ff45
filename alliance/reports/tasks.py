"""What runs in the queue for the council: hand over to what knows."""

from celery import shared_task


@shared_task(name="reports.prepare", expires=10)
def prepare() -> None:
    from . import prepared

    prepared.prepare()


@shared_task(name="reports.run_schedules", expires=600)
def run_schedules() -> None:
    from . import schedules

    schedules.run_due()
