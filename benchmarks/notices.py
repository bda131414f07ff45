"""How fast people are told: 100,000 rows in the portal, and mails over one connection.

python -m benchmarks.notices           some two minutes
python -m benchmarks.notices --quick   a tenth of it: does everything still run?

`fan_out`: one notice to many people beside a bare INSERT … SELECT of as many rows of the same size. `mail`: the whole
way of a mail (claimed, taken, looked at once more, written, sent, settled) beside a loop that writes nothing but hands
equal mails to the same mail server over one connection; once with a server that takes no time at all, which no real
one does, and once with one that takes 20 ms, as one does that writes each mail to a disk.
"""

import argparse
import smtplib
import socketserver
import subprocess
import sys
import threading
import time
from statistics import median

from . import servers
from .run import execute, fetch, table, verdict

FAN_OUT_GOAL = 3.0  # times the bare statement: two indexes more to keep, and a thousand people a statement
MAIL_GOAL = 0.8


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notices", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--mails", type=int, default=1_000)
    parser.add_argument("--delay", type=float, action="append", help="seconds the mail server takes over each mail")
    parser.add_argument("--deliver", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.deliver:
        deliver(options.deliver)
        return
    if options.quick:
        options.people, options.mails = options.people // 10, options.mails // 10
    with servers.data_servers():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        make_people(options.people)
        fan_out(options.people)
        for delay in options.delay or (0.0, 0.02):
            mail(options.mails, delay)


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


def mail(count: int, delay: float) -> None:
    """With one process, and with the two that a worker of the portal has."""
    from django.db import transaction

    from alliance.accounts.models import Organisation, User
    from alliance.notifications.models import Delivery
    from alliance.notifications.services import notify

    kind = registered("benchmark.mail", ("inapp", "mail"))
    sink = Sink(delay)
    about = Organisation.objects.get(slug="synthetic")
    people = list(User.objects.order_by("pk")[:count])
    rows = []
    for processes in (1, 2):
        ours, bare = [], []
        for number in range(3):
            with transaction.atomic():
                notify(kind, to=people, about=about, key=f"{processes}:{delay}:{number}")
            execute("VACUUM ANALYZE notifications_delivery")
            sink.accepted = 0
            took = delivered_by(processes, sink.port)
            assert sink.accepted == count, sink.accepted
            ours.append(count / took)
            bare.append(bare_rate(sink, count))
        ratio = median(ours) / median(bare)
        rows.append(
            (processes, f"{median(ours):,.0f}", f"{median(bare):,.0f}", f"{ratio:.2f}", verdict(ratio >= MAIL_GOAL))
        )
    assert not Delivery.objects.exclude(state="sent").exists()
    sink.close()
    heads = ["processes", "ours /s", "bare loop /s, one connection", "ratio", f"≥ {MAIL_GOAL}"]
    table(f"{count:,} mails, the mail server takes {delay * 1000:g} ms over each", heads, rows)


def delivered_by(processes: int, port: int) -> float:
    """Seconds until so many processes have sent all that is due; they start together, once they are ready."""
    command = [sys.executable, "-m", "benchmarks.notices", "--deliver", str(port)]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.wait()
    return time.perf_counter() - begun


def deliver(port: int) -> None:
    """What a worker process does with the messages of the broker, without the broker."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from alliance.notifications import posting
    from alliance.notifications.services import deliveries

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    registered("benchmark.mail", ("inapp", "mail"))
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    idle = 0
    while idle < 3:
        ids = deliveries.claim(limit=20)
        idle = 0 if ids else idle + 1
        if not ids:
            # Another process was claiming at that moment, or nothing is left.
            time.sleep(0.005)
        for pk in ids:
            posting.deliver(pk)


def bare_rate(sink: "Sink", count: int) -> float:
    """Equal mails, written once, by one SMTP connection as fast as it takes them."""
    body = sink.last
    with smtplib.SMTP("127.0.0.1", sink.port) as server:
        server.ehlo()
        begun = time.perf_counter()
        for number in range(count):
            server.sendmail("no-reply@localhost", [f"synthetic{number}@example.org"], body)
        return count / (time.perf_counter() - begun)


def registered(code: str, channels: tuple):
    from alliance.notifications.kinds import Message, NoticeKind, notice_kind, register

    def render(facts, language, recipient):
        return Message(subject=f"Synthetic {facts.about.name}", lines=("One line.", "Another one."), url="/en/desk/")

    return notice_kind(code) or register(NoticeKind(code, "Synthetic", "Synthetic.", render, channels=channels))


class Sink:
    """A mail server that takes everything, `delay` seconds a mail, and keeps the last one."""

    def __init__(self, delay: float) -> None:
        self.accepted, self.last, self.delay = 0, b"", delay
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                self.wfile.write(b"220 sink\r\n")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        lines = []
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(line)
                        if outer.delay:
                            time.sleep(outer.delay)
                        outer.accepted += 1
                        outer.last = b"".join(lines)
                    elif word == b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    self.wfile.write(b"250 ok\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    main()
