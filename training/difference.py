"""What changed from one version of a curriculum to the next, in lines people can read (V-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from alliance.core.amounts import percent
from parks.diff import Segment, segments

from . import content
from .checks import hours
from .models import CurriculumVersion

Words = str | Promise

LABELS: dict[str, Words] = {
    "title_zh": gettext_lazy("Chinese title"),
    "title_en": gettext_lazy("English title"),
    "description_zh": gettext_lazy("Chinese description"),
    "description_en": gettext_lazy("English description"),
    "reading_list": gettext_lazy("Reading list"),
    "minutes": gettext_lazy("Taught hours"),
    "pass_mark": gettext_lazy("Pass mark"),
    "attendance_minimum": gettext_lazy("Attendance minimum"),
    "placement_minutes": gettext_lazy("Placement hours"),
    "resits": gettext_lazy("Resits"),
    "attempt_rule": gettext_lazy("Which attempt counts"),
    "resit_cap": gettext_lazy("Highest mark of a resit"),
    "compensates": gettext_lazy("A weak unit may be made good by others"),
    "counts_from_enrolment": gettext_lazy("Attendance counts from the day of enrolment"),
    "recognition_most": gettext_lazy("Most credits by recognition"),
    "validity_months": gettext_lazy("Months a certificate is valid"),
    "renewal_minutes": gettext_lazy("Refresher hours for a renewal"),
    "credits": gettext_lazy("Credits"),
    "weight": gettext_lazy("Weight"),
    "is_mandatory": gettext_lazy("Must be passed"),
    "is_summative": gettext_lazy("Counts for the result"),
    "text_zh": gettext_lazy("Chinese text"),
    "text_en": gettext_lazy("English text"),
    "competencies": gettext_lazy("Competencies"),
    "outcomes": gettext_lazy("Outcomes covered"),
    "code": pgettext_lazy("curriculum", "Code"),
}
SHARES = {"pass_mark", "attendance_minimum", "resit_cap", "recognition_most", "weight"}
TIMES = {"minutes", "placement_minutes", "renewal_minutes"}


@dataclass(frozen=True)
class Change:
    """One value that differs; an empty side was not there. `makes_major` by rule V-2."""

    label: Words
    before: Words
    after: Words
    makes_major: bool
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class Place:
    """Changes that belong together: the version itself, or one unit."""

    title: Words
    kind: str  # changed, added, removed
    changes: tuple[Change, ...]

    @property
    def makes_major(self) -> bool:
        return any(change.makes_major for change in self.changes)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Place]:
    """Places with their changes: the version first, then its units in the order of the newer one."""
    old_units, new_units = _by_code(before, "units"), _by_code(after, "units")
    places = [Place(_("The version"), "changed", tuple(_changes(before, after)))]
    for code in [*new_units, *(code for code in old_units if code not in new_units)]:
        old, new = old_units.get(code), new_units.get(code)
        unit = new or old or {}
        kind = "changed" if old and new else "added" if new else "removed"
        title = _("Unit %(code)s · %(title)s") % {"code": code, "title": unit["title_zh"] or unit["title_en"]}
        places.append(Place(title, kind, tuple(_unit(old or {}, new or {}))))
    if _order(old_units, new_units) or _order(new_units, old_units):
        order = Change(_("Order of the units"), _(", ").join(old_units), _(", ").join(new_units), makes_major=True)
        places.append(Place(_("Order"), "changed", (order,)))
    return [place for place in places if place.changes]


def between(before: CurriculumVersion, after: CurriculumVersion) -> list[Place]:
    return difference(content.content_of(before), content.content_of(after))


def _order(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    both = [code for code in one if code in other]
    return both != [code for code in other if code in one]


def _by_code(whole: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {part["code"]: part for part in whole.get(name, ())}


def _unit(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    found = _changes(old, new)
    for name, word in (("outcomes", _("Outcome")), ("items", _("Assessment item"))):
        before, after = _by_code(old, name), _by_code(new, name)
        for code in [*after, *(code for code in before if code not in after)]:
            for change in _changes(before.get(code, {}), after.get(code, {})):
                found.append(
                    Change(
                        f"{word} {code} · {change.label}",
                        change.before,
                        change.after,
                        change.makes_major,
                        change.segments,
                    )
                )
    return found


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    found = []
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(name), new.get(name)
        nested = any(isinstance(value, list) and value and isinstance(value[0], Mapping) for value in (before, after))
        if before == after or name not in LABELS or nested or (name == "outcomes" and "items" in {**old, **new}):
            continue
        shown = _shown(name, before), _shown(name, after)
        is_text = name.startswith(("title_", "description_", "text_", "reading_list"))
        found.append(
            Change(
                LABELS[name],
                *shown,
                makes_major=not name.startswith(content.WORDS),
                segments=tuple(segments(*shown)) if is_text and before and after else (),
            )
        )
    return found


def _shown(name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if name in SHARES:
        return percent(value)
    if name in TIMES:
        return hours(value)
    if name == "credits":
        return f"{value / 100:.2f}".rstrip("0").rstrip(".")
    if name == "attempt_rule":
        return str(CurriculumVersion.AttemptRule(value).label)
    return _(", ").join(value) if isinstance(value, list) else str(value)
