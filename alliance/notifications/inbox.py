"""Notices as lines that a reader can read: ids turned into words, for a whole page at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core.bilingual import active_language
from alliance.core.lists import remembered_options

from . import kinds
from .kinds import Message
from .models import Notice


@dataclass(frozen=True)
class Line:
    """A notice as its reader may see it today."""

    notice: Notice
    message: Message
    kind: kinds.NoticeKind | None


def lines_of(notices: Iterable[Notice], reader: User) -> list[Line]:
    """What these notices say now, in the active language."""
    page = [(notice, notice.event.facts()) for notice in notices]
    kinds.load(facts for _notice, facts in page if facts is not None)
    with remembered_options():  # of the lists that messages speak of
        return [
            Line(notice, _message(notice, facts, reader), kinds.notice_kind(notice.event.kind))
            for notice, facts in page
        ]


def _message(notice: Notice, facts: kinds.Facts | None, reader: User) -> Message:
    kind = kinds.notice_kind(notice.event.kind)
    if kind is None or facts is None:
        return Message(subject=_("This message is no longer available."))
    try:
        if kind.may_see is not None and not kind.may_see(reader, facts):
            return Message(subject=kind.title, lines=(_("You can no longer see what this message is about."),))
        return kind.render(facts, active_language(), reader)
    except kinds.Gone:
        return Message(subject=kind.title, lines=(_("What this message is about has been removed."),))
