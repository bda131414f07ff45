"""Invariants 10 and 11 of the platform spec for long work: poison, dead workers, double clicks, lost rights."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from alliance.core import jobs
from alliance.core.jobs import running
from alliance.core.jobs.presentation import shown
from alliance.core.local import addresses
from alliance.core.models import ChainHead, Job
from alliance.notifications.models import Notice
from tests.core.counting import COUNTING
from tests.factories import make_officer, make_user

SEEN: list[tuple[int, int, int | None]] = []
RIGHT = {"holds": True}


def explode(work):
    work.progress(1, 2, "rows")
    with work.file("never.txt", "text/plain") as file:
        file.write(b"half")
    raise ZeroDivisionError("poison")


def stagger(work):
    """Reports its progress in a wild order, and looks at what others see of it."""
    for done in (3, 1, 7, 5, 2, 10):
        work.progress(done, 10, "rows")
        work.write()
        SEEN.append(tuple(Job.objects.values_list("done", "total").get(pk=work.job.pk)))


def lose(work):
    with work.file("secret.txt", "text/plain") as file:
        file.write(b"secret")
        RIGHT["holds"] = False


def replaced(work):
    """Another worker is given the job while this one still works."""
    Job.objects.filter(pk=work.job.pk).update(lease_token="00000000-0000-0000-0000-000000000001")
    work.progress(1, 2, "writing")


def kind(code, run, may=lambda person, params: True):
    return jobs.register(jobs.JobKind(f"tests.{code}", code, run=run, may=may))


POISON = kind("poison", explode)
STAGGER = kind("stagger", stagger)
LOSE = kind("lose", lose, may=lambda person, params: RIGHT["holds"])
REPLACED = kind("replaced", replaced)


@pytest.fixture(autouse=True)
def fresh():
    SEEN.clear()
    RIGHT["holds"] = True


def attempt(job):
    """One try of a worker, as soon as it is due."""
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now() - timedelta(seconds=1))
    running.run(job.pk)
    job.refresh_from_db()
    return job


def fall_silent(job):
    """The worker is gone for more than a minute."""
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=61))
    running.sweep()
    job.refresh_from_db()
    return job


@pytest.mark.django_db
class TestPoison:
    def test_ends_failed_after_its_attempts_and_the_others_go_through(self):
        person = make_user()
        poison = jobs.request(POISON, by=person)
        good = jobs.request(COUNTING, by=person, upto=2)

        states = [attempt(poison).state for _ in range(5)]
        attempt(good)

        assert states == ["queued", "queued", "failed", "failed", "failed"]
        assert (poison.attempts, poison.error, bool(poison.content)) == (3, "broken", False)
        assert good.state == "done"
        assert str(shown(poison).error).strip(), "a reason in words"
        assert Notice.objects.filter(recipient=person).count() == 2

    def test_waits_a_little_before_it_is_tried_again(self):
        job = jobs.request(POISON, by=make_user())
        running.run(job.pk)
        running.run(job.pk)

        job.refresh_from_db()

        assert (job.state, job.attempts) == ("queued", 1)


@pytest.mark.django_db
class TestDeadWorker:
    def take(self, job):
        with connection.cursor() as cursor:
            cursor.execute(running.TAKE, ["00000000-0000-0000-0000-00000000000a", job.pk, 3])
            assert cursor.fetchone()
        return job

    def test_is_replaced_twice_and_then_the_job_fails_with_a_reason(self):
        person = make_user()
        job = jobs.request(COUNTING, by=person, upto=2)
        states = []
        for _ in range(3):
            Job.objects.update(next_at=timezone.now() - timedelta(seconds=1))
            states.append(fall_silent(self.take(job)).state)

        assert states == ["queued", "queued", "failed"]
        assert (job.attempts, job.error) == (3, "worker_lost")
        assert Notice.objects.filter(recipient=person).count() == 1

    def test_one_that_still_gives_signs_is_left_alone(self):
        job = self.take(jobs.request(COUNTING, by=make_user(), upto=2))

        running.sweep()

        job.refresh_from_db()
        assert (job.state, job.attempts) == ("running", 1)

    def test_one_that_comes_back_too_late_writes_nothing(self):
        job = jobs.request(REPLACED, by=make_user())

        running.run(job.pk)

        job.refresh_from_db()
        assert (job.state, str(job.lease_token)) == ("running", "00000000-0000-0000-0000-000000000001")

    def test_a_wish_to_stop_outlives_the_worker(self):
        person = make_user()
        job = self.take(jobs.request(COUNTING, by=person, upto=2))
        jobs.cancel(job, by=person)

        assert fall_silent(job).state == "cancelled"


@pytest.mark.django_db
class TestProgress:
    def test_never_goes_back(self):
        running.run(jobs.request(STAGGER, by=make_user()).pk)

        assert SEEN == [(3, 10), (3, 10), (7, 10), (7, 10), (7, 10), (10, 10)]


@pytest.mark.django_db
class TestRights:
    def test_lost_while_it_runs_the_file_is_not_readable(self, client):
        person = make_user()
        job = jobs.request(LOSE, by=person)

        running.run(job.pk)

        job.refresh_from_db()
        client.force_login(person)
        assert job.state == "done"
        assert client.get(reverse("core:job_file", args=[job.pk])).status_code == 404

    def test_nobody_else_reads_it_whatever_their_desk(self, client):
        job = jobs.request(COUNTING, by=make_user(), upto=2)
        running.run(job.pk)
        client.force_login(make_officer("data_desk"))

        for name in ("core:job", "core:job_file"):
            assert client.get(reverse(name, args=[job.pk])).status_code == 404
        for name in ("core:job_cancel", "core:job_again"):
            assert client.post(reverse(name, args=[job.pk])).status_code == 404

    def test_a_file_whose_time_is_over_is_gone(self, client):
        person = make_user()
        job = jobs.request(COUNTING, by=person, upto=2)
        running.run(job.pk)
        job.refresh_from_db()
        name, storage = job.content.name, job.content.storage
        Job.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        client.force_login(person)

        assert client.get(reverse("core:job_file", args=[job.pk])).status_code == 404
        running.sweep()

        assert not storage.exists(name)


# Real processes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def process(transactional_db):
    """Start a process that works in this test's database."""
    ChainHead.objects.get_or_create(pk=1, defaults={"hash": "0" * 64})
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_POOL": "2", "PYTHONPATH": str(addresses.PROJECT)}
    begun: list[subprocess.Popen] = []

    def start(*command):
        made = subprocess.Popen(
            [sys.executable, "-m", "tests.core.jobber", *map(str, command)],
            env=environment,
            cwd=addresses.PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(made)
        return made

    yield start
    for made in begun:
        if made.poll() is None:
            made.kill()
        made.communicate()


class TestProcesses:
    def test_many_clicks_at_the_same_moment_make_one_job(self, process):
        person = make_user()
        clicks = [process("request", person.pk) for _ in range(3)]
        for click in clicks:
            assert click.stdout.readline() == "ready\n"
        for click in clicks:
            click.stdin.write("go\n")
            click.stdin.flush()

        made = {click.communicate(timeout=60)[0].strip() for click in clicks}

        assert made == {str(Job.objects.get().pk)}

    def test_a_killed_worker_is_replaced(self, process):
        from tests.core.jobber import ENDLESS

        job = jobs.request(ENDLESS, by=make_user())
        worker = process("run", job.pk)
        assert worker.stdout.readline() == "working\n"
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=10)
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == ("running", 1, 10)

        fall_silent(job)

        assert (job.state, job.attempts) == ("queued", 1)
