"""The daily or weekly summary: what its reader may still see, grouped by kind, with links."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, ngettext

from alliance.accounts.models import User

from .. import kinds
from ..kinds import Facts, Gone, Message, NoticeKind, register
from ..models import Delivery, Digest, Preference

SHOWN = 60  # messages in one mail; the portal has all of them


class Empty(Gone):
    """Nothing is left that the reader may see and wants to."""

    reason = "empty"


@dataclass
class Group:
    """The messages of one kind."""

    title: kinds.Words
    items: list[Message] = field(default_factory=list)


def _digest(facts: Facts, language: str, recipient: User | None) -> Message:
    digest: Digest = facts.about
    if recipient is None or recipient.pk != digest.person_id:
        raise Gone("person")
    groups = _groups(digest, recipient, language)
    count = sum(len(group.items) for group in groups)
    if not count:
        raise Empty("digest")
    names = {"n": count, "day": date_format(digest.on, "DATE_FORMAT")}
    if digest.cadence == Digest.Cadence.DAILY:
        subject = ngettext("%(n)d message, summary of %(day)s", "%(n)d messages, summary of %(day)s", count)
    else:
        subject = ngettext(
            "%(n)d message, weekly summary of %(day)s", "%(n)d messages, weekly summary of %(day)s", count
        )
    return Message(
        subject=subject % names,
        url=reverse("notifications:inbox"),
        action=gettext_lazy("Open my messages"),
        template="digest",
        context={"groups": _first(groups, SHOWN), "more": max(count - SHOWN, 0), "base": settings.PUBLIC_BASE_URL},
    )


def _groups(digest: Digest, reader: User, language: str) -> list[Group]:
    """What the reader may see and still wants, each right asked for once more, in the order in which it was told."""
    rows = list(digest.deliveries.select_related("event").order_by("event__created_at", "event"))
    known = [(kind, _facts(row)) for row in rows if (kind := kinds.notice_kind(row.event.kind)) is not None]
    kinds.load(facts for _kind, facts in known)
    unwanted = {code for code, choice in Preference.objects.mails_of(reader).items() if choice == "off"}
    groups: dict[str, Group] = {}
    for kind, facts in known:
        message = _message(kind, facts, language, reader) if kind.code not in unwanted else None
        if message is not None:
            groups.setdefault(kind.code, Group(kind.title)).items.append(message)
    return list(groups.values())


def _facts(row: Delivery) -> Facts:
    facts = row.event.facts()
    assert facts is not None
    return facts


def _message(kind: NoticeKind, facts: Facts, language: str, reader: User) -> Message | None:
    try:
        if kind.may_see is not None and not kind.may_see(reader, facts):
            return None
        return kind.render(facts, language, reader)
    except Gone:
        return None


def _first(groups: Iterable[Group], limit: int) -> list[Group]:
    """The first so many messages of all."""
    shown = []
    for group in groups:
        if limit > 0:
            shown.append(Group(group.title, group.items[:limit]))
            limit -= len(group.items)
    return shown


DIGEST = register(
    NoticeKind(
        code="notifications.digest",
        title=gettext_lazy("Summary"),
        sentence=gettext_lazy("What waited for your daily or weekly summary."),
        render=_digest,
        channels=("mail",),
        concerns=lambda person: False,
    )
)
