"""The readiness of a project: what the editor shows while one writes, and what offering it for signature asks again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from alliance.core.amounts import percent, yuan

from .content import SHARES, sums
from .models import WHOLE

Words = str | Promise
LEAST_PARKS = 2


@dataclass(frozen=True)
class Check:
    """One line of the checklist: met or not, what exactly is there, and the field where it is mended.

    What is not a `must` makes the project better and hinders nobody from signing.
    """

    code: str
    label: Words
    is_met: bool
    detail: Words = ""
    anchor: str = ""
    is_must: bool = True


def checks(content: Mapping[str, Any], *, today: date) -> list[Check]:
    """J-2 and what a reader needs to judge the project, from a version's content alone."""
    return [*_texts(content), *_figures(content, today), *_shares(content), *_better(content)]


def unmet(content: Mapping[str, Any], *, today: date) -> list[Check]:
    return [check for check in checks(content, today=today) if check.is_must and not check.is_met]


def _texts(content: Mapping[str, Any]) -> list[Check]:
    return [
        Check(
            "title",
            _("Title and summary in both languages"),
            all(content[name] for name in ("title_zh", "title_en", "summary_zh", "summary_en")),
            anchor="title_zh",
        ),
        Check(
            "description",
            _("A description: what, why, for whom"),
            bool(content["description_zh"]),
            anchor="description_zh",
        ),
        Check("risks", _("The risks are named"), bool(content["risks_zh"]), anchor="risks_zh"),
        Check(
            "kind",
            _("Field, kind and province are chosen"),
            all(content[name] for name in ("field", "kind", "province")),
            anchor="field",
        ),
    ]


def _figures(content: Mapping[str, Any], today: date) -> list[Check]:
    need, cost = content["need"], content["cost"]
    used = sum(use["amount"] or 0 for use in content["uses"])
    return [
        Check("need", _("The capital sought is named"), bool(need), anchor="need"),
        Check(
            "cost",
            _("The total cost is at least the capital sought"),
            bool(need and cost and cost >= need),
            anchor="cost",
        ),
        Check(
            "uses",
            _("The use of funds makes the capital sought, to the fen"),
            bool(need) and used == need,
            _("The lines make %(sum)s, the capital sought is %(need)s.") % {"sum": yuan(used), "need": yuan(need or 0)},
            "uses",
        ),
        Check("starts_on", _("The expected start is named"), bool(content["starts_on"]), anchor="starts_on"),
        Check(
            "future",
            _("The expected start lies ahead"),
            bool(content["starts_on"]) and content["starts_on"] >= today.isoformat(),
            anchor="starts_on",
            is_must=False,
        ),
    ]


def _shares(content: Mapping[str, Any]) -> list[Check]:
    shares, made = content["shares"], sums(content)
    labels = {
        "cost": _("The shares of cost make 100 per cent"),
        "risk": _("The shares of risk make 100 per cent"),
        "benefit": _("The shares of benefit make 100 per cent"),
    }
    return [
        Check("parks", _("At least two parks promote it"), len(shares) >= LEAST_PARKS, anchor="shares"),
        *(
            Check(
                f"shares_{name}",
                labels[name],
                made[name] == WHOLE,
                _("They make %(sum)s.") % {"sum": percent(made[name])},
                "shares",
            )
            for name in SHARES
        ),
        Check(
            "contributions",
            _("Every park says what it contributes"),
            bool(shares) and all(share["contribution_zh"] for share in shares),
            anchor="shares",
        ),
    ]


def _better(content: Mapping[str, Any]) -> list[Check]:
    pairs = ("description", "risks", "offer")
    return [
        Check(
            "offer",
            _("What is offered to investors is described"),
            bool(content["offer_zh"]),
            anchor="offer_zh",
            is_must=False,
        ),
        Check(
            "english",
            _("Everything is there in English too"),
            all(content[f"{name}_en"] for name in pairs if content[f"{name}_zh"])
            and all(share["contribution_en"] for share in content["shares"])
            and all(use["text_en"] for use in content["uses"]),
            anchor="description_en",
            is_must=False,
        ),
    ]
