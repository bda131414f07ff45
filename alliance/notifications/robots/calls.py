"""Say something in a group, within what its platform takes, and note how that went."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from . import guard, vault
from .guard import Refused, Unreachable
from .platforms import PLATFORMS, Outcome, Verdict, packed

# Each platform takes 20 messages a minute from a robot, and one shuts it out for ten minutes after more. Three at once
# and then one every three and a half seconds never makes more than twenty in any minute.
SPACE = timedelta(seconds=3.5)
AT_ONCE = 3

TAKE_TURN = """
    UPDATE notifications_robot SET free_at = greatest(free_at, clock_timestamp()) + %(space)s
    WHERE id = %(robot)s AND free_at <= clock_timestamp() + %(ahead)s
    RETURNING id
"""
NEXT_TURN = "SELECT greatest(free_at - %(ahead)s, clock_timestamp()) FROM notifications_robot WHERE id = %(robot)s"


@dataclass(frozen=True)
class Words:
    """What a group reads: a line, and where to look."""

    title: str
    url: str = ""

    def text(self) -> str:
        # Groups may ask that every message names this word (关键词).
        lines = [_("[Park Alliance] %(title)s") % {"title": self.title}]
        return "\n".join([*lines, self.url] if self.url else lines)


def take_turn(robot: int) -> datetime | None:
    """None when the group may be told now, else when to ask again."""
    values: dict[str, Any] = {"robot": robot, "space": SPACE, "ahead": SPACE * (AT_ONCE - 1)}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, values)
        if cursor.fetchone():
            return None
        cursor.execute(NEXT_TURN, values)
        row = cursor.fetchone()
    return row[0] if row else None


def say(platform: str, sealed_url: str, sealed_secret: str, words: Words) -> Verdict:
    """Say this in the group. Whatever may happen comes back as a verdict."""
    try:
        url = vault.unseal(sealed_url)
        secret = vault.unseal(sealed_secret) if sealed_secret else ""
        PLATFORMS[platform].check(url)
        request = packed(platform, url, secret, words.text())
        return PLATFORMS[platform].read(guard.post(request.url, request.body))
    except vault.SealBroken:
        return Verdict(Outcome.REFUSED, "sealed_with_another_key")
    except Refused as refused:
        return Verdict(Outcome.REFUSED, f"address: {refused.code}")
    except Unreachable as away:
        return Verdict(Outcome.LATER, f"unreachable: {away}")
