"""Where a confidentiality agreement begins: a short text of ours in both languages.

It is a template to be checked by the parks' own counsel, and says so to whoever edits it; names of the parties are
filled in, what only the parks know stands in square brackets.
"""

from functools import cache
from pathlib import Path

from .models import Project

DATA = Path(__file__).parent / "data"


@cache
def _text(language: str) -> str:
    return (DATA / f"agreement_{language}.txt").read_text(encoding="utf-8")


def texts(project: Project) -> dict[str, str]:
    """Both texts with the names of the project and its parks; fetch `parties__park`."""
    parks = [party.park for party in project.parties.all() if party.until_at is None]
    return {
        "text_zh": _text("zh").format(title_zh=project.title_zh, parks_zh="、".join(park.name_zh for park in parks)),
        "text_en": _text("en").format(
            title_en=project.title_en or project.title_zh,
            parks_en=", ".join(park.name_en or park.name_zh for park in parks),
        ),
    }


def has_gaps(text: str) -> bool:
    """Whether a place in square brackets still waits for the parks' word."""
    return "【" in text or "[" in text
