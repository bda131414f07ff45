"""What changed from one version of a project to the next, in lines that those who sign can read (J-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.amounts import percent
from parks.diff import Segment, segments

from .content import SHARES, parts
from .presentation import money

Words = str | Promise

LABELS: dict[str, Words] = {
    "title_zh": gettext_lazy("Chinese title"),
    "title_en": gettext_lazy("English title"),
    "summary_zh": gettext_lazy("Chinese summary"),
    "summary_en": gettext_lazy("English summary"),
    "description_zh": gettext_lazy("Chinese description"),
    "description_en": gettext_lazy("English description"),
    "risks_zh": gettext_lazy("Risks in Chinese"),
    "risks_en": gettext_lazy("Risks in English"),
    "offer_zh": gettext_lazy("What is offered, in Chinese"),
    "offer_en": gettext_lazy("What is offered, in English"),
    "field": gettext_lazy("Field of work"),
    "kind": gettext_lazy("Kind"),
    "province": gettext_lazy("Province"),
    "city": gettext_lazy("City"),
    "need": gettext_lazy("Capital sought"),
    "cost": gettext_lazy("Total cost"),
    "least": gettext_lazy("Smallest participation"),
    "starts_on": gettext_lazy("Expected start"),
    "months": gettext_lazy("Months it takes"),
    "text_zh": gettext_lazy("Use, in Chinese"),
    "text_en": gettext_lazy("Use, in English"),
    "amount": gettext_lazy("Amount"),
    "contribution_zh": gettext_lazy("It contributes, in Chinese"),
    "contribution_en": gettext_lazy("It contributes, in English"),
}
SHARE_LABELS: dict[str, Words] = {
    "cost": gettext_lazy("Share of cost"),
    "risk": gettext_lazy("Share of risk"),
    "benefit": gettext_lazy("Share of benefit"),
}
MONEY = ("need", "cost", "least", "amount")
UNSEEN = ("name_zh", "name_en")


@dataclass(frozen=True)
class Change:
    """One value that differs; an empty side was not there."""

    label: Words
    before: Words
    after: Words
    segments: tuple[Segment, ...] = ()


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    old, new = dict(parts(before)), dict(parts(after))
    names = {str(share["park"]): share["name_zh"] for side in (before, after) for share in side.get("shares", ())}
    return [
        _change(path, old.get(path), new.get(path), names)
        for path in [*new, *(path for path in old if path not in new)]
        if old.get(path) != new.get(path) and path.rpartition(".")[2] not in UNSEEN
    ]


def _change(path: str, before: Any, after: Any, names: Mapping[str, str]) -> Change:
    first, shown_before, shown_after = _label(path, names), _value(path, before), _value(path, after)
    is_text = isinstance(before, str) and isinstance(after, str) and len(before) + len(after) > 40
    return Change(first, shown_before, shown_after, tuple(segments(before, after)) if is_text else ())


def _label(path: str, names: Mapping[str, str]) -> Words:
    steps = path.split(".")
    name = steps[-1]
    if len(steps) == 1:
        return LABELS.get(name, name)
    if steps[0] == "shares":
        label = SHARE_LABELS[name] if name in SHARES else LABELS.get(name, name)
        return _("%(park)s: %(what)s") % {"park": names.get(steps[1], steps[1]), "what": label}
    return _("Use no. %(number)s: %(what)s") % {"number": steps[1], "what": LABELS.get(name, name)}


def _value(path: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    steps = path.split(".")
    if steps[0] == "shares" and steps[-1] in SHARES:
        return percent(value)
    return money(value) if steps[-1] in MONEY else str(value)
