"""The checks of a curriculum that the editor shows while one types (V-4), and that submitting it asks again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from alliance.core.amounts import percent

from .models import WHOLE

Words = str | Promise


@dataclass(frozen=True)
class Check:
    """One line of the list: met or not, and what exactly is there."""

    code: str
    label: Words
    is_met: bool
    detail: Words = ""


def hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def checks(content: Mapping[str, Any]) -> list[Check]:
    """V-4 in five lines, and the two that make it readable: titles in both languages."""
    units = content["units"]
    weights, minutes = sum(unit["weight"] for unit in units), sum(unit["minutes"] for unit in units)
    return [
        Check("units", _("There is a unit"), bool(units)),
        Check(
            "weights",
            _("The weights of the units make 100 per cent"),
            weights == WHOLE,
            _("They make %(sum)s.") % {"sum": percent(weights)},
        ),
        Check(
            "minutes",
            _("The hours of the units make those of the version"),
            minutes == content["minutes"] and minutes > 0,
            _("The units have %(units)s hours, the version %(version)s.")
            % {"units": hours(minutes), "version": hours(content["minutes"])},
        ),
        _named(
            "outcomes",
            _("Every unit has an outcome"),
            [unit["code"] for unit in units if not unit["outcomes"]],
            _("None in: %(names)s."),
        ),
        _named(
            "covered",
            _("Every outcome that must be assessed is covered by an item that counts"),
            [f"{unit['code']} {code}" for unit in units for code in _uncovered(unit)],
            _("Not covered: %(names)s."),
        ),
        _named(
            "items",
            _("The weights of the items make 100 per cent in every unit"),
            [
                f"{unit['code']} ({percent(_summative(unit))})"
                for unit in units
                if unit["items"] and _summative(unit) != WHOLE
            ],
            _("Not in: %(names)s."),
        ),
        _named(
            "languages",
            _("Titles are there in both languages"),
            [
                str(part.get("code") or content["curriculum"])
                for part in (content, *units)
                if not part["title_zh"] or not part["title_en"]
            ],
            _("Missing at: %(names)s."),
        ),
    ]


def _summative(unit: Mapping[str, Any]) -> int:
    return sum(item["weight"] for item in unit["items"] if item["is_summative"])


def _uncovered(unit: Mapping[str, Any]) -> list[str]:
    covered = {code for item in unit["items"] if item["is_summative"] for code in item["outcomes"]}
    return [
        outcome["code"] for outcome in unit["outcomes"] if outcome["is_mandatory"] and outcome["code"] not in covered
    ]


def _named(code: str, label: str, missing: list[str], detail: str) -> Check:
    return Check(code, label, not missing, detail % {"names": _(", ").join(missing)} if missing else "")


def is_complete(content: Mapping[str, Any]) -> bool:
    return all(check.is_met for check in checks(content))
