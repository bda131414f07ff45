"""A message as a mail: the same bytes in every attempt, in the language that is active."""

import re
from collections.abc import Mapping
from email.message import Message as RawMail
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from alliance.core.bilingual import active_language
from alliance.core.context_processors import LANGUAGE_TAGS

from .kinds import Message, NoticeKind
from .models import Delivery

ANY_TOKEN = "any-token"
# An address that stands in a mail as it is; any other is looked at word for word.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+"
PLAIN_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class StableMail(EmailMultiAlternatives):
    """A mail whose id, date and inner borders come from its delivery, so that equal ids are equal mails.

    `raw`: its bytes, where they are known already (stencils.py).
    """

    def __init__(
        self, delivery: Delivery, headers: Mapping[str, str], html: str, raw: bytes = b"", **values: Any
    ) -> None:
        super().__init__(**values, alternatives=[(html, "text/html")])
        self.html, self.raw = html, raw
        self.delivery = delivery
        self.extra_headers = {
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": delivery.message_id,
            "Date": format_datetime(delivery.created_at),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": LANGUAGE_TAGS[active_language()],
            **headers,
        }

    def message(self) -> RawMail:  # type: ignore[override]
        mail = super().message()
        for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
            part.set_boundary(f"=_{self.delivery.pk.hex}_{number}")
        return mail

    def as_bytes(self) -> bytes:
        return self.raw or self.message().as_bytes(linesep="\r\n")  # type: ignore[attr-defined]


def compose(delivery: Delivery, message: Message, kind: NoticeKind, *, to: str, name: str) -> StableMail:
    """The mail that tells `message`, with text and HTML part."""
    subject = " ".join(str(message.subject).split())
    base = settings.PUBLIC_BASE_URL
    unsubscribe = unsubscribe_url(delivery, kind)
    context = {
        **message.context,
        "subject": subject,
        "lines": [str(line) for line in message.lines],
        "url": base + message.url if message.url else "",
        "action": message.action,
        "name": name,
        "kind": kind,
        "base_url": base,
        "language": LANGUAGE_TAGS[active_language()],
        "to_person": delivery.recipient is not None,
        "unsubscribe": unsubscribe,
    }
    template = message.template or "message"
    return StableMail(
        delivery,
        unsubscribe_headers(unsubscribe),
        html=render_to_string(f"emails/{template}.html", context),
        subject=subject,
        body=render_to_string(f"emails/{template}.txt", context).strip() + "\n",
        # What cannot be delivered comes back to a mailbox that the portal reads, if one is named.
        from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        to=[to],
    )


def unsubscribe_headers(address: str) -> dict[str, str]:
    """The button of the mail program: one POST, no page, no sign-in (RFC 8058)."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def unsubscribe_url(delivery: Delivery, kind: NoticeKind) -> str:
    """The link that ends mails of this kind; none in letters and in what everybody concerned must know."""
    from .services.unsubscribing import token_of

    if kind.must_know or delivery.recipient is None:
        return ""
    return settings.PUBLIC_BASE_URL + _unsubscribe_path(active_language()).replace(ANY_TOKEN, token_of(delivery))


@lru_cache(maxsize=2)
def _unsubscribe_path(language: str) -> str:
    """Looked up once: to find an address in the portal's table takes longer than all else about a mail."""
    return reverse("notifications:unsubscribe", args=[ANY_TOKEN])
