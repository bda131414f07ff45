"""Whatever happens in whatever order, a delivery keeps to its states."""

import smtplib
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.notifications import invariants, mailer, posting
from alliance.notifications.models import MAX_ATTEMPTS, Delivery
from alliance.notifications.services import deliveries, notify
from tests.factories import make_organisation, make_user

from .kinds import NEWS, ONCE

State = Delivery.State


class Killed(BaseException):
    """kill -9: nothing after it runs."""


class Server:
    """A mail server that does what the example says, and counts what it has accepted."""

    def __init__(self):
        self.accepted = 0
        self.mood = "ok"

    def open(self):
        if self.mood == "away":
            raise ConnectionRefusedError

    def close(self):
        pass

    def send_messages(self, messages):
        match self.mood:
            case "busy":
                raise smtplib.SMTPDataError(451, b"later")
            case "no":
                raise smtplib.SMTPDataError(550, b"never")
            case "killed before":
                raise Killed
        self.accepted += 1
        match self.mood:
            case "killed after":
                raise Killed
            case "line broke":
                raise smtplib.SMTPServerDisconnected


MOODS = ["ok", "away", "busy", "no", "killed before", "killed after", "line broke"]
STEPS = st.one_of(
    st.sampled_from(["dispatch", "time passes", "sweep", "broker forgets", "broker repeats"]),
    st.tuples(st.just("deliver"), st.sampled_from(MOODS)),
)


class World:
    """One delivery, the broker's queue and the mail server."""

    def __init__(self, kind):
        notify(kind, to=[make_user()], about=make_organisation(), key="x")
        self.pk = Delivery.objects.get().pk
        self.queue, self.server, self.before = [], Server(), None

    def step(self, step):
        match step:
            case "dispatch":
                self.queue += deliveries.claim()
            case "time passes":
                past = timezone.now() - timedelta(hours=3)
                Delivery.objects.in_flight().update(lease_until=past)
                Delivery.objects.filter(state=State.PENDING).update(next_at=past)
            case "sweep":
                deliveries.sweep()
            case "broker forgets":
                self.queue.clear()
            case "broker repeats":
                self.queue.append(self.pk)
            case ("deliver", mood):
                self.deliver(mood)

    def deliver(self, mood):
        if not self.queue:
            return
        pk = self.queue.pop(0)
        self.server.mood = mood
        try:
            posting.deliver(pk)
        except Killed:
            mailer.close()

    def check(self, kind):
        row = Delivery.objects.values("state", "attempts", "sent_at", "last_error", "message_id").get()
        assert row["attempts"] <= MAX_ATTEMPTS
        # Every mail out there belongs to an attempt; a sent row means one is out there.
        assert self.server.accepted <= row["attempts"]
        if row["state"] == State.SENT:
            assert self.server.accepted >= 1
        if kind is ONCE:
            assert self.server.accepted <= 1
            if self.server.accepted:
                assert row["state"] in {State.SENT, State.SENDING, State.UNKNOWN}
        if self.before and self.before["state"] in {State.SENT, State.DEAD, State.UNKNOWN}:
            assert row == self.before
        self.before = row
        assert invariants.broken(timezone.now() - timedelta(days=1)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [NEWS, ONCE], ids=["at least once", "at most once"])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, max_size=30))
def test_any_order_of_events(kind, steps, monkeypatch):
    with transaction.atomic():
        world = World(kind)
        monkeypatch.setattr(mailer, "get_connection", lambda **options: world.server)
        mailer.close()
        for step in steps:
            world.step(step)
            world.check(kind)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_left_alone_with_a_good_server_everything_is_sent(monkeypatch):
    world = World(NEWS)
    monkeypatch.setattr(mailer, "get_connection", lambda **options: world.server)
    for step in ["dispatch", "broker forgets", "time passes", "sweep", "dispatch", ("deliver", "killed before")]:
        world.step(step)

    for step in ["time passes", "sweep", "dispatch", ("deliver", "ok")]:
        world.step(step)

    assert Delivery.objects.get().state == State.SENT
    assert world.server.accepted == 1
