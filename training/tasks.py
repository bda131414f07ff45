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


@shared_task(name="training.finish_attempts", expires=3600)
def finish_attempts() -> None:
    from .services import attempts

    attempts.finish()


@shared_task(name="training.look_for_drift", expires=3600)
def look_for_drift() -> None:
    from .services import drift

    drift.look()


@shared_task(name="training.mind_placements", expires=3600)
def mind_placements() -> None:
    from .services import tutoring

    tutoring.mind()


@shared_task(name="training.mind_certificates", expires=3600)
def mind_certificates() -> None:
    """Reminders before certificates run out, and dossiers whose facts have changed."""
    from .certificates import reminding

    reminding.mind()
