"""Completeness by what it unlocks. Pure: plain values in, numbers and what is missing out.

Nothing counts for its own sake. Every requirement opens a door that exists: the directory, filters, comparison, the
English
pages, visitors who can write. Per language the share is weighted, since a summary is read by everybody and a note by
few.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import blocks
from .choices import Indicator, Visibility
from .models import Park

Words = str | Promise
Facts = Mapping[str, Any]

# What a profile needs before the secretariat checks it (parks spec, 4.10).
LEAST_ZH = 70
LEAST_EN = 50


@dataclass(frozen=True)
class Requirement:
    """One thing to fill in. `field` is where; the weights say what it counts in the Chinese and the English profile."""

    code: str
    label: Words
    field: str
    zh: int
    en: int
    is_met: Callable[[Facts], bool]

    @property
    def block(self) -> str:
        return blocks.block_of(self.field).code

    @property
    def anchor(self) -> str:
        return blocks.anchor(self.field)


def _has(field: str) -> Callable[[Facts], bool]:
    return lambda facts: bool(facts.get(field))


def _reports(*indicators: str) -> Callable[[Facts], bool]:
    return lambda facts: any(row["indicator"] in indicators for row in facts.get("figures") or ())


def _is_reachable(facts: Facts) -> bool:
    return bool(facts.get("contact_email") or facts.get("contact_phone"))


def _is_openly_reachable(facts: Facts) -> bool:
    return _is_reachable(facts) and facts.get("contact_visibility") == Visibility.PUBLIC


def _text(field: str, least: int) -> Callable[[Facts], bool]:
    return lambda facts: len(facts.get(field) or "") >= least


REQUIREMENTS: dict[str, Requirement] = {
    requirement.code: requirement
    for requirement in (
        Requirement("name_zh", _("Chinese name"), "name_zh", 8, 0, _has("name_zh")),
        Requirement("name_en", _("English name"), "name_en", 0, 10, _has("name_en")),
        Requirement("province", _("Province"), "province", 3, 3, _has("province")),
        Requirement("address_zh", _("Address in Chinese"), "address_zh", 6, 0, _has("address_zh")),
        Requirement("address_en", _("Address in English"), "address_en", 0, 6, _has("address_en")),
        Requirement("year_opened", _("Year opened"), "year_opened", 4, 4, _has("year_opened")),
        Requirement(
            "summary_zh", _("Summary in Chinese, 30 characters or more"), "summary_zh", 12, 0, _text("summary_zh", 30)
        ),
        Requirement(
            "summary_en", _("Summary in English, 60 characters or more"), "summary_en", 0, 16, _text("summary_en", 60)
        ),
        Requirement(
            "story_zh", _("Story in Chinese, 150 characters or more"), "story_zh", 10, 0, _text("story_zh", 150)
        ),
        Requirement(
            "story_en", _("Story in English, 300 characters or more"), "story_en", 0, 12, _text("story_en", 300)
        ),
        Requirement("formation", _("Formation"), "formation", 4, 4, _has("formation")),
        Requirement("structure", _("Structure"), "structure", 4, 4, _has("structure")),
        Requirement("site_form", _("Site form"), "site_form", 4, 4, _has("site_form")),
        Requirement("fields", _("Fields of work"), "fields", 6, 6, _has("fields")),
        Requirement("industries", _("NBS classes"), "industries", 3, 3, _has("industries")),
        Requirement("facilities", _("Facilities"), "facilities", 4, 4, _has("facilities")),
        Requirement("services", _("Services"), "services", 4, 4, _has("services")),
        Requirement("hours_zh", _("Opening hours in Chinese"), "opening_hours_zh", 3, 0, _has("opening_hours_zh")),
        Requirement("hours_en", _("Opening hours in English"), "opening_hours_en", 0, 3, _has("opening_hours_en")),
        Requirement(
            "area", _("Floor or site area"), "figures", 4, 4, _reports(Indicator.FLOOR_AREA, Indicator.SITE_AREA)
        ),
        Requirement("tenants", _("Number of resident organisations"), "figures", 4, 4, _reports(Indicator.TENANTS)),
        Requirement("jobs", _("People working there"), "figures", 3, 3, _reports(Indicator.JOBS)),
        Requirement("reachable", _("E-mail or telephone"), "contact_email", 8, 8, _is_reachable),
        Requirement("open", _("A contact that everyone sees"), "contact_visibility", 2, 2, _is_openly_reachable),
        Requirement("website", _("Website"), "website", 2, 2, _has("website")),
        Requirement("credit_code", _("Credit code of the operator"), "credit_code", 2, 0, _has("credit_code")),
    )
}


@dataclass(frozen=True)
class Unlock:
    """A door, and what opens it."""

    code: str
    title: Words
    benefit: Words
    needs: tuple[str, ...]


UNLOCKS = (
    Unlock(
        "directory",
        _("Public directory and search"),
        _("Visitors find the park by name, place and subject."),
        ("name_zh", "province", "summary_zh", "fields"),
    ),
    Unlock(
        "filters",
        _("Filters of the directory"),
        _("The park appears where visitors narrow by type, field, facility and service."),
        ("formation", "structure", "site_form", "industries", "facilities", "services"),
    ),
    Unlock(
        "compare",
        _("Comparison side by side"),
        _("The park's row has no gaps beside others."),
        ("year_opened", "area", "tenants", "jobs"),
    ),
    Unlock(
        "english",
        _("English directory"),
        _("Readers abroad read the park in their own language, without fallbacks."),
        ("name_en", "address_en", "summary_en", "story_en", "hours_en"),
    ),
    Unlock(
        "visitors",
        _("Letters from visitors and buyers"),
        _("Whoever is interested can reach the park and find it."),
        ("open", "website", "address_zh", "hours_zh"),
    ),
)
# What a submission needs besides the shares.
FOR_LISTING = ("name_zh", "name_en", "province", "summary_zh", "summary_en", "fields", "reachable")


@dataclass(frozen=True)
class Door:
    unlock: Unlock
    percent: int
    missing: tuple[Requirement, ...]

    @property
    def is_open(self) -> bool:
        return not self.missing

    @property
    def tone(self) -> str:
        return "ok" if self.is_open else "low" if self.percent < 50 else ""


@dataclass(frozen=True)
class Completeness:
    zh: int
    en: int
    doors: tuple[Door, ...]
    missing: tuple[Requirement, ...]
    missing_for_listing: tuple[Requirement, ...]

    @property
    def is_enough_zh(self) -> bool:
        return self.zh >= LEAST_ZH

    @property
    def is_enough_en(self) -> bool:
        return self.en >= LEAST_EN

    @property
    def may_submit(self) -> bool:
        return self.is_enough_zh and self.is_enough_en and not self.missing_for_listing

    def missing_in(self, block: str) -> list[Requirement]:
        return [requirement for requirement in self.missing if requirement.block == block]

    def best_next(self, language: str, most: int = 5) -> list[Requirement]:
        """What adds most to the share of this language: `zh` or `en`."""
        adding = [requirement for requirement in self.missing if getattr(requirement, language)]
        return sorted(adding, key=lambda requirement: -getattr(requirement, language))[:most]


def measure(facts: Facts) -> Completeness:
    met = {code for code, requirement in REQUIREMENTS.items() if requirement.is_met(facts)}
    return Completeness(
        zh=_share([(r.zh, r.code in met) for r in REQUIREMENTS.values()]),
        en=_share([(r.en, r.code in met) for r in REQUIREMENTS.values()]),
        doors=tuple(_door(unlock, met) for unlock in UNLOCKS),
        missing=tuple(r for r in REQUIREMENTS.values() if r.code not in met),
        missing_for_listing=tuple(REQUIREMENTS[code] for code in FOR_LISTING if code not in met),
    )


def _door(unlock: Unlock, met: set[str]) -> Door:
    missing = tuple(REQUIREMENTS[code] for code in unlock.needs if code not in met)
    return Door(unlock, 100 * (len(unlock.needs) - len(missing)) // len(unlock.needs), missing)


def _share(weighed: Sequence[tuple[int, bool]]) -> int:
    """Rounded down, so that 100 means that nothing is missing."""
    return 100 * sum(weight for weight, met in weighed if met) // sum(weight for weight, _met in weighed)


def facts_of(park: Park) -> Facts:
    """The published facts of a park."""
    return {field: blocks.read(park, field) for block in blocks.BLOCKS.values() for field in block.names}
