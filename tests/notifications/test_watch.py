from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from alliance.core.chain_check import Broken
from alliance.core.models import DailyHead
from alliance.notifications import invariants
from alliance.notifications.models import (
    Delivery,
    Digest,
    Heartbeat,
    InvariantRun,
    Notice,
    OutboxEvent,
    OutboxMail,
    ScheduleSlot,
)
from alliance.notifications.services import letter, notify, running, watch
from tests.factories import make_officer, make_organisation, make_user

from .kinds import LETTER, NEWS

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture
def some(deliver_all):
    """A portal at work: mails sent, waiting, and one to an address."""
    notify(NEWS, to=[make_user(), make_user()], about=make_organisation(), key="a")
    letter(LETTER, about=make_organisation(), key="b")
    deliver_all()
    notify(NEWS, to=[make_user()], about=make_organisation(), key="c")


def waiting():
    return Delivery.objects.filter(state="pending")


def beat_all():
    for name in running.NAMES:
        running.touch(name)


class TestInvariants:
    def test_hold(self, some):
        beat_all()

        assert invariants.broken() == []

    def test_1_a_notice_without_its_mail(self, some):
        waiting().delete()

        assert invariants.broken() == ["1: 1 notices have no mail row beside them"]

    def test_1_a_mail_without_its_notice(self, some):
        Notice.objects.filter(event__dedupe_key__endswith=":c").delete()

        assert invariants.broken() == ["1: 1 mail rows have no notice beside them"]

    def test_1_an_event_that_reached_nobody(self, some):
        event = OutboxEvent.objects.create(
            kind=LETTER.code, dedupe_key="z", about_type="accounts.organisation", about_id="1", created_at=LONG_AGO
        )

        assert invariants.broken() == [
            f"1: the letter {event.pk} has no delivery",
            f"1: the event {event.pk} was never fanned out",
        ]

    def test_1_a_summary_without_its_mail(self, some):
        person = make_user()
        digest = Digest.objects.create(person=person, cadence="daily", on="2026-11-18")
        waiting().update(state="digested", digest=digest)

        assert invariants.broken() == ["1: 1 summaries have no mail that carries them"]

    def test_1_held_for_a_summary_that_never_came(self, some):
        beat_all()
        waiting().update(state="held", created_at=timezone.now() - timedelta(days=30))

        assert invariants.broken() == ["1: 1 messages still wait for a summary that should have come"]

    def test_2_a_lease_that_nobody_swept(self, some):
        waiting().update(state="queued", lease_until=LONG_AGO)

        assert invariants.broken() == ["2: 1 deliveries have outlived their lease"]

    def test_2_waiting_without_a_reason(self, some):
        waiting().update(next_at=LONG_AGO)
        Heartbeat.objects.all().delete()
        assert invariants.broken() == []
        beat_all()

        assert invariants.broken() == ["2: 1 deliveries wait although there is room for them"]

    def test_3_the_trigger_is_off(self, some):
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER notifications_delivery_sent_is_final ON notifications_delivery")

        assert invariants.broken() == ["3: the trigger that keeps sent deliveries as they are is gone or off"]

    def test_4_one_id_on_two_mails(self, some):
        sent = Delivery.objects.filter(state="sent").first()
        waiting().update(message_id=sent.message_id)

        assert invariants.broken() == ["4: 1 Message-IDs stand on more than one delivery"]

    def test_a_constraint_is_gone(self, some):
        with connection.cursor() as cursor:
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE;"
                "ALTER TABLE notifications_delivery DROP CONSTRAINT notifications_delivery_attempts"
            )

        assert invariants.broken() == ["the constraint notifications_delivery_attempts is gone"]


class TestWatch:
    def test_the_command_says_what_is_broken_and_tells_the_data_desk(self, some, capsys):
        officer = make_officer("data_desk")
        waiting().delete()

        with pytest.raises(CommandError, match="1 invariants do not hold"):
            call_command("check_invariants")

        assert "no mail row" in capsys.readouterr().err
        assert InvariantRun.objects.get().broken == ["1: 1 notices have no mail row beside them"]
        assert Notice.objects.filter(recipient=officer, event__kind="notifications.invariant_broken").count() == 1

    def test_the_command_says_that_all_is_well(self, some, capsys):
        call_command("check_invariants")

        assert "All invariants hold." in capsys.readouterr().out

    def test_a_broken_chain_is_told(self, monkeypatch):
        officer = make_officer("data_desk")
        monkeypatch.setattr("alliance.core.audit.verify", lambda: Broken(3, "changed"))

        assert not watch.verify_audit()
        assert not watch.verify_audit()

        assert Notice.objects.filter(recipient=officer, event__kind="notifications.chain_broken").count() == 1

    def test_the_nights_work_is_done_once_a_day(self, monkeypatch):
        monkeypatch.setattr("alliance.core.audit.verify", lambda: None)
        ScheduleSlot.objects.create(name="old", slot_time=timezone.now() - timedelta(days=30))
        InvariantRun.objects.create(at=timezone.now() - timedelta(days=365))
        OutboxMail.objects.create(to="a@b", subject="old")
        OutboxMail.objects.update(kept_at=timezone.now() - timedelta(days=31))

        assert watch.nightly()
        assert not watch.nightly()

        assert InvariantRun.objects.count() == 1
        assert OutboxMail.objects.count() == 0
        assert not ScheduleSlot.objects.filter(name="old").exists()
        assert DailyHead.objects.count() <= 1
        assert watch.nightly(timezone.now() + timedelta(days=1))

    def test_a_night_that_was_cut_short_is_done_again(self, monkeypatch):
        monkeypatch.setattr("alliance.core.audit.verify", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            watch.nightly()
        monkeypatch.setattr("alliance.core.audit.verify", lambda: None)

        assert watch.nightly()


class TestRunning:
    def test_a_busy_process_writes_a_sign_now_and_then(self):
        running.touch("worker:mail", at_most_every=5)
        first = Heartbeat.objects.get().at
        running.touch("worker:mail", at_most_every=5)
        assert Heartbeat.objects.get().at == first
        running.touch("worker:mail")
        assert Heartbeat.objects.get().at > first
        assert running.is_fresh("worker:mail")
        assert not running.is_fresh("beat")

    def test_a_moment_is_taken_once_and_can_be_given_back(self):
        moment = timezone.now()

        assert running.take_slot("dispatch", moment)
        assert not running.take_slot("dispatch", moment)
        running.release_slot("dispatch", moment)
        assert running.take_slot("dispatch", moment)
