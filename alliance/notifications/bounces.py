"""Read what mail servers send back: which of our mails did not arrive, and whether it ever will (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr

MOST_BYTES = 200_000  # a report with the head of our mail is a few kilobytes

OURS = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^<>\s]+>")
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
ADDRESS = re.compile(r"[^\s<>\"';:]+@[^\s<>\"';:]+")


@dataclass(frozen=True)
class Report:
    """A mail server's word about one of our mails. `to` is where that mail went, as far as the report says."""

    delivery: str
    status: str
    said: str = ""
    to: str = ""

    @property
    def is_final(self) -> bool:
        """The address will not work later either: what is full or busy today is another matter."""
        return self.status.startswith("5.") and self.status not in {"5.2.2", "5.3.1"}


def read(raw: bytes) -> Report | None:
    """The report in this mail; None when it is none, or about a mail that is not ours."""
    mail = message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
    if mail.get_content_type() != "multipart/report":
        return None
    fields = _fields(mail)
    if fields.get("action", "").lower() != "failed":
        return None
    found = STATUS.search(fields.get("status", ""))
    returned = _returned(mail)
    ours = OURS.search(returned.get("Message-ID", "") if returned is not None else "")
    if found is None or ours is None or returned is None:
        return None
    said = " ".join(fields.get("diagnostic-code", "").split())
    return Report(
        ours[1], found[0], ADDRESS.sub("…", said)[:200], parseaddr(str(returned.get("To", "")))[1].strip().lower()
    )


def _fields(mail: Message) -> dict[str, str]:
    """What the report says about the first address: a mail of ours goes to one only."""
    for part in _parts(mail, "message/delivery-status"):
        blocks = part.get_payload()
        if isinstance(blocks, list):
            for block in blocks:
                if isinstance(block, Message) and "Action" in block:
                    return {name.lower(): str(value) for name, value in block.items()}
    return {}


def _returned(mail: Message) -> Message | None:
    """The head of our own mail, as the server gave it back."""
    for part in _parts(mail, "message/rfc822"):
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            return inner[0]
    for part in _parts(mail, "text/rfc822-headers"):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return message_from_bytes(content, policy=policy.compat32)
    return None


def _parts(mail: Message | EmailMessage, content_type: str) -> Iterator[Message]:
    return (part for part in mail.walk() if part.get_content_type() == content_type)
