"""What the pages of projects say: states with a tone, amounts and shares as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from alliance.core.amounts import percent
from alliance.core.bilingual import ZH, BilingualText, active_language, pick
from alliance.core.models import Division
from parks.models import FieldOfWork

from .content import SHARES, Content
from .models import Project


def money(fen: int | None) -> str:
    """An amount as each language counts: 3,000 万元, CNY 30 million."""
    if fen is None:
        return ""
    if active_language() == ZH:
        return _short(Decimal(fen) / 1_000_000) + " 万元" if fen < 10**14 else _short(Decimal(fen) / 10**10) + " 亿元"
    if fen >= 10**8:
        return f"CNY {_short(Decimal(fen) / 10**8)} million"
    return f"CNY {_short(Decimal(fen) / 100)}"


def _short(number: Decimal) -> str:
    text = f"{number:,.6f}"
    return text.rstrip("0").rstrip(".")


def text_of(content: Mapping[str, Any], name: str) -> BilingualText:
    return pick(content.get(f"{name}_zh", ""), content.get(f"{name}_en", ""))


@dataclass(frozen=True)
class UseLine:
    text: BilingualText
    amount: str


@dataclass(frozen=True)
class ShareLine:
    park: int
    name: BilingualText
    contribution: BilingualText
    shares: tuple[str, ...]


def use_lines(content: Content) -> list[UseLine]:
    return [UseLine(text_of(use, "text"), money(use["amount"])) for use in content["uses"]]


def share_lines(content: Content) -> list[ShareLine]:
    return [
        ShareLine(
            share["park"],
            text_of(share, "name"),
            text_of(share, "contribution"),
            tuple(percent(share[name]) for name in SHARES),
        )
        for share in content["shares"]
    ]


def facts(content: Content) -> list[tuple[str, Any]]:
    """All figures of a version by their labels, for those who write, sign and admit it."""
    field = FieldOfWork.objects.filter(pk=content["field"]).first() if content["field"] else None
    places = Division.objects.in_bulk([code for code in (content["province"], content["city"]) if code])
    kinds = dict(Project.Kind.choices)
    found = [
        (_("Field of work"), field.name if field else ""),
        (_("Kind"), kinds.get(content["kind"], "")),
        (_("Place"), " · ".join(str(places[code].name) for code in (content["province"], content["city"]) if code)),
        (_("Capital sought"), money(content["need"])),
        (_("Total cost"), money(content["cost"])),
        (_("Expected start"), parse_date(content["starts_on"]) if content["starts_on"] else None),
        (_("Months it takes"), content["months"]),
        (_("Smallest participation"), money(content["least"])),
    ]
    return [(label, value) for label, value in found if value not in ("", None)]
