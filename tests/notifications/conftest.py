import pytest

from alliance.core import broker
from alliance.notifications import mailer, wake
from alliance.notifications.services import running


@pytest.fixture(autouse=True)
def quiet_processes(monkeypatch):
    """What processes remember between mails and wake-ups does not leak from one test into the next."""
    mailer.close()
    monkeypatch.setattr(wake, "_last_wake", 0.0)
    monkeypatch.setattr(wake, "_closed_until", 0.0)
    monkeypatch.setattr(running, "_last", {})
    yield
    mailer.close()


@pytest.fixture
def handed_over(monkeypatch):
    """What would have gone to the broker: pairs of task and arguments."""
    sent: list[tuple[str, tuple]] = []

    def send(task, *args, **options):
        sent.append((task, args))
        return True

    monkeypatch.setattr(broker, "send", send)
    return sent


@pytest.fixture
def deliver_all(handed_over):
    """Dispatch and deliver until nothing is due, as the workers would."""
    from alliance.notifications import tasks

    def run() -> None:
        while True:
            handed_over.clear()
            tasks.dispatch()
            due = [args for task, args in handed_over if task == "notifications.deliver"]
            if not due:
                return
            for ids in due:
                tasks.deliver(*ids)

    return run
