"""The link at the foot of a mail, which works without signing in (RFC 8058).

The link names a delivery and nothing else, signed. It does not expire: whoever finds a mail from years ago can still
use it, and once the row is gone the page says where to go on.
"""

import uuid
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import kinds
from ..models import Delivery, Preference, Unsubscription
from ..notices.digests import DIGEST
from .preferences import set_preferences

SALT = "notifications.unsubscribe"
Scope, Way, Choice = Unsubscription.Scope, Unsubscription.Way, Preference.Choice


@dataclass(frozen=True)
class Link:
    """What a link stands for: a mail, who got it, and the kinds it told of that can be switched off."""

    delivery: Delivery
    person: User
    codes: list[str]

    @property
    def title(self) -> kinds.Words:
        kind = kinds.notice_kind(self.delivery.event.kind)
        return kind.title if kind else ""

    @property
    def is_digest(self) -> bool:
        return self.delivery.event.kind == DIGEST.code


def token_of(delivery: Delivery) -> str:
    return _signer().sign(delivery.pk.hex)


def follow(token: str) -> Link | None:
    """What this link stands for; None for one that is not ours, or whose mail is no longer known."""
    try:
        pk = uuid.UUID(_signer().unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    delivery = Delivery.objects.select_related("event", "recipient").filter(pk=pk, recipient__isnull=False).first()
    if delivery is None or delivery.recipient is None:
        return None
    return Link(delivery, delivery.recipient, _codes(delivery, delivery.recipient))


def _codes(delivery: Delivery, person: User) -> list[str]:
    """Of a summary, all kinds that the person has in such summaries; else the kind itself."""
    if delivery.event.kind != DIGEST.code:
        return [kind.code for kind in switchable() if kind.code == delivery.event.kind]
    told = Delivery.objects.filter(digest_id=int(delivery.event.about_id)).order_by()
    return sorted(set(told.values_list("event__kind", flat=True)) & {kind.code for kind in switchable()})


def switchable() -> list[kinds.NoticeKind]:
    """The kinds whose mails anybody may switch off."""
    return [
        kind
        for kind in kinds.notice_kinds()
        if not kind.must_know and "mail" in kind.channels and kind.letter_to is None and kind is not DIGEST
    ]


def is_off(link: Link) -> bool:
    """Whether none of what the mail told of comes by mail any more."""
    wishes = Preference.objects.mails_of(link.person)
    return all(wishes.get(code) == Choice.OFF for code in link.codes)


def undoable(link: Link) -> Unsubscription | None:
    """What this link switched off last, as long as nobody took it back."""
    return Unsubscription.objects.filter(delivery=link.delivery, undone_at=None).first()


@transaction.atomic
def unsubscribe(link: Link, *, scope: str = Scope.KIND, way: str = Way.PAGE) -> Unsubscription | None:
    """No more mails of this kind, or of any that can be switched off. A second time it changes nothing."""
    person = User.objects.select_for_update().get(pk=link.person.pk)
    codes = [kind.code for kind in switchable()] if scope == Scope.ALL else link.codes
    if not codes:
        raise RuleBroken(_("This kind of notice cannot be switched off."))
    wishes = Preference.objects.mails_of(person)
    before = {code: wishes.get(code, Choice.IMMEDIATELY.value) for code in codes if wishes.get(code) != Choice.OFF}
    if not before:
        return None
    set_preferences(person, dict.fromkeys(before, Choice.OFF))
    done = Unsubscription.objects.create(
        person=person, delivery=link.delivery, scope=Scope(scope), way=Way(way), before=before
    )
    audit.record("mail.unsubscribed", person, scope=str(scope), way=str(way), delivery=str(link.delivery.pk))
    return done


@transaction.atomic
def undo(link: Link) -> bool:
    """As it was before this link was used; what the person decided since then stays."""
    User.objects.select_for_update().get(pk=link.person.pk)
    done = undoable(link)
    if done is None:
        return False
    wishes = Preference.objects.mails_of(link.person)
    known = {kind.code for kind in switchable()}
    back = {code: was for code, was in done.before.items() if code in known and wishes.get(code) == Choice.OFF}
    set_preferences(link.person, back)
    done.undone_at = timezone.now()
    done.save(update_fields=["undone_at"])
    audit.record("mail.resubscribed", link.person, delivery=str(link.delivery.pk))
    return True


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
