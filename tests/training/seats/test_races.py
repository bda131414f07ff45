"""T-E1 to T-E8 with twelve real processes on PostgreSQL: count-then-insert would fail here, and is shown to."""

import json
import os
import subprocess
import sys
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from alliance.core.local import addresses
from alliance.core.models import AuditEvent, ChainHead
from alliance.notifications.models import Delivery, Notice, OutboxEvent, Task
from tests.factories import make_user
from training import invariants, seats
from training.models import Cohort, Enrolment, EnrolmentLog

from .making import ask, hold, lead_of, make_open_cohort, make_sending_park, manager_of, states, wait

PROCESSES = 12
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=False), pytest.mark.xdist_group("seats")]


class Racers:
    """Twelve processes that wait for orders."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.processes = [self.launch() for _ in range(PROCESSES)]

    def launch(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.training.seats.racer"],
            env=self.environment,
            cwd=addresses.PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def race(self, *acts: tuple[str, dict]) -> list[str]:
        """All of these at the same moment, spread over the processes; gives what became of each, in their order."""
        hands = [acts[start::PROCESSES] for start in range(PROCESSES)]
        for process, hand in zip(self.processes, hands, strict=True):
            say(process, json.dumps({"acts": hand}))
        for process in self.processes:
            assert process.stdout.readline() == "ready\n"
        for process in self.processes:
            say(process, "go")
        answers = [json.loads(process.stdout.readline()) for process in self.processes]
        found: list[str] = [""] * len(acts)
        for start, said in enumerate(answers):
            found[start::PROCESSES] = said
        return found

    def end(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(timeout=30)


def say(process: subprocess.Popen, line: str) -> None:
    process.stdin.write(line + "\n")
    process.stdin.flush()


@pytest.fixture(scope="module")
def environment(django_db_setup, django_db_blocker):
    parts = urlsplit(os.environ["DATABASE_URL"])
    with django_db_blocker.unblock():
        url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {**os.environ, "DATABASE_URL": url, "DATABASE_POOL": "6", "PYTHONPATH": str(addresses.PROJECT)}


@pytest.fixture(scope="module")
def racers(environment):
    found = Racers(environment)
    yield found
    found.end()


@pytest.fixture(autouse=True)
def _chain_head():
    ChainHead.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": "0" * 64})


def test_count_then_insert_would_sell_too_many(racers):
    """Not our rule but its absence: were this to pass, the races below would prove nothing."""
    sold = []
    for _ in range(5):
        cohort, park = make_open_cohort(shared=6), make_sending_park()
        racers.race(
            *[("naive", {"cohort": cohort.pk, "person": make_user().pk, "park": park.pk}) for _ in range(3 * PROCESSES)]
        )
        sold.append(cohort.enrolments.count())
        if sold[-1] > 6:
            break

    assert max(sold) > 6


def test_t_e1_fifty_approvals_for_one_seat(racers):
    park = make_sending_park()
    cohort = make_open_cohort(shared=1)
    rows = [ask(cohort, park) for _ in range(50)]

    answers = racers.race(*[("approve", {"row": row.pk, "by": manager_of(park).pk}) for row in rows])

    assert set(answers) == {"waitlisted"}
    assert Counter(states(cohort)) == {"o": 1, "w": 49}
    assert Counter(Notice.objects.values_list("event__kind", flat=True)) == {
        "training.offered": 1,
        "training.approved": 49,
    }


def test_t_e2_one_offer_is_accepted_once(racers):
    row = wait(make_open_cohort(shared=1), make_sending_park())

    answers = racers.race(*[("accept", {"row": row.pk, "by": row.person_id})] * PROCESSES)

    assert set(answers) == {"enrolled"}
    assert EnrolmentLog.objects.filter(enrolment=row, to_state="enrolled").count() == 1
    assert AuditEvent.objects.filter(verb="enrolment.accepted").count() == 1


def test_t_e3_withdrawals_beside_approvals_leave_no_seat_free_while_somebody_waits(racers):
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 3}, shared=3)
    holders = [hold(cohort, park) for _ in range(6)]
    rows = [ask(cohort, park) for _ in range(18)]

    answers = racers.race(
        *[("withdraw", {"row": row.pk, "by": row.person_id}) for row in holders],
        *[("approve", {"row": row.pk, "by": manager_of(park).pk}) for row in rows],
    )

    assert Counter(answers) == {"withdrawn": 6, "waitlisted": 18}
    assert Counter(states(cohort)) == {"x": 6, "o": 6, "w": 12}
    assert invariants.of_cohort(cohort) == []


def test_t_e4_asking_from_twelve_processes_is_one_row(racers):
    park, person = make_sending_park(), make_user()
    cohort = make_open_cohort(shared=1)

    answers = racers.race(*[("ask", {"cohort": cohort.pk, "park": park.pk, "by": person.pk})] * PROCESSES)

    assert answers == [str(Enrolment.objects.get().pk)] * PROCESSES
    cohort.refresh_from_db()
    assert (cohort.seq, Task.objects.count()) == (1, 1)


def test_t_e5_raising_beside_approvals_seats_the_approved_alone(racers):
    park = make_sending_park()
    cohort = make_open_cohort(shared=1)
    rows = [ask(cohort, park) for _ in range(22)]

    racers.race(
        *[("approve", {"row": row.pk, "by": manager_of(park).pk}) for row in rows[:11]],
        ("seats", {"cohort": cohort.pk, "shared": 30, "quotas": {}, "by": lead_of(cohort).pk}),
    )

    assert states(cohort) == "o" * 11 + "s" * 11


def test_t_e6_everybody_goes_home_and_the_shared_seats_go_on(racers):
    a, b = make_sending_park(), make_sending_park()
    cohort = make_open_cohort(quotas={a: 6}, shared=6)
    own = [hold(cohort, a) for _ in range(6)]
    away = [hold(cohort, a) for _ in range(6)]
    waiting = [wait(cohort, b) for _ in range(9)]

    racers.race(*[("withdraw", {"row": row.pk, "by": row.person_id}) for row in own])

    assert set(Enrolment.objects.filter(pk__in=[row.pk for row in away]).values_list("quota__park", flat=True)) == {
        a.pk
    }
    found = Enrolment.objects.filter(pk__in=[row.pk for row in waiting]).order_by("queue_no")
    assert "".join(row.state[0] for row in found) == "ooooooww" + "w"


def test_t_e7_of_lapse_and_accept_one_wins(racers):
    park = make_sending_park()
    cohort = make_open_cohort(shared=6)
    rows = [wait(cohort, park) for _ in range(6)]

    answers = racers.race(
        *[("accept", {"row": row.pk, "by": row.person_id}) for row in rows],
        *[("lapse", {"row": row.pk, "cohort": cohort.pk}) for row in rows],
    )

    for row, said in zip(rows, answers[:6], strict=True):
        row.refresh_from_db()
        ends = set(row.log.filter(from_state="offered").values_list("to_state", flat=True))
        assert ends == {row.state}
        assert (row.state, said) in {("enrolled", "enrolled"), ("lapsed", "refused: OfferLapsed")}


def test_t_e8_a_crash_between_row_and_outbox_leaves_neither(environment):
    park = make_sending_park()
    cohort = make_open_cohort(shared=1)
    row = ask(cohort, park)
    before = (EnrolmentLog.objects.count(), OutboxEvent.objects.count(), AuditEvent.objects.count())
    process = Racers.launch(type("Alone", (), {"environment": environment})())

    say(process, json.dumps({"crash": True, "acts": [["approve", {"row": row.pk, "by": manager_of(park).pk}]]}))
    assert process.stdout.readline() == "ready\n"
    say(process, "go")

    assert process.wait(timeout=30) == -9
    row.refresh_from_db()
    assert row.state == "submitted"
    assert before == (EnrolmentLog.objects.count(), OutboxEvent.objects.count(), AuditEvent.objects.count())
    # The seat is not lost either: the next one to come gets through.
    assert seats.approve(row, by=manager_of(park)).pk == row.pk
    assert states(cohort) == "o"


def test_a_storm_leaves_every_invariant_standing(racers):
    """Approvals, answers, lapses, changes of capacity, releases, transfers, all at once; asserted within every lock."""
    lead_cohort = make_open_cohort(shared=4)
    lead = lead_of(lead_cohort)
    other = Cohort.objects.get(pk=lead_cohort.pk)
    other.pk, other.code, other.feed_token = None, "second", "x" * 32
    other._state.adding = True
    other.save()
    parks = [make_sending_park() for _ in range(4)]
    people = [make_user().pk for _ in range(60)]
    orders = {
        "count": 25,
        "cohorts": [lead_cohort.pk, other.pk],
        "by_park": {str(park.pk): manager_of(park).pk for park in parks},
        "people": people,
        "lead": lead.pk,
    }

    answers = racers.race(*[("storm", {"seed": seed, **orders}) for seed in range(PROCESSES)])

    assert all(answer.isdigit() for answer in answers), answers
    assert sum(map(int, answers)) > 60
    assert list(invariants.broken()) == []
    # Every step was told of in its transaction: nobody has an offer that they were not told of.
    offers = Enrolment.objects.filter(log__to_state="offered").distinct()
    told = Notice.objects.filter(event__kind="training.offered").values_list("event__about_id", flat=True)
    assert {str(row.pk) for row in offers} == set(told)
    assert Delivery.objects.filter(event__kind="training.offered").count() == len(offers)
