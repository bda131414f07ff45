"""The connection to the mail server: one for each worker process, kept open between mails.

A mail is announced (sender, recipient, size) and then given. Until it is given nothing was accepted, whatever breaks;
afterwards only the server's answer tells.
"""

import contextlib
import re
import smtplib
import time
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import get_connection
from django.core.mail.message import sanitize_address

from .emails import PLAIN_ADDRESS, StableMail

IDLE = 10.0  # seconds after which a mail server may have hung up
# A line with nothing but a dot ends a mail, so it may not stand within it.
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)

_server: Any = None
_used_at = 0.0


class Unclear(Exception):
    """The line broke after the mail was given: it may have been accepted, or not. `args[0]` is what broke it."""


def send(mail: StableMail) -> None:
    """Hand it over. Whatever is raised, but for `Unclear`: it was certainly not accepted."""
    server, is_fresh = _opened()
    smtp = getattr(server, "connection", None)
    if not isinstance(smtp, smtplib.SMTP):
        _pass_on(server, mail)
        return
    data = LEADING_DOT.sub(b"..", mail.as_bytes()) + b".\r\n"
    try:
        _announce(smtp, mail, data)
    except smtplib.SMTPServerDisconnected:
        close()
        if is_fresh:
            raise
        # The server had hung up on us between two mails.
        smtp = _opened()[0].connection
        _announce(smtp, mail, data)
    _give(smtp, data)


def close(*, politely: bool = True) -> None:
    """Hang up; without a farewell where the server would not hear it."""
    global _server

    if _server is not None:
        server, _server = _server, None
        smtp = getattr(server, "connection", None)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if isinstance(smtp, smtplib.SMTP) and not politely:
                smtp.close()
            server.close()


def _opened() -> tuple[Any, bool]:
    """An open connection, and whether it is a new one."""
    global _server, _used_at

    if _server is not None and time.monotonic() - _used_at > IDLE:
        close()
    is_fresh = _server is None
    if is_fresh:
        fresh = get_connection(fail_silently=False)
        fresh.open()
        _server = fresh
    _used_at = time.monotonic()
    return _server, is_fresh


def _announce(smtp: smtplib.SMTP, mail: StableMail, data: bytes) -> None:
    smtp.ehlo_or_helo_if_needed()
    sender, recipient = _address(mail.from_email), _address(mail.to[0])
    options = [f"size={len(data)}"] if smtp.has_extn("size") else []
    if smtp.has_extn("8bitmime") and not data.isascii():
        options.append("body=8bitmime")
    replies = _ask(smtp, " ".join([f"mail FROM:<{sender}>", *options]), f"rcpt TO:<{recipient}>", "data")
    refused = next((number for number, (code, _text) in enumerate(replies) if code >= 400), None)
    if refused is None:
        return
    code, text = replies[refused]
    if code == 421:
        raise smtplib.SMTPServerDisconnected(f"421 {text.decode('utf-8', 'replace')}")
    _forget(smtp, is_waiting=replies[-1][0] == 354)
    match refused:
        case 0:
            raise smtplib.SMTPSenderRefused(code, text, sender)
        case 1:
            raise smtplib.SMTPRecipientsRefused({recipient: (code, text)})
    raise smtplib.SMTPDataError(code, text)


def _ask(smtp: smtplib.SMTP, *commands: str) -> list[tuple[int, bytes]]:
    """What the server answers, up to the first refusal; in one breath where it can listen to that (RFC 2920)."""
    if smtp.has_extn("pipelining"):
        smtp.send("".join(f"{command}\r\n" for command in commands))
        return [smtp.getreply() for _ in commands]
    replies: list[tuple[int, bytes]] = []
    for command in commands:
        replies.append(smtp.docmd(command))
        if replies[-1][0] >= 400:
            break
    return replies


def _forget(smtp: smtplib.SMTP, *, is_waiting: bool) -> None:
    """Nothing comes of this mail; the connection is good for the next unless the server waits for a text."""
    try:
        if is_waiting or smtp.docmd("rset")[0] != 250:
            close(politely=not is_waiting)
    except (smtplib.SMTPException, OSError):
        close()


def _give(smtp: smtplib.SMTP, data: bytes) -> None:
    try:
        smtp.send(data)
        code, text = smtp.getreply()
    except (smtplib.SMTPException, OSError, SoftTimeLimitExceeded) as error:
        close(politely=False)
        raise Unclear(error) from error
    if code == 421:
        close()
    if code != 250:
        raise smtplib.SMTPDataError(code, text)


def _pass_on(server: Any, mail: StableMail) -> None:
    """To what stands in for a mail server: the outbox in the portal."""
    try:
        server.send_messages([mail])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
        close()
        raise
    except (smtplib.SMTPException, OSError, SoftTimeLimitExceeded) as error:
        close()
        raise Unclear(error) from error


@lru_cache(maxsize=64)
def _parsed(address: str) -> str:
    """Without the name that may stand beside it."""
    return parseaddr(sanitize_address(address, "utf-8"))[1]


def _address(address: str) -> str:
    return address if PLAIN_ADDRESS.fullmatch(address) else _parsed(address)
