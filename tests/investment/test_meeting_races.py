"""No double booking for each person, also where two processes ask at the same moment; the exclusion decides."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from alliance.accounts.models import User
from alliance.core.local import addresses
from alliance.core.models import ChainHead
from investment.models import Meeting, MeetingSeat
from investment.services import events
from tests.factories import make_duty, make_organisation
from tests.investment.factories import make_project
from tests.investment.talking import Dialogue, in_days, make_dialogue, make_event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("meeting_race")]
ROUNDS = 4


@pytest.fixture(autouse=True)
def _ground():
    ChainHead.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": "0" * 64})
    make_organisation("secretariat")


def racer(what: str, *keys: int) -> subprocess.Popen:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.investment.racer_meetings", what, *map(str, keys)],
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(addresses.PROJECT)},
        cwd=addresses.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def race(*racers: tuple[Any, ...]) -> list[str]:
    """What each said, in alphabetical order, after all began at the same word."""
    running = [racer(*keys) for keys in racers]
    try:
        for process in running:
            assert process.stdout.readline() == "ready\n"
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        return sorted(process.stdout.readline().strip() for process in running)
    finally:
        for process in running:
            process.kill()
            process.wait(timeout=30)


def two_dialogues() -> tuple[User, Dialogue, Dialogue]:
    """In two projects of one host, with two investors: they share no row that is locked."""
    first, second = make_project(), make_project()
    make_duty(first.lead, second.parks[0].organisation, "park_manager")
    return User.objects.get(pk=first.lead.pk), make_dialogue(first), make_dialogue(second)


def test_two_investors_and_one_host_make_one_meeting():
    """Overlapping times of one host in two projects: the exclusion alone is between them."""
    host, *talks = two_dialogues()
    for number in range(ROUNDS):
        at = in_days(3 + number)
        slots = [
            Meeting.objects.create(
                project=talk.promoters.project,
                host=host,
                starts_at=at + timedelta(minutes=20 * each),
                ends_at=at + timedelta(minutes=20 * each + 45),
                place="Sample",
            )
            for each, talk in enumerate(talks)
        ]
        said = race(
            *(("request", slot.pk, talk.interest.pk, talk.asker.pk) for slot, talk in zip(slots, talks, strict=True))
        )

        assert said == ["made", "refused"]
        keys = [slot.pk for slot in slots]
        assert sorted(Meeting.objects.filter(pk__in=keys).values_list("state", flat=True)) == ["offered", "requested"]
        assert MeetingSeat.objects.filter(meeting__in=keys, person=host).count() == 1


def test_a_timetable_and_a_request_at_the_same_moment_book_nobody_twice():
    """The host sits at a table of the event or in the meeting asked for meanwhile, never in both. Whoever comes second
    is refused, or finds the time taken and plans around it."""
    talk = make_dialogue()
    desk = talk.promoters.officer
    for number in range(ROUNDS):
        event = make_event(desk, times=1, starts_at=in_days(3 + number))
        ours = events.join_project(event, talk.promoters.project, by=talk.promoters.lead)
        theirs = events.join_investor(event, talk.investing.investor, by=talk.asker)
        events.ask(ours, theirs, by=talk.asker)
        slot = talk.offer(event.starts_at)
        said = race(("plan", event.pk, desk.pk), ("request", slot.pk, talk.interest.pk, talk.asker.pk))

        assert "made" in said
        seats = MeetingSeat.objects.filter(person=talk.promoters.lead, starts_at=event.starts_at, is_booked=True)
        assert seats.count() == 1


def test_a_change_and_a_request_at_the_same_moment_book_nobody_twice():
    """Who moves a meeting to a time waits for the chain before the seats, like who asks for that time: one is refused
    by the rule, and neither by a deadlock."""
    host, talk, other = two_dialogues()
    for number in range(ROUNDS):
        booked = talk.confirmed(in_days(3 + number))
        slot = other.offer(booked.starts_at + timedelta(hours=3), by=host)
        said = race(
            ("change", booked.pk, slot.pk, host.pk),
            ("request", slot.pk, other.interest.pk, other.asker.pk),
        )

        assert said == ["made", "refused"]
        seats = MeetingSeat.objects.filter(person=host, starts_at=slot.starts_at, is_booked=True)
        assert seats.count() == 1
