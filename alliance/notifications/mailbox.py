"""The mailbox that mails come back to, read by IMAP where the operator names one."""

import imaplib
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from .bounces import MOST_BYTES

SECONDS = 20
AT_ONCE = 200


def unread(url: str) -> Iterator[bytes]:
    """The mails nobody has read yet; each is marked as read once the caller comes back for the next.

    imaps://user:password@mail.example.org/INBOX
    """
    parts = urlsplit(url)
    if parts.scheme != "imaps" or not parts.hostname:
        raise ValueError("BOUNCE_MAILBOX must begin with imaps://")
    with imaplib.IMAP4_SSL(parts.hostname, parts.port or 993, timeout=SECONDS) as server:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        server.select(parts.path.strip("/") or "INBOX")
        _status, found = server.search(None, "UNSEEN")
        for number in found[0].split()[:AT_ONCE]:
            _status, answer = server.fetch(number, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            for part in answer:
                if isinstance(part, tuple):
                    yield part[1]
            server.store(number, "+FLAGS", r"(\Seen)")
