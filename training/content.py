"""What a curriculum version says, as canonical JSON: what is frozen, hashed, compared (V-1, V-2)."""

from collections.abc import Iterator, Mapping
from typing import Any

from .models import CurriculumVersion

# What a minor version may change: words for readers. Everything else is a requirement (V-2).
WORDS = ("title_", "description_", "reading_list")

REQUIREMENTS = (
    "minutes",
    "pass_mark",
    "attendance_minimum",
    "placement_minutes",
    "resits",
    "attempt_rule",
    "resit_cap",
    "compensates",
    "counts_from_enrolment",
    "recognition_most",
    "validity_months",
    "renewal_minutes",
    "credits",
)
TEXTS = ("title_zh", "title_en", "description_zh", "description_en", "reading_list")
UNIT = ("code", "title_zh", "title_en", "minutes", "weight", "pass_mark", "credits", "is_mandatory")
OUTCOME = ("code", "text_zh", "text_en", "is_mandatory")
ITEM = ("code", "title_zh", "title_en", "weight", "is_summative")

Content = dict[str, Any]


def content_of(version: CurriculumVersion) -> Content:
    """Everything the version says, in plain values; fetch the version `with_content()`."""
    return {
        "curriculum": version.curriculum.code,
        **_columns(version, (*TEXTS, *REQUIREMENTS)),
        "units": [
            {
                **_columns(unit, UNIT),
                "outcomes": [
                    {
                        **_columns(outcome, OUTCOME),
                        "competencies": sorted(competency.code for competency in outcome.competencies.all()),
                    }
                    for outcome in unit.outcomes.all()
                ],
                "items": [
                    {**_columns(item, ITEM), "outcomes": sorted(outcome.code for outcome in item.outcomes.all())}
                    for item in unit.items.all()
                ],
            }
            for unit in version.units.all()
        ],
    }


def _columns(row: Any, names: tuple[str, ...]) -> Content:
    return {name: getattr(row, name) for name in names}


def requirements_of(content: Mapping[str, Any]) -> Content:
    """The content without the words that a minor version may change."""
    return {
        key: [requirements_of(part) if isinstance(part, Mapping) else part for part in value]
        if isinstance(value, list)
        else value
        for key, value in content.items()
        if not key.startswith(WORDS)
    }


def parts(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value with the path that leads to it: `units.U1.outcomes.O2.text_zh`, for comparing two versions."""
    for key, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            for part in value:
                yield from ((f"{key}.{part['code']}.{path}", inner) for path, inner in parts(part))
        else:
            yield key, value
