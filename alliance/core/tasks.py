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


@shared_task(name="core.run_job", soft_time_limit=1500, time_limit=1800)
def run_job(pk: str) -> None:
    from .jobs import running

    running.run(pk)


@shared_task(name="core.sweep_jobs", expires=20)
def sweep_jobs() -> None:
    from .jobs import running

    running.sweep()


@shared_task(name="core.forget_imports", expires=3600)
def forget_imports() -> None:
    from .imports import requests

    requests.forget()
