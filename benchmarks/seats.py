"""How many decisions about seats one cohort takes a second, with 50 clients at once.

python -m benchmarks.seats           about a minute
python -m benchmarks.seats --quick   one short round: does it still run?

A decision is a whole approval: the cohort locked, seats counted, the row written, the queue moved up, log, audit event,
task and notices, in one transaction. Beside it, by the same clients in the same run: a bare loop that locks the row of
the cohort, changes one column and commits. Both stand in one line at one row: the ratio says what the rules cost.
"""

import argparse
import subprocess
import sys
import time
from statistics import median

from . import servers
from .run import table

CLIENTS = 50
PROCESSES = 5
WAYS = ("ours", "bare")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seats", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--client", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        client(*options.client)
        return
    rounds = 1 if options.quick else 3
    seconds = 2 if options.quick else options.seconds
    with servers.data_servers():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from training import invariants

        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for number in range(rounds):
            for way in WAYS:
                cohort = make_cohort(f"{way}-{number}", int(400 * seconds))
                rates[way].append(run(way, cohort, seconds))
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


def run(way: str, cohort: int, seconds: float) -> float:
    """Decisions a second of all clients together; they start at one moment and stop at one."""
    command = [sys.executable, "-m", "benchmarks.seats", "--client", way, str(cohort), str(seconds)]
    children = [
        subprocess.Popen([*command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for number, child in enumerate(children):
        assert child.stdin is not None
        child.stdin.write(f"{number}\n")
        child.stdin.flush()
    said = [child.communicate()[0].split() for child in children]
    made, took = sum(int(words[0]) for words in said), max(float(words[1]) for words in said)
    return made / took


def client(way: str, cohort: str, seconds: str) -> None:
    """Ten of the clients, as threads of one process."""
    import os
    from threading import Barrier, Thread

    os.environ["DATABASE_POOL"] = "12"
    import django

    django.setup()
    from django.db import connection, transaction

    from alliance.accounts.models import User
    from training import seats
    from training.models import Cohort, Enrolment

    found = Cohort.objects.get(pk=cohort)
    keys = list(found.enrolments.filter(state="submitted").order_by("queue_no").values_list("pk", flat=True))
    manager = found.enrolments.first().park.organisation.duties.get().person_id
    here = CLIENTS // PROCESSES
    barrier, made = Barrier(here + 1), [0] * here
    print("ready", flush=True)
    first = int(sys.stdin.readline()) * here

    def decide(number: int) -> None:
        by = User.objects.get(pk=manager)
        mine = iter(keys[first + number :: CLIENTS])
        barrier.wait()
        while time.perf_counter() < ends:
            if way == "bare":
                with transaction.atomic():
                    Cohort.objects.select_for_update().get(pk=cohort)
                    Cohort.objects.filter(pk=cohort).update(min_size=1)
            else:
                seats.approve(Enrolment(pk=next(mine), cohort=found), by=by)
            made[number] += 1
        connection.close()

    begun = time.perf_counter()
    ends = begun + float(seconds)
    threads = [Thread(target=decide, args=(number,)) for number in range(here)]
    for thread in threads:
        thread.start()
    barrier.wait()
    for thread in threads:
        thread.join()
    print(sum(made), time.perf_counter() - begun)


if __name__ == "__main__":
    main()
