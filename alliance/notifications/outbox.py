"""Mails kept in the portal where no mail server is named, to be read on a page of their own."""

from collections.abc import Sequence
from email.header import decode_header, make_header
from email.message import Message as RawMail

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from .models import OutboxMail

SHOWN_HEADERS = (
    *("Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "Reply-To", "Content-Language"),
    *("List-Unsubscribe", "List-Unsubscribe-Post"),
)


class OutboxBackend(BaseEmailBackend):
    """A mail server that keeps every mail it is given."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        kept = [_kept(mail) for mail in email_messages if mail.recipients()]
        OutboxMail.objects.bulk_create(kept)
        return len(kept)


def _kept(mail: EmailMessage) -> OutboxMail:
    raw = mail.message()
    return OutboxMail(
        to=", ".join(mail.recipients())[:300],
        sender=_words(raw["From"])[:300],
        subject=_words(raw["Subject"])[:500],
        text=_part(raw, "text/plain"),
        html=_part(raw, "text/html"),
        headers={name: _words(raw[name]) for name in SHOWN_HEADERS if raw[name]},
        message_id=(raw["Message-ID"] or "")[:250],
    )


def _words(header: str | None) -> str:
    return str(make_header(decode_header(header or "")))


def _part(raw: RawMail, content_type: str) -> str:
    for part in raw.walk():
        if part.get_content_type() == content_type and not part.is_multipart():
            content = part.get_payload(decode=True)
            return (
                content.decode(part.get_content_charset() or "utf-8", "replace") if isinstance(content, bytes) else ""
            )
    return ""
