"""Several real processes at the same rows."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone

from alliance.core.local import addresses, processes
from alliance.core.models import ChainHead
from alliance.notifications.models import Delivery, Heartbeat, Notice, OutboxMail, ScheduleSlot
from alliance.notifications.services import notify, open_task
from tests.factories import make_officer, make_organisation, make_user

from .kinds import CHECK, NEWS
from .portal import BEAT

RACERS = 4


@pytest.fixture
def environment(transactional_db):
    """For processes that shall work in this test's database."""
    ChainHead.objects.get_or_create(pk=1, defaults={"hash": "0" * 64})
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {**os.environ, "DATABASE_URL": url, "DATABASE_POOL": "2", "PYTHONPATH": str(addresses.PROJECT)}


@pytest.fixture
def race(environment):
    """Run the same in several processes at once; gives what each printed."""

    def run(*commands):
        racers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.notifications.racer", *command],
                env=environment,
                cwd=addresses.PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for command in commands
        ]
        for racer in racers:
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            racer.stdin.write("go\n")
            racer.stdin.flush()
        printed = [racer.communicate(timeout=60)[0].split() for racer in racers]
        assert [racer.returncode for racer in racers] == [0] * len(racers)
        return printed

    return run


def test_dispatchers_never_claim_the_same(race):
    notify_many(60)

    claimed = [pk for printed in race(*[["claim"]] * RACERS) for pk in printed]

    assert len(claimed) == len(set(claimed)) == 60


def test_a_message_that_comes_four_times_is_sent_once(race):
    notify_many(1)
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="queued", lease_until="2100-01-01T00:00Z")

    race(*[["deliver", str(delivery.pk)]] * RACERS)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, OutboxMail.objects.count()) == ("sent", 1, 1)


def test_the_same_happening_told_by_four_processes_is_told_once(race):
    person, park = make_user(), make_organisation()

    printed = race(*[["notify", str(person.pk), str(park.pk)]] * RACERS)

    assert Counter(words[0] for words in printed) == {"True": 1, "False": RACERS - 1}
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def test_one_of_four_officers_takes_the_task(race):
    officers = [make_officer() for _ in range(RACERS)]
    task = open_task(CHECK, about=make_organisation(), organisation=make_organisation("secretariat"))

    printed = race(*[["take", str(task.pk), str(officer.pk)] for officer in officers])

    winner = next(officer for officer, words in zip(officers, printed, strict=True) if words == ["mine"])
    task.refresh_from_db()
    assert task.owner == winner
    assert sum(words == ["mine"] for words in printed) == 1


def test_one_of_several_schedulers_leads_and_another_takes_over(environment, tmp_path):
    environment["REDIS_URL"] = f"unix://{tmp_path}/no-broker.sock"
    beats = [
        processes.start(BEAT, cwd=addresses.PROJECT, log=tmp_path / f"beat{n}.log", env=environment) for n in range(3)
    ]
    try:
        leader, follower, bystander = leader_of(tmp_path, beats)
        assert "leading" not in log_of(tmp_path, follower) + log_of(tmp_path, bystander)
        beats[bystander].terminate()
        assert beats[bystander].wait(timeout=10) == 0

        beats[leader].send_signal(signal.SIGKILL)
        killed = time.monotonic()
        wait_for(lambda: "leading" in log_of(tmp_path, follower))
        assert time.monotonic() - killed < 2

        since = timezone.now()
        wait_for(lambda: Heartbeat.objects.filter(name="beat", at__gt=since).exists())
        # The broker is away: moments that could not be sent were given back, but for the one at hand and the one that
        # the kill cut short.
        assert ScheduleSlot.objects.count() <= 2

        beats[follower].terminate()
        assert beats[follower].wait(timeout=10) == 0
    finally:
        for beat in beats:
            beat.kill()
            beat.wait()


def notify_many(count):
    from django.db import transaction

    with transaction.atomic():
        notify(NEWS, to=[make_user() for _ in range(count)], about=make_organisation(), key="many")


def leader_of(folder, beats):
    wait_for(lambda: any("leading" in log_of(folder, n) for n in range(len(beats))))
    leader = next(n for n in range(len(beats)) if "leading" in log_of(folder, n))
    others = [n for n in range(len(beats)) if n != leader]
    wait_for(lambda: all("Starting" in log_of(folder, n) for n in others))
    return leader, *others


def log_of(folder, number):
    return (folder / f"beat{number}.log").read_text(encoding="utf-8", errors="replace")


def wait_for(is_true, patience=30.0):
    deadline = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
