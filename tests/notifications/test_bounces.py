"""Mails that come back: read, marked, told, and made good again."""

import io
import sys

import pytest
from allauth.account.signals import email_changed
from django.core import mail
from django.core.management import CommandError, call_command

from alliance.core.models import AuditEvent
from alliance.notifications import bounces, mailbox
from alliance.notifications.models import AddressTrouble, Delivery, Notice, Task
from alliance.notifications.services import addresses, notify
from tests.factories import make_duty, make_officer, make_organisation, make_user

from .kinds import DUTY_NEWS, NEWS


def report(
    delivery, to="", *, action="failed", status="5.1.1", returned="message/rfc822", said="550 no such user <x@y.z>"
):
    """What a mail server sends back (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mx.example.org
To: bounces@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8

Your mail could not be delivered. 您的邮件无法送达。
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b1
Content-Type: {returned}

Message-ID: <{delivery}@localhost>
From: CCIPRA <no-reply@localhost>
To: {to}
Subject: News

Hello
--b1--
""".replace("\n", "\r\n").encode()


def sent_to(person, deliver_all, kind=NEWS):
    notify(kind, to=[person], about=make_organisation(), key=person.pk)
    deliver_all()
    return Delivery.objects.get(recipient=person, event__kind=kind.code)


class TestRead:
    PK = "0f8fad5b-d9cb-469f-a165-70867728950e"

    def test_a_report_about_our_mail(self):
        found = bounces.read(report(self.PK, "li@example.org"))

        assert found == bounces.Report(self.PK, "5.1.1", "smtp; 550 no such user <…>", "li@example.org")
        assert found.is_final

    def test_with_the_head_of_our_mail_only(self):
        assert bounces.read(report(self.PK, returned="text/rfc822-headers")).delivery == self.PK

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\x00\xff",
            b"Subject: Out of office\r\n\r\nI am away",
            report(PK, action="delayed", status="4.4.1"),
            report(PK, action="delivered", status="2.0.0"),
            report("not ours"),
            report(PK, status="odd"),
            report(PK).replace(b"message/delivery-status", b"text/plain"),
            report(PK)[:300],
        ],
    )
    def test_what_is_no_such_report(self, raw):
        assert bounces.read(raw) is None

    @pytest.mark.parametrize(("status", "is_final"), [("5.1.1", True), ("5.2.2", False), ("4.2.2", False)])
    def test_a_full_mailbox_may_work_tomorrow(self, status, is_final):
        assert bounces.read(report(self.PK, status=status)).is_final is is_final


@pytest.mark.django_db
class TestNote:
    def test_the_address_is_marked_and_mails_are_kept_back_with_the_reason(self, deliver_all):
        person = make_user()
        row = sent_to(person, deliver_all)

        assert addresses.read([report(row.pk, person.email)]) == 1
        second = sent_to(person, deliver_all, DUTY_NEWS)

        assert (second.state, second.last_error) == ("suppressed", "address_bounced")
        assert len(mail.outbox) == 1
        assert Notice.objects.filter(recipient=person, event__kind="notifications.address_bounced").count() == 1
        assert AuditEvent.objects.filter(verb="address.bounced").count() == 1

    def test_once_however_often_it_comes_back(self, deliver_all):
        person = make_user()
        row = sent_to(person, deliver_all)

        assert addresses.read([report(row.pk, person.email)] * 3) == 1

    def test_a_colleague_is_asked_to_reach_them(self, deliver_all):
        editor = make_duty(role="park_editor")
        make_duty(organisation=editor.organisation)
        row = sent_to(editor.person, deliver_all)

        addresses.read([report(row.pk, editor.person.email)])

        task = Task.objects.get(kind="notifications.reach_person")
        assert task.organisation == editor.organisation
        assert editor.person.name in str(task.subject)
        assert task.get_absolute_url().endswith(f"/{editor.organisation.slug}/team/")

    def test_where_nobody_else_is_the_secretariat(self, deliver_all):
        make_officer()
        alone = make_duty()
        row = sent_to(alone.person, deliver_all)

        addresses.read([report(row.pk, alone.person.email)])

        assert Task.objects.get(kind="notifications.reach_person").organisation.kind == "secretariat"

    def test_an_address_that_was_changed_since_is_left_alone(self, deliver_all):
        person = make_user()
        row = sent_to(person, deliver_all)
        old, person.email = person.email, "new@example.org"
        person.save()

        assert addresses.read([report(row.pk, old)]) == 0

    @pytest.mark.parametrize("pk", ["0f8fad5b-d9cb-469f-a165-70867728950e", "00000000-0000-0000-0000-000000000000"])
    def test_a_mail_that_nobody_sent(self, pk):
        assert addresses.read([report(pk)]) == 0

    def test_changing_the_address_makes_it_good(self, deliver_all):
        duty = make_duty()
        make_duty(organisation=duty.organisation)
        row = sent_to(duty.person, deliver_all)
        addresses.read([report(row.pk, duty.person.email)])

        email_changed.send(
            sender=type(duty.person), request=None, user=duty.person, from_email_address=None, to_email_address=None
        )

        assert AddressTrouble.objects.filter(cleared_at=None).count() == 0
        assert Task.objects.get(kind="notifications.reach_person").outcome == "corrected"
        assert sent_to(duty.person, deliver_all, DUTY_NEWS).state == "sent"


@pytest.mark.django_db
class TestPages:
    def test_said_at_sign_in_and_on_the_page_and_taken_back(self, client, deliver_all):
        person = make_duty().person
        row = sent_to(person, deliver_all)
        addresses.read([report(row.pk, person.email)])

        client.force_login(person)
        page = client.get("/en/account/notices/").content.decode()
        assert "Mails to you come back" in page
        assert "550 no such user" in page
        client.post("/en/account/notices/", {"works": "1"})

        assert "Mails to you come back" not in client.get("/en/account/notices/").content.decode()

    def test_the_banner_at_sign_in(self, client, deliver_all):
        from allauth.account.models import EmailAddress

        person = make_user(password="correct horse battery staple")
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        row = sent_to(person, deliver_all)
        addresses.read([report(row.pk, person.email)])

        data = {"login": person.email, "password": "correct horse battery staple"}
        page = client.post("/en/account/login/", data, follow=True).content.decode()

        assert f"Mails to {person.email} bounce" in page


@pytest.mark.django_db
class TestCommand:
    def run(self, monkeypatch, raw):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("read_bounces")

    def test_a_mail_from_a_pipe(self, monkeypatch, deliver_all, capsys):
        person = make_user()
        row = sent_to(person, deliver_all)

        self.run(monkeypatch, report(row.pk, person.email))

        assert "1 addresses marked." in capsys.readouterr().out

    def test_a_mailbox(self, monkeypatch, settings, deliver_all):
        person = make_user()
        row = sent_to(person, deliver_all)
        settings.BOUNCE_MAILBOX = "imaps://portal:p%40ss@mail.example.org/Bounces"
        said = []

        class Server:
            def __init__(self, host, port, timeout):
                said.append((host, port))

            def __enter__(self):
                return self

            def __exit__(self, *error):
                pass

            def login(self, *values):
                said.append(values)

            def select(self, folder):
                said.append(folder)

            def search(self, *values):
                return "OK", [b"1 2"]

            def fetch(self, number, parts):
                return "OK", [(b"head", report(row.pk, person.email)), b")"]

            def store(self, *values):
                said.append(values)

        monkeypatch.setattr(mailbox.imaplib, "IMAP4_SSL", Server)

        call_command("read_bounces", "--mailbox")

        assert said[:3] == [("mail.example.org", 993), ("portal", "p@ss"), "Bounces"]
        assert [value[0] for value in said[3:]] == [b"1", b"2"]
        assert AddressTrouble.objects.count() == 1

    def test_no_mailbox_is_said(self):
        with pytest.raises(CommandError, match="BOUNCE_MAILBOX"):
            call_command("read_bounces", "--mailbox")

    def test_the_envelope_names_where_to_send_back(self, settings, deliver_all):
        settings.BOUNCE_ADDRESS = "bounces@example.org"

        sent_to(make_user(), deliver_all)

        (letter,) = mail.outbox
        assert letter.from_email == "bounces@example.org"
        assert letter.message()["From"] == settings.DEFAULT_FROM_EMAIL
