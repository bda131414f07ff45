"""What is said to a mail server, and what its answers mean."""

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from alliance.notifications import mailer, writing
from alliance.notifications.models import Delivery
from alliance.notifications.services import notify
from tests.factories import make_organisation, make_user

from .kinds import NEWS, ONCE
from .test_deliveries import attempt

State = Delivery.State


class Server:
    """Answers as `script` says for each command, else 250; keeps what it was told in `heard`, a list per connection."""

    def __init__(self, *extensions: str) -> None:
        self.script: dict[str, list[str | None]] = {}
        self.heard: list[list[str]] = []
        self.mails: list[bytes] = []
        self.extensions = extensions
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.talk(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def talk(self, reader, writer) -> None:
        said: list[str] = []
        self.heard.append(said)
        writer.write(b"220 test\r\n")
        while line := reader.readline():
            said.append(line.decode().strip())
            word = line.split()[0].upper().decode()
            if word == "EHLO":
                writer.write("".join(f"250-{name}\r\n" for name in self.extensions).encode() + b"250 test\r\n")
                continue
            answer = self.answer(word, "354 go on" if word == "DATA" else "250 ok")
            if answer is None:
                return
            writer.write(f"{answer}\r\n".encode())
            if word == "QUIT":
                return
            if answer.startswith("354"):
                lines = []
                while (line := reader.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                if not line:
                    return
                answer = self.answer("TEXT", "250 accepted")
                if answer is None:
                    return
                if answer.startswith("250"):
                    self.mails.append(b"".join(lines))
                writer.write(f"{answer}\r\n".encode())

    def answer(self, word: str, usual: str) -> str | None:
        waiting = self.script.get(word, [])
        return waiting.pop(0) if waiting else usual

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(params=[(), ("PIPELINING", "SIZE 1000000", "8BITMIME")], ids=["one by one", "in one breath"])
def server(request, settings) -> Iterator[Server]:
    server = Server(*request.param)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    mailer.close()
    server.close()


def told(kind=NEWS, key="x"):
    event = notify(kind, to=[make_user()], about=make_organisation(), key=key)
    return Delivery.objects.get(event=event)


@pytest.mark.django_db
class TestSend:
    def test_one_connection_for_many_and_nothing_asked_twice(self, server):
        for key in "abc":
            assert attempt(told(key=key)).state == State.SENT

        (said,) = server.heard
        assert [line.split()[0].lower() for line in said] == ["ehlo", *["mail", "rcpt", "data"] * 3]
        assert len(server.mails) == 3

    def test_what_the_server_says_it_can_is_used(self, server):
        attempt(told())

        announced = server.heard[0][1]
        assert ("size=" in announced) == ("body=8bitmime" in announced) == bool(server.extensions)

    @pytest.mark.parametrize(
        ("word", "answer", "state"),
        [
            ("MAIL", "550 not you", State.DEAD),
            ("MAIL", "451 later", State.PENDING),
            ("RCPT", "550 no such user", State.DEAD),
            ("RCPT", "450 mailbox busy", State.PENDING),
            ("DATA", "554 no", State.DEAD),
            ("TEXT", "554 spam", State.DEAD),
            ("TEXT", "451 full", State.PENDING),
        ],
    )
    @pytest.mark.parametrize("kind", [NEWS, ONCE], ids=["at least once", "at most once"])
    def test_a_refusal_is_of_this_mail_and_the_next_goes_through(self, server, word, answer, state, kind):
        server.script[word] = [answer]

        refused, next_one = attempt(told(kind)), attempt(told(key="y"))

        assert (refused.state, refused.last_error) == (state, answer)
        assert next_one.state == State.SENT
        assert len(server.mails) == 1

    @pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA"])
    @pytest.mark.parametrize("answer", [None, "421 too many from you"], ids=["hangs up", "says 421"])
    def test_a_kept_connection_that_ended_is_opened_anew(self, server, word, answer):
        attempt(told())
        server.script[word] = [answer]

        # Not even a code, which must not leave twice, is in doubt: its text was never given.
        assert attempt(told(ONCE, key="y")).state == State.SENT

        assert len(server.heard) == 2
        assert len(server.mails) == 2

    def test_a_new_connection_that_ends_is_tried_again_later(self, server):
        server.script["MAIL"] = [None]

        assert attempt(told(ONCE)).state == State.PENDING

    @pytest.mark.parametrize(("kind", "state"), [(NEWS, State.PENDING), (ONCE, State.UNKNOWN)])
    def test_silence_after_the_text_is_doubt(self, server, kind, state):
        server.script["TEXT"] = [None]

        assert attempt(told(kind)).state == state

    def test_a_line_of_one_dot_does_not_end_the_mail(self, server, monkeypatch):
        monkeypatch.setattr(writing.stencils, "compose", with_a_dot(writing.stencils.compose))

        assert attempt(told()).state == State.SENT
        assert b"\r\n..\r\nafter the dot" in server.mails[0]


def with_a_dot(compose):
    def changed(delivery, message, kind, **reader):
        return compose(delivery, replace(message, lines=(".\nafter the dot",)), kind, **reader)

    return changed


def test_a_server_that_is_away_says_so(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mailer.close()

    with pytest.raises((OSError, smtplib.SMTPException)):
        mailer._opened()
