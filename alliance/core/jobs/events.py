"""What happens to jobs, told to those who listen: core comes before all packages that tell people."""

from collections.abc import Callable

from ..models import Job

_listeners: list[Callable[[Job], None]] = []


def finished(listener: Callable[[Job], None]) -> Callable[[Job], None]:
    """Call this with every job that is done, failed or cancelled, in the transaction that settles it."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell_finished(job: Job) -> None:
    for listener in _listeners:
        listener(job)
