"""How fast people are told: 100,000 rows in the portal, and mails beside one SMTP connection.

python -m benchmarks.notices           some three minutes
python -m benchmarks.notices --quick   a tenth of it: does everything still run?

`fan_out`: one notice to many people beside a bare INSERT … SELECT of as many rows of the same size. `mail`: the whole
way of a mail through a real worker (handed out by the broker, taken, looked at once more, written, sent, settled on the
disk) beside a loop that writes nothing and settles nothing but hands equal mails to the same mail server over one
connection, kept open: once a server that takes no time at all, which no real one does, and once one that writes each
mail to the disk before it answers, as RFC 5321 demands of a real one.
"""

import argparse
import base64
import contextlib
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from alliance.core.local import addresses

from . import servers
from .run import execute, fetch, table, verdict

FAN_OUT_GOAL = 3.0  # times the bare statement: two indexes more to keep, and a thousand people a statement
MAIL_GOAL = 0.8
PROCESSES = (1, 2, 4)
SINKS = {"nothing": "takes no time", "disk": "writes each mail to the disk (fsync) before it answers"}
POSTGRES: list[int] = []  # its process id


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notices", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--mails", type=int, default=3_000)
    parser.add_argument("--sink", choices=SINKS, action="append", help="only this mail server")
    options = parser.parse_args()
    if options.quick:
        options.people, options.mails = options.people // 10, options.mails // 10
    print(f"Load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    with servers.data_servers() as (postgres, _valkey):
        POSTGRES[:] = [postgres]
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        make_people(options.people)
        fan_out(options.people)
        mail(options.mails, options.sink or list(SINKS))
    print(f"\nLoad of the machine at the end: {os.getloadavg()[0]:.1f}.")


def make_people(count: int) -> None:
    from alliance.accounts.models import User

    for start in range(0, count, 10_000):
        User.objects.bulk_create(
            User(
                email=f"synthetic{number}@example.org",
                password="!",
                name=f"Synthetic Person {number}",
                language="en" if number % 2 else "zh-hans",
            )
            for number in range(start, min(start + 10_000, count))
        )
    execute("VACUUM ANALYZE accounts_user")


def fan_out(count: int) -> None:
    """Rows in the portal only: the kind is one that goes by no mail."""
    from django.db import transaction
    from django.test.utils import CaptureQueriesContext

    from alliance.accounts.models import Organisation, User
    from alliance.notifications.models import Notice
    from alliance.notifications.services import notify

    kind = registered("benchmark.inapp", ("inapp",))
    about = Organisation.objects.create(kind="park_operator", slug="synthetic", name_zh="合成机构")
    ours, bare, statements = [], [], 0
    for number in range(3):
        execute("TRUNCATE notifications_notice")
        people = list(User.objects.only("pk"))
        begun = time.perf_counter()
        from django.db import connection

        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            notify(kind, to=people, about=about, key=number)
        ours.append(time.perf_counter() - begun)
        statements = sum("notifications_notice" in query["sql"] for query in queries)
        told = Notice.objects.count()
        execute("TRUNCATE notifications_notice")
        event = fetch("SELECT max(id) FROM notifications_outboxevent")[0][0]
        begun = time.perf_counter()
        execute(
            "INSERT INTO notifications_notice (event_id, recipient_id, created_at)"
            f" SELECT {event}, id, now() FROM accounts_user ORDER BY id LIMIT {count}"
        )
        bare.append(time.perf_counter() - begun)
    ratio = median(ours) / median(bare)
    good = told == count and statements == -(-count // 1000) and ratio <= FAN_OUT_GOAL
    row = (f"{told:,}", statements, f"{median(ours):.2f}", f"{median(bare):.2f}", f"{ratio:.2f}", verdict(good))
    heads = ["rows", "statements", "notify s", "bare INSERT … SELECT s", "ratio", f"1,000 each, ≤ {FAN_OUT_GOAL:g}"]
    table("Fan-out in the portal", heads, [row])


def mail(count: int, sinks: list[str]) -> None:
    """A real worker with one, two and four processes, and a bare loop over one connection, in turns."""
    for name in sinks:
        with Sink(name) as sink:
            ours: dict[int, list[Run]] = {processes: [] for processes in PROCESSES}
            bare: list[float] = []
            for processes, runs in ours.items():
                with worker(processes, sink.port) as pid:
                    send(count // 10, f"{name}:{processes}:warm", sink, pid)
                    for number in range(3):
                        runs.append(send(count, f"{name}:{processes}:{number}", sink, pid))
                        bare.append(bare_rate(sink, count))
        one = median(bare)
        rows = []
        for processes, runs in ours.items():
            rate = median(run.rate for run in runs)
            cpu = [f"{median(getattr(run, part) for run in runs) * 1e6:,.0f}" for part in ("worker", "database")]
            rows.append(
                (processes, f"{rate:,.0f}", f"{one:,.0f}", f"{rate / one:.2f}", verdict(rate >= MAIL_GOAL * one), *cpu)
            )
        heads = ["processes", "ours /s", "bare loop /s", "ratio", f"≥ {MAIL_GOAL}", "CPU µs a mail", "of PostgreSQL"]
        table(f"{count:,} mails; the mail server {SINKS[name]}", heads, rows)


@dataclass(frozen=True)
class Run:
    """Mails a second, and processor seconds for each in the worker and in the database."""

    rate: float
    worker: float
    database: float


def send(count: int, key: str, sink: "Sink", worker_pid: int) -> Run:
    """Tell so many people: the time from the commit to the server's last answer."""
    from django.db import transaction

    from alliance.accounts.models import Organisation, User
    from alliance.core import broker
    from alliance.notifications.models import Delivery
    from alliance.notifications.services import notify

    people = list(User.objects.order_by("pk")[:count])
    execute("VACUUM ANALYZE notifications_delivery")
    goal = sink.accepted() + count
    used = [servers.cpu_seconds(pid) for pid in (worker_pid, POSTGRES[0])]
    with transaction.atomic():
        notify(mail_kind(), to=people, about=Organisation.objects.get(slug="synthetic"), key=key)
        begun = time.perf_counter()
    looked = begun
    while sink.accepted() < goal:
        time.sleep(0.01)
        if time.perf_counter() - looked > 2:
            # As the scheduler does.
            looked = time.perf_counter()
            broker.send("notifications.dispatch", expires=10)
    took = time.perf_counter() - begun
    spent = [servers.cpu_seconds(pid) - before for pid, before in zip((worker_pid, POSTGRES[0]), used, strict=True)]
    while Delivery.objects.exclude(state="sent").exists():
        time.sleep(0.05)
    assert sink.accepted() == goal, sink.accepted()
    return Run(count / took, spent[0] / count, spent[1] / count)


@contextlib.contextmanager
def worker(processes: int, port: int) -> Iterator[int]:
    """The portal's worker on its queues for mails, without a scheduler."""
    from alliance.core import broker
    from alliance.notifications.models import Heartbeat

    Heartbeat.objects.all().delete()
    command = [sys.executable, "-m", "celery", "-A", "benchmarks.worker", "worker", "--queues", "control,mail"]
    command += ["--concurrency", str(processes), "-O", "fair", "--without-mingle", "--without-gossip"]
    environment = {**os.environ, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
    with (servers.HOME / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=addresses.PROJECT)
    try:
        broker.send("notifications.heartbeat", "mail", queue="mail")
        while not Heartbeat.objects.exists():
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def bare_rate(sink: "Sink", count: int) -> float:
    """Equal mails, written once, by one SMTP connection as fast as it takes them."""
    body = sink.last()
    with smtplib.SMTP("127.0.0.1", sink.port) as server:
        server.ehlo()
        begun = time.perf_counter()
        for number in range(count):
            server.sendmail("no-reply@localhost", [f"synthetic{number}@example.org"], body)
        return count / (time.perf_counter() - begun)


def mail_kind():
    return registered("benchmark.mail", ("inapp", "mail"))


def registered(code: str, channels: tuple):
    from alliance.notifications.kinds import Message, NoticeKind, notice_kind, register

    def render(facts, language, recipient):
        return Message(subject=f"Synthetic {facts.about.name}", lines=("One line.", "Another one."), url="/en/desk/")

    return notice_kind(code) or register(NoticeKind(code, "Synthetic", "Synthetic.", render, channels=channels))


class Sink:
    """A mail server in a process of its own (benchmarks/sink.py), asked how many mails it took."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "benchmarks.sink", name, str(servers.HOME / "spool")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._said())

    def __enter__(self) -> "Sink":
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def accepted(self) -> int:
        return int(self._ask("accepted"))

    def last(self) -> bytes:
        return base64.b64decode(self._ask("last"))

    def _ask(self, what: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self._said()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


if __name__ == "__main__":
    main()
