"""One of several processes that want seats at the same moment.

Reads one order a line, `{"acts": [["approve", {"row": 1, "by": 2}], …]}`; answers "ready", waits for a line, does all
its acts at once in threads of its own, and prints what became of each. Ends with its input.
"""

import json
import os
import random
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from alliance.accounts.models import User  # noqa: E402
from alliance.core.errors import RuleBroken  # noqa: E402
from parks.models import Park  # noqa: E402
from training import invariants, seats  # noqa: E402
from training.models import Cohort, Enrolment  # noqa: E402
from training.seats import clock, door  # noqa: E402


def asserting() -> None:
    """Every door asserts the invariants before it closes, in every process."""
    plain = door.Book.close

    def close(self: door.Book) -> None:
        plain(self)
        found = invariants.of_cohort(self.cohort)
        if found:
            raise AssertionError("; ".join(found))

    door.Book.close = close  # type: ignore[method-assign]


def user(pk: int) -> User:
    return User.objects.get(pk=pk)


def row(pk: int) -> Enrolment:
    return Enrolment.objects.select_related("cohort").get(pk=pk)


def cohort(pk: int) -> Cohort:
    return Cohort.objects.get(pk=pk)


def park(pk: int) -> Park:
    return Park.objects.get(pk=pk)


def act(what: str, **ids: Any) -> str:
    by = user(ids["by"]) if "by" in ids else None
    match what:
        case "ask":
            return str(seats.apply(cohort(ids["cohort"]), park(ids["park"]), learner="employed", by=by).pk)
        case "approve":
            return seats.approve(row(ids["row"]), by=by).state
        case "accept":
            return seats.accept(row(ids["row"]), by=by).state
        case "decline":
            return seats.decline(row(ids["row"]), by=by).state
        case "withdraw":
            return seats.withdraw(row(ids["row"]), by=by, reason="Sample").state
        case "lapse":
            # As if its time were over: the job comes.
            with transaction.atomic():
                Cohort.objects.select_for_update().get(pk=ids["cohort"])
                Enrolment.objects.filter(pk=ids["row"], state="offered").update(offer_until="2020-01-01T00:00Z")
            return str(clock.mind())
        case "mind":
            return str(clock.mind())
        case "seats":
            quotas = {park(int(pk)): count for pk, count in ids["quotas"].items()}
            seats.set_seats(cohort(ids["cohort"]), shared=ids["shared"], quotas=quotas, by=by)
            return "done"
        case "give_back":
            seats.give_back(cohort(ids["cohort"]), park(ids["park"]), 1, by=by)
            return "done"
        case "release":
            seats.release(cohort(ids["cohort"]), by=by)
            return "done"
        case "transfer":
            return str(seats.transfer(row(ids["row"]), cohort(ids["to"]), by=by).pk)
        case "naive":
            return naive(ids["cohort"], ids["person"], ids["park"])
    raise LookupError(what)


def naive(cohort_id: int, person: int, park_id: int) -> str:
    """What the rule forbids: count, then insert. It shows that the race is a real one."""
    with transaction.atomic():
        found = cohort(cohort_id)
        taken = Enrolment.objects.filter(cohort=found).holding().count()
        if taken >= found.capacity:
            return "full"
        Enrolment.objects.create(
            cohort=found,
            person_id=person,
            park_id=park_id,
            state="enrolled",
            pool="shared",
            queue_no=person,
            home_approved_at="2026-01-01T00:00Z",
        )
        return "enrolled"


def storm(seed: int, count: int, cohorts: list[int], by_park: dict[str, int], people: list[int], lead: int) -> str:
    """So many steps at random, each as whoever may make it; gives how many were made."""
    chance = random.Random(seed)
    made = 0
    for _ in range(count):
        here = chance.choice(cohorts)
        home = chance.choice(list(by_park))
        rows = list(Enrolment.objects.filter(cohort=here).live().values_list("pk", "state", "person", "park"))
        try:
            step(chance, here, home, by_park, people, lead, rows, cohorts)
        except RuleBroken:
            continue
        made += 1
    return str(made)


def step(chance, here, home, by_park, people, lead, rows, cohorts) -> None:  # type: ignore[no-untyped-def]
    what = chance.choices(
        ["ask", "approve", "accept", "decline", "withdraw", "lapse", "seats", "give_back", "release", "transfer"],
        [20, 25, 12, 8, 8, 8, 12, 4, 1, 2],
    )[0]
    wanted = {"approve": "submitted", "accept": "offered", "decline": "offered", "lapse": "offered"}
    fitting = [one for one in rows if what not in wanted or one[1] == wanted[what]]
    if what == "ask":
        act("ask", cohort=here, park=int(home), by=chance.choice(people))
    elif what == "seats":
        quotas = {pk: chance.randint(0, 5) for pk in by_park}
        act("seats", cohort=here, shared=chance.randint(0, 6), quotas=quotas, by=lead)
    elif what == "give_back":
        act("give_back", cohort=here, park=int(home), by=by_park[home])
    elif what == "release":
        act("release", cohort=here, by=lead)
    elif fitting:
        pk, _state, person, park_id = chance.choice(fitting)
        if what == "transfer":
            act("transfer", row=pk, to=chance.choice(cohorts), by=lead)
        elif what == "lapse":
            act("lapse", row=pk, cohort=here)
        else:
            act(what, row=pk, by=by_park[str(park_id)] if what == "approve" else person)


def crash_between() -> None:
    """The process dies after the rows and before the notices."""
    from training.notices import seats as notices

    def tell(*_args: Any, **_facts: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    notices.tell = tell


def one(order: list) -> str:
    what, ids = order
    try:
        return storm(**ids) if what == "storm" else act(what, **ids)
    except RuleBroken as broken:
        return f"refused: {broken.__class__.__name__}"
    except Exception as error:
        return f"{error.__class__.__name__}: {error}"
    finally:
        connection.close()


def main() -> None:
    asserting()
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("crash"):
            crash_between()
        connection.ensure_connection()
        print("ready", flush=True)
        sys.stdin.readline()
        acts = order["acts"]
        with ThreadPoolExecutor(len(acts) or 1) as pool:
            print(json.dumps(list(pool.map(one, acts))), flush=True)


if __name__ == "__main__":
    main()
