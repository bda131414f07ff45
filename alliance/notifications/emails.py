"""A message as a mail: the same bytes in every attempt, in the language that is active."""

from collections.abc import Mapping
from email.message import Message as RawMail
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from alliance.core.bilingual import active_language
from alliance.core.context_processors import LANGUAGE_TAGS

from .kinds import Message, NoticeKind
from .models import Delivery


class StableMail(EmailMultiAlternatives):
    """A mail whose id, date and inner borders come from its delivery, so that equal ids are equal mails."""

    def __init__(self, delivery: Delivery, headers: Mapping[str, str], **values: Any) -> None:
        super().__init__(**values)
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
    mail = StableMail(
        delivery,
        # The button of the mail program: one POST, no page, no sign-in (RFC 8058).
        {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if unsubscribe
        else {},
        subject=subject,
        body=render_to_string(f"emails/{template}.txt", context).strip() + "\n",
        # What cannot be delivered comes back to a mailbox that the portal reads, if one is named.
        from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        to=[to],
    )
    mail.attach_alternative(render_to_string(f"emails/{template}.html", context), "text/html")
    return mail


def unsubscribe_url(delivery: Delivery, kind: NoticeKind) -> str:
    """The link that ends mails of this kind; none in letters and in what everybody concerned must know."""
    from .services.unsubscribing import token_of

    if kind.must_know or delivery.recipient is None:
        return ""
    return settings.PUBLIC_BASE_URL + reverse("notifications:unsubscribe", args=[token_of(delivery)])
