"""A mail that goes to many is rendered once: what differs from reader to reader is filled in.

To the byte it is what emails.py would have written for each of them. Only the plain template is shared; what has one
of its own (a summary, found rows) differs in more than name and address.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from random import SystemRandom

from django.conf import settings
from django.utils.html import escape

from alliance.accounts.models import User
from alliance.core.bilingual import active_language

from . import emails, kinds
from .emails import PLAIN_ADDRESS, StableMail
from .kinds import Message, NoticeKind
from .models import Delivery

LONGEST_NAME = 120  # bytes: a longer one could make a line too long for a mail
LONGEST_ADDRESS = 64  # characters: the line of a longer one is folded
Blanks = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """A text cut at its blanks."""

    pieces: tuple[str, ...]

    @classmethod
    def cut(cls, text: str, blanks: Mapping[str, str]) -> "Sheet":
        # The link to unsubscribe holds an id too, so the longer ones come first.
        longest = sorted(filter(None, blanks.values()), key=len, reverse=True)
        names = {value: name for name, value in blanks.items()}
        pieces = re.split("(" + "|".join(map(re.escape, longest)) + ")", text)
        return cls(tuple(names[piece] if number % 2 else piece for number, piece in enumerate(pieces)))

    def fill(self, values: Mapping[str, str]) -> str:
        return "".join(values[piece] if number % 2 else piece for number, piece in enumerate(self.pieces))


@dataclass(frozen=True)
class Stencil:
    subject: str
    text: Sheet
    html: Sheet
    # Latin-1, so that every byte is a character; None when the mail is packed in a way that blanks do not survive.
    raw: Sheet | None


def compose(delivery: Delivery, message: Message, kind: NoticeKind, *, to: str, name: str) -> StableMail:
    """The mail that tells `message` to this reader."""
    fits = len(name.encode()) <= LONGEST_NAME and len(to) <= LONGEST_ADDRESS and PLAIN_ADDRESS.fullmatch(to)
    if message.template or not fits:
        return emails.compose(delivery, message, kind, to=to, name=name)
    stencil = _stencil(
        kind.code,
        active_language(),
        (str(message.subject), *map(str, message.lines)),
        message.url,
        str(message.action),
        delivery.recipient is not None,
        "" if not name else "n" if name.isascii() else "名",
        (settings.PUBLIC_BASE_URL, settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS, settings.MAIL_DOMAIN),
    )
    unsubscribe = emails.unsubscribe_url(delivery, kind)
    values = _values(delivery, unsubscribe, to, name)
    raw = b""
    if stencil.raw is not None:
        raw = stencil.raw.fill({blank: value.encode().decode("latin-1") for blank, value in values.items()}).encode(
            "latin-1"
        )
    return StableMail(
        delivery,
        emails.unsubscribe_headers(unsubscribe),
        html=stencil.html.fill(values),
        raw=raw,
        subject=stencil.subject,
        body=stencil.text.fill(values),
        from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        to=[to],
    )


def _values(delivery: Delivery, unsubscribe: str, to: str, name: str) -> dict[str, str]:
    return {
        "unsubscribe": unsubscribe,
        "message_id": delivery.message_id,
        "hex": delivery.pk.hex,
        "date": format_datetime(delivery.created_at),
        "to": to,
        "name": name,
        "escaped_name": escape(name),
    }


@lru_cache(maxsize=64)
def _stencil(
    code: str,
    language: str,
    words: tuple[str, ...],
    url: str,
    action: str,
    to_person: bool,
    name: str,
    addresses: tuple[str, ...],
) -> Stencil:
    """A mail to nobody, whose id, date, address and name stand nowhere else and are as long as real ones."""
    kind = kinds.notice_kind(code)
    assert kind is not None
    pk = uuid.uuid4()
    nobody = Delivery(pk=pk, created_at=_odd_date(), message_id=f"<{pk}@{addresses[-1]}>")
    nobody.recipient = User() if to_person else None
    # The ampersand tells the name in a text from the name in HTML.
    name = name and f"{name}{uuid.uuid4().hex}&"
    to = f"{uuid.uuid4().hex}@nobody.invalid"
    mail = emails.compose(
        nobody, Message(subject=words[0], lines=words[1:], url=url, action=action), kind, to=to, name=name
    )
    blanks = _values(nobody, emails.unsubscribe_url(nobody, kind), to, name)
    raw = mail.as_bytes()
    packed = {blank: value.encode().decode("latin-1") for blank, value in blanks.items()}
    is_plain = not re.search(rb"(?i)^content-transfer-encoding: (quoted-printable|base64)", raw, re.MULTILINE)
    return Stencil(
        subject=mail.subject,
        text=Sheet.cut(mail.body, blanks),
        html=Sheet.cut(mail.html, blanks),
        raw=Sheet.cut(raw.decode("latin-1"), packed) if is_plain else None,
    )


def _odd_date() -> datetime:
    """A moment that no mail is from."""
    return datetime(1000, 1, 1, tzinfo=UTC) + timedelta(seconds=SystemRandom().randrange(10**10))
