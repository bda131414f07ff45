"""kill -9 of worker, broker, database and scheduler in the middle of 2,000 notices: nothing lost, invariants hold."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .mail_server import MailServer
from .portal import BEAT, WORKER, Portal

PEOPLE, HAPPENINGS, LETTERS = 20, 100, 10
NOTICES = PEOPLE * HAPPENINGS
PATIENCE = 300.0
WORKER_PROCESSES = 2 * 2


@pytest.fixture
def mails() -> Iterator[MailServer]:
    server = MailServer(pause=0.002)
    yield server
    server.close()


@pytest.fixture
def portal(mails: MailServer) -> Iterator[Portal]:
    home = Path(tempfile.mkdtemp(prefix="faults-", dir="/tmp"))
    portal = Portal(
        home,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(mails.port),
        DELIVERY_QUEUED_LEASE="10",
        DELIVERY_SENDING_LEASE="6",
        DELIVERY_SWEEP_EVERY="2",
    )
    portal.start_servers()
    for name in ("worker", "second worker"):
        portal.start(name, WORKER)
    for name in ("scheduler", "second scheduler"):
        portal.start(name, BEAT)
    yield portal
    portal.stop()
    shutil.rmtree(home, ignore_errors=True)


def pool_process(portal: Portal) -> int:
    """A process that sends mails: a child of the worker."""
    parent = portal.services["worker"].child
    assert parent is not None
    said = subprocess.run(["pgrep", "-P", str(parent.pid)], capture_output=True, text=True, check=False).stdout
    return int(said.split()[-1]) if said.split() else 0


def kill_pool_process(portal: Portal) -> None:
    pid = pool_process(portal)
    if pid:
        os.kill(pid, signal.SIGKILL)


def empty_broker(portal: Portal) -> None:
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(portal.valkey.url).flushall()
    except RedisError:
        return


# When so many mails are out, this happens.
FAULTS: list[tuple[int, Callable[[Portal], None]]] = [
    (150, lambda portal: portal.kill("worker")),
    (500, lambda portal: portal.kill("Valkey")),
    (800, kill_pool_process),
    (1000, lambda portal: portal.kill("PostgreSQL")),
    (1300, lambda portal: portal.kill("scheduler")),
    (1500, empty_broker),
    (1700, lambda portal: portal.kill("second worker")),
]


@pytest.mark.faults
def test_nothing_is_lost(portal: Portal, mails: MailServer):
    faults = list(FAULTS)
    teller = portal.background("-m", "tests.notifications.teller", str(PEOPLE), str(HAPPENINGS), str(LETTERS))
    deadline = time.monotonic() + PATIENCE
    unsettled = [(1,)]

    while (teller.poll() is None or unsettled or faults) and time.monotonic() < deadline:
        portal.supervisor.glance()
        if faults and len(mails.accepted) >= faults[0][0]:
            faults.pop(0)[1](portal)
        unsettled = portal.ask(
            "SELECT 1 FROM notifications_delivery WHERE state IN ('pending', 'queued', 'sending') LIMIT 1"
        ) or ([] if portal.ask("SELECT 1") else [(1,)])

    states = dict(portal.ask("SELECT state, count(*) FROM notifications_delivery GROUP BY state"))
    log = (portal.home / "log" / "background.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    assert (teller.returncode, faults, unsettled) == (0, [], []), (states, len(mails.accepted), log)

    # Nothing lost: everybody was told of everything, in the portal and by mail.
    assert portal.ask("SELECT count(*), count(DISTINCT (event_id, recipient_id)) FROM notifications_notice") == [
        (NOTICES, NOTICES)
    ]
    assert states.pop("sent") >= NOTICES
    # Letters with a link go at most once: after a kill in the middle a person decides.
    assert sum(states.values()) == states.get("unknown", 0) <= LETTERS
    by_id = mails.by_id()
    sent = {pk for (pk,) in portal.ask("SELECT message_id FROM notifications_delivery WHERE state = 'sent'")}
    assert sent <= set(by_id)

    # Doubles only where a process was killed between the server's answer and our note of it, and then equal to the
    # byte.
    doubles = sum(len(copies) - 1 for copies in by_id.values())
    assert doubles <= len(FAULTS) * WORKER_PROCESSES
    assert [copies for copies in by_id.values() if len(set(copies)) > 1] == []
    letters = portal.ask("SELECT message_id FROM notifications_delivery WHERE recipient_id IS NULL")
    assert all(len(by_id.get(pk, [])) <= 1 for (pk,) in letters)

    # Two schedulers took every moment once, and all invariants hold.
    assert portal.ask("SELECT name, slot_time FROM notifications_scheduleslot GROUP BY 1, 2 HAVING count(*) > 1") == []
    checked = portal.run("manage.py", "check_invariants")
    assert checked.returncode == 0, checked.stderr
