import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from alliance.accounts.services import consents
from alliance.core import broker
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications import mailer, tasks
from alliance.notifications.models import MAX_ATTEMPTS, Delivery, OutboxMail
from alliance.notifications.services import deliveries, letter, notify, set_preferences
from tests.factories import make_officer, make_organisation, make_user

from .kinds import LETTER, NEWS, NEWS_BY_CONSENT, ONCE, POISON, SECRET

pytestmark = pytest.mark.django_db

State = Delivery.State


def told(kind=NEWS, person=None, key="x"):
    """A delivery of this kind to this person, planned."""
    notify(kind, to=[person or make_user()], about=make_organisation(), key=key)
    return Delivery.objects.latest("created_at", "id")


def attempt(delivery):
    """One attempt, whatever the back-off says."""
    Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now() - timedelta(seconds=1))
    deliveries.claim()
    tasks.deliver(str(delivery.pk))
    delivery.refresh_from_db()
    return delivery


class Server:
    """A mail server that answers as told."""

    def __init__(self, error):
        self.error = error

    def open(self):
        return True

    def close(self):
        pass

    def keep(self, message):
        pass

    def send_messages(self, messages):
        for message in messages:
            self.keep(message)
        raise self.error


@pytest.fixture
def refuse(monkeypatch):
    """The mail server answers every mail with this error."""

    def refuse_with(error):
        server = Server(error)
        monkeypatch.setattr(mailer, "get_connection", lambda **options: server)
        return server

    return refuse_with


class TestDeliver:
    def test_mail_arrives_once_in_the_language_of_its_reader(self, deliver_all):
        told(person=make_user(name="李伟", language="zh-hans"))
        told(person=make_user(name="Ann", language="en"), key="y")

        deliver_all()
        deliver_all()

        subjects = sorted((m.to[0], m.extra_headers["Content-Language"]) for m in mail.outbox)
        assert [language for _to, language in subjects] == ["zh-Hans", "en"]
        assert Delivery.objects.filter(state=State.SENT, attempts=1).count() == 2

    def test_the_same_task_twice_sends_once(self):
        delivery = told()
        deliveries.claim()

        tasks.deliver(str(delivery.pk))
        tasks.deliver(str(delivery.pk))

        assert len(mail.outbox) == 1

    def test_every_attempt_sends_the_same_bytes(self, refuse):
        seen = []
        server = refuse(smtplib.SMTPServerDisconnected("accepted, and then the line broke"))
        server.keep = lambda message: seen.append(message.message().as_bytes())
        delivery = told()

        attempt(delivery)
        attempt(delivery)

        assert len(seen) == 2
        assert seen[0] == seen[1]
        assert f"Message-ID: <{delivery.pk}@localhost>".encode() in seen[0]
        assert b"Auto-Submitted: auto-generated" in seen[0]

    def test_a_letter_goes_to_the_address_of_its_object(self, deliver_all):
        park = make_organisation()
        letter(LETTER, about=park, key="x")

        deliver_all()

        assert mail.outbox[0].to == [f"{park.slug}@example.org"]

    def test_an_id_that_is_none_does_nothing(self):
        tasks.deliver("no id")
        tasks.deliver("00000000-0000-0000-0000-000000000000")

        assert mail.outbox == []

    @pytest.mark.parametrize(
        ("kind", "change", "reason"),
        [
            (NEWS, lambda person: type(person).objects.filter(pk=person.pk).update(is_active=False), "inactive"),
            (NEWS, lambda person: set_preferences(person, {NEWS.code: "off"}), "switched_off"),
            (
                SECRET,
                lambda person: type(person).objects.filter(pk=person.pk).update(job_title="outsider"),
                "no_access",
            ),
        ],
    )
    def test_looked_at_again_before_it_leaves(self, kind, change, reason):
        person = make_user()
        delivery = told(kind, person)
        change(person)

        attempt(delivery)

        assert (delivery.state, delivery.last_error) == (State.SUPPRESSED, reason)
        assert mail.outbox == []

    def test_what_it_tells_of_is_gone(self):
        delivery = told()
        type(delivery.event).objects.update(about_id="0")

        attempt(delivery)

        assert (delivery.state, delivery.last_error) == (State.SUPPRESSED, "gone")


class TestFailure:
    def test_temporary_refusal_waits_longer_each_time_and_then_dies(self, refuse):
        refuse(smtplib.SMTPDataError(451, b"try later, li.wei@example.org"))
        delivery = told()

        pauses = []
        for _ in range(MAX_ATTEMPTS):
            attempt(delivery)
            pauses.append((delivery.next_at - timezone.now()).total_seconds())

        assert (delivery.state, delivery.attempts) == (State.DEAD, MAX_ATTEMPTS)
        assert delivery.last_error == "451 try later, …"
        for number, pause in enumerate(pauses[:-1]):
            assert 15 * 2**number - 5 < pause <= 30 * 2**number

    @pytest.mark.parametrize(
        ("error", "state"),
        [
            (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")}), State.DEAD),
            (smtplib.SMTPRecipientsRefused({"a@b": (450, b"mailbox busy")}), State.PENDING),
            (smtplib.SMTPDataError(554, b"spam"), State.DEAD),
            (smtplib.SMTPAuthenticationError(535, b"wrong password"), State.PENDING),
            (smtplib.SMTPServerDisconnected("gone"), State.PENDING),
            (TimeoutError("slow"), State.PENDING),
        ],
    )
    def test_what_the_mail_server_says_decides(self, refuse, error, state):
        refuse(error)

        assert attempt(told()).state == state

    @pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), TimeoutError("slow")])
    def test_a_code_whose_fate_is_unclear_is_not_sent_again(self, refuse, error):
        refuse(error)

        assert attempt(told(ONCE)).state == State.UNKNOWN

    def test_a_code_that_was_refused_is_tried_again(self, refuse):
        refuse(smtplib.SMTPDataError(451, b"try later"))

        assert attempt(told(ONCE)).state == State.PENDING

    def test_poison_dies_within_its_attempts_and_the_others_go_through(self, deliver_all):
        poison = told(POISON)
        for key in "abc":
            told(key=key)

        deliver_all()
        for _ in range(MAX_ATTEMPTS - 1):
            attempt(poison)

        assert (poison.state, poison.attempts, poison.last_error) == (State.DEAD, 8, "not_written: ValueError")
        assert len(mail.outbox) == 3

    def test_an_unknown_kind_is_dead_and_says_so(self):
        delivery = told()
        type(delivery.event).objects.update(kind="tests.forgotten")

        assert (attempt(delivery).state, delivery.last_error) == (State.DEAD, "unknown_kind")


class TestClaim:
    def test_only_while_there_is_room(self, handed_over):
        notify(NEWS, to=[make_user() for _ in range(5)], about=make_organisation(), key="x")

        assert len(deliveries.claim(limit=2, cap=3)) == 2
        assert len(deliveries.claim(limit=2, cap=3)) == 1
        assert deliveries.claim(limit=2, cap=3) == []

    def test_broker_away_puts_all_back_without_an_attempt(self, monkeypatch):
        notify(NEWS, to=[make_user() for _ in range(3)], about=make_organisation(), key="x")
        monkeypatch.setattr(broker, "send", lambda *args, **options: False)

        assert deliveries.dispatch() == 0

        assert list(Delivery.objects.values_list("state", "attempts")) == [("pending", 0)] * 3

    def test_what_is_not_due_waits(self):
        told()
        Delivery.objects.update(next_at=timezone.now() + timedelta(minutes=1))

        assert deliveries.claim() == []


class TestSweep:
    def put(self, delivery, state, attempts=1, lease=-1):
        Delivery.objects.filter(pk=delivery.pk).update(
            state=state,
            attempts=attempts,
            lease_until=timezone.now() + timedelta(seconds=lease),
            lease_token=delivery.pk if state == State.SENDING else None,
        )

    @pytest.mark.parametrize(
        ("kind", "state", "attempts", "after"),
        [
            (NEWS, State.QUEUED, 0, State.PENDING),
            (NEWS, State.SENDING, 1, State.PENDING),
            (NEWS, State.SENDING, MAX_ATTEMPTS, State.DEAD),
            (ONCE, State.QUEUED, 0, State.PENDING),
            (ONCE, State.SENDING, 1, State.UNKNOWN),
        ],
    )
    def test_brings_back_what_was_lost(self, kind, state, attempts, after):
        delivery = told(kind)
        self.put(delivery, state, attempts)

        assert deliveries.sweep() == 1

        delivery.refresh_from_db()
        assert (delivery.state, delivery.lease_until, delivery.lease_token) == (after, None, None)

    def test_leaves_leases_that_run(self):
        delivery = told()
        self.put(delivery, State.SENDING, lease=60)

        assert deliveries.sweep() == 0

    def test_who_lost_the_lease_settles_nothing(self):
        delivery = told()
        deliveries.claim()
        lease = deliveries.Lease(delivery)
        assert deliveries.take(lease)
        Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        deliveries.sweep()
        deliveries.claim()
        second = deliveries.Lease(delivery)
        assert deliveries.take(second)

        assert not deliveries.settle_sent(lease)
        assert deliveries.settle_sent(second)
        assert not deliveries.settle_later(second, "late")


class TestConstraints:
    @pytest.mark.parametrize(
        "values",
        [
            {"state": "elsewhere"},
            {"channel": "pigeon"},
            {"attempts": MAX_ATTEMPTS + 1},
            {"state": "sent"},
            {"state": "sent", "sent_at": timezone.now(), "attempts": 0},
            {"sent_at": timezone.now()},
            {"state": "queued"},
            {"lease_until": timezone.now()},
            {"state": "sending", "lease_until": timezone.now()},
            {"state": "dead"},
            {"state": "unknown"},
            {"state": "suppressed"},
        ],
    )
    def test_the_database_refuses_what_cannot_be(self, values):
        told()

        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.update(**values)

    def test_one_row_for_each_person_and_channel_and_for_each_letter(self):
        told()
        letter(LETTER, about=make_organisation(), key="x")

        for row in Delivery.objects.all():
            twin = Delivery(event=row.event, recipient=row.recipient, channel=row.channel)
            with pytest.raises(IntegrityError), transaction.atomic():
                twin.save()

    def test_sent_never_changes(self):
        attempt(told())

        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Delivery.objects.update(last_error="")
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Delivery.objects.all().delete()


class TestPersonDecides:
    def dead(self):
        delivery = told()
        Delivery.objects.update(state="dead", attempts=8, last_error="550 no such user")
        return delivery

    def test_retry_begins_anew_and_is_recorded(self, deliver_all):
        delivery, officer = self.dead(), make_officer("data_desk")

        assert deliveries.retry([delivery], by=officer) == 1
        deliver_all()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (State.SENT, 1)
        assert AuditEvent.objects.filter(verb="delivery.retried", actor=str(officer.pk)).count() == 1

    def test_give_up_keeps_the_reason(self):
        delivery = self.dead()

        deliveries.give_up([delivery], by=make_officer("data_desk"))

        delivery.refresh_from_db()
        assert (delivery.state, delivery.last_error) == (State.SUPPRESSED, "given_up: 550 no such user")

    def test_two_people_decide_once(self):
        delivery, officer = self.dead(), make_officer("data_desk")
        deliveries.give_up([delivery], by=officer)

        with pytest.raises(RuleBroken):
            deliveries.retry([delivery], by=officer)

    def test_others_may_not(self):
        with pytest.raises(PermissionDenied):
            deliveries.retry([self.dead()], by=make_officer("membership_desk"))


class TestOutbox:
    def test_mails_are_kept_readable(self, settings, deliver_all):
        settings.EMAIL_BACKEND = "alliance.notifications.outbox.OutboxBackend"
        told(person=make_user(name="李伟", language="zh-hans"))

        deliver_all()

        kept = OutboxMail.objects.get()
        assert kept.subject.endswith("的消息")
        assert "Something happened." in kept.text
        assert "<h1>" in kept.html


def test_without_consent_it_does_not_leave(deliver_all):
    """Asked when the mail is to leave, not when it was planned."""
    person = make_user()
    consents.give(person, NEWS_BY_CONSENT.consent, way="page")
    told(NEWS_BY_CONSENT, person, key="before")
    consents.withdraw(person, NEWS_BY_CONSENT.consent)

    deliver_all()

    assert mail.outbox == []
    assert Delivery.objects.get().last_error == "no_consent"
