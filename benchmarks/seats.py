"""How many decisions about seats a second one cohort takes, with 50 clients at once.

python -m benchmarks.seats           about a minute where nobody else works
python -m benchmarks.seats --quick   one short round: does it still run?

A decision is a whole approval: the cohort locked, seats counted, the row written, the queue moved up, log, audit
event, task and notices, in one transaction. Beside it, by the same clients in the same run: a bare loop that locks the
cohort's row, changes one column and commits. Both stand in one line at one row: the ratio says what the rules cost.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from threading import Thread

from . import servers
from .run import table

CLIENTS = 50
PROCESSES = 5
WAYS = ("ours", "bare")
# People who wait for approval, for each second of a round: more than any machine has decided about so far.
MOST_A_SECOND = 300


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seats", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--client", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        clients(int(options.client))
        return
    rounds = 1 if options.quick else 3
    seconds = 2 if options.quick else options.seconds
    print(f"Load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    with servers.data_servers():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from training import invariants

        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        with started() as children:
            for number in range(rounds):
                for way in WAYS:
                    cohort = make_cohort(f"{way}-{number}", int(MOST_A_SECOND * seconds) if way == "ours" else 1)
                    rates[way].append(run(children, way, cohort, seconds))
        broken = list(invariants.broken())
    ours, bare = median(rates["ours"]), median(rates["bare"])
    row = (CLIENTS, f"{ours:,.0f}", f"{bare:,.0f}", f"{ours / bare:.3f}", "hold" if not broken else broken[0])
    heads = ["clients", "approvals /s", "bare SELECT … FOR UPDATE loop /s", "ratio", "I1 to I7 afterwards"]
    table("Decisions about the seats of one cohort", heads, [row])


def make_cohort(code: str, asks: int) -> int:
    """A cohort with a hundred seats, and so many people who wait for their park's approval."""
    from alliance.accounts.models import User
    from alliance.core.models import ChainHead
    from tests.factories import make_park, make_user
    from tests.training.factories import make_cohort
    from training.models import Cohort, Enrolment, EnrolmentLog

    ChainHead.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": "0" * 64})
    manager = make_user(f"Synthetic Manager {code}")
    park = make_park(managers=[manager])
    cohort = make_cohort(code=code, quotas={park: 60}, shared=40)
    people = User.objects.bulk_create(
        User(email=f"{code}-{number}@example.org", password="!", name=f"Synthetic {number}") for number in range(asks)
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, person=person, park=park, queue_no=number)
        for number, person in enumerate(people, start=1)
    )
    EnrolmentLog.objects.bulk_create(
        EnrolmentLog(enrolment=row, to_state="submitted", cause="submitted") for row in rows
    )
    Cohort.objects.filter(pk=cohort.pk).update(seq=asks)
    return cohort.pk


@contextlib.contextmanager
def started() -> Iterator[list["subprocess.Popen[str]"]]:
    """The processes of the clients, ready to be told what to do; they end with this."""
    command = [sys.executable, "-m", "benchmarks.seats", "--client"]
    children = [
        subprocess.Popen([*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(1, PROCESSES + 1)
    ]
    try:
        for child in children:
            said(child)
        yield children
    finally:
        for child in children:
            child.kill()
            child.wait()


def said(child: "subprocess.Popen[str]") -> list[str]:
    assert child.stdout is not None
    line = child.stdout.readline().split()
    if not line:
        raise SystemExit("A client ended; its words stand above.")
    return line


def run(children: list["subprocess.Popen[str]"], way: str, cohort: int, seconds: float) -> float:
    """Decisions a second of all clients together; they start at one moment and stop at one."""
    for word in (f"{way} {cohort} {seconds}", "go"):
        for child in children:
            assert child.stdin is not None
            child.stdin.write(f"{word}\n")
            child.stdin.flush()
        answers = [said(child) for child in children]
    made, took = sum(int(words[0]) for words in answers), max(float(words[1]) for words in answers)
    return made / took


def clients(process: int) -> None:
    """Ten of the clients, as threads of one process; `process` counts from one."""
    os.environ["DATABASE_POOL"] = "12"
    import django

    django.setup()
    print("ready", flush=True)
    while line := sys.stdin.readline():
        way, cohort, seconds = line.split()
        made, took = decide(process, way, int(cohort), float(seconds))
        print(made, took, flush=True)


def decide(process: int, way: str, cohort: int, seconds: float) -> tuple[int, float]:
    """Read what waits, then at a word decide until the time is over; gives how many, and how long it took."""
    from django.db import connection, transaction

    from alliance.accounts.models import User
    from training import seats
    from training.models import Cohort, Enrolment

    found = Cohort.objects.get(pk=cohort)
    keys = list(found.enrolments.filter(state="submitted").order_by("queue_no").values_list("pk", flat=True))
    by = User.objects.get(pk=found.enrolments.first().park.organisation.duties.get().person_id)
    here = CLIENTS // PROCESSES
    made, failed = [0] * here, []

    def work(number: int) -> None:
        mine = iter(keys[(process - 1) * here + number :: CLIENTS])
        try:
            while time.perf_counter() < ends:
                if way == "bare":
                    with transaction.atomic():
                        Cohort.objects.select_for_update().get(pk=cohort)
                        Cohort.objects.filter(pk=cohort).update(min_size=1)
                else:
                    seats.approve(Enrolment(pk=next(mine), cohort=found), by=by)
                made[number] += 1
        except Exception as error:  # a thread that fails silently would make the rate look low
            failed.append(error)
        finally:
            connection.close()

    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.perf_counter()
    ends = begun + seconds
    threads = [Thread(target=work, args=(number,)) for number in range(here)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(made), time.perf_counter() - begun


if __name__ == "__main__":
    main()
