"""The whole prospectus as plain data for the template: cover, contents, projects, parks, what it is not, imprint."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.core import drawings, tiles, typeset
from alliance.core.bilingual import ZH
from alliance.core.models import Division

from ..lists import NO_PROMISE
from ..models import Project
from ..presentation import money
from . import choosing, parks, project
from .choosing import Choice
from .wording import Pair, both, same, twice

TEMPLATE = Path(__file__).parent / "prospectus.typ"
# Characters of the selection on the cover: two lines of each language.
LONGEST = {"zh": 70, "en": 170}
Progress = Callable[[int, int], None]


def title() -> str:
    return _("Joint Investment Prospectus")


def pdf(projects: Sequence[Project], choice: Choice, *, found: int, made_at: datetime, progress: Progress) -> bytes:
    """The prospectus as PDF/UA-1. Raises FontsMissing."""
    made = data(projects, choice, found=found, made_at=made_at, progress=progress)
    return typeset.pdf(TEMPLATE, made, made_at=made_at)


def data(
    projects: Sequence[Project],
    choice: Choice,
    *,
    found: int,
    made_at: datetime,
    progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Everything the template needs; `found` is how many the choice meant. Fetch projects with `factsheet.rows()`."""
    numbered = list(enumerate(projects, 1))
    taking_part = parks.of_projects(projects)
    steps = len(projects) + len(taking_part)
    sections, profiles = [], []
    for number, one in numbered:
        sections.append(project.shown(one, number))
        progress(number, steps)
    for number, park in enumerate(taking_part, len(projects) + 1):
        profiles.append(parks.shown(park, numbered))
        progress(number, steps)
    profiles += parks.unlisted(taking_part, numbered)
    with translation.override(ZH):
        about = {"author": str(settings.SITE_NAME), "description": str(NO_PROMISE)}
    name, _english = twice(title)
    selection = both(lambda: said(choice, len(projects), found))
    return {
        **about,
        "lang": "zh",
        "title": f"{name} · {_english}",
        "house": both(lambda: settings.SITE_NAME),
        "name": both(title),
        "selection": _shortened(selection),
        "day": both(lambda: date_format(timezone.localtime(made_at), "DATE_FORMAT")),
        "glance": _glance(projects, len(profiles)),
        "window": _window(projects),
        "lines": [project.line_of(one, number) for number, one in numbered],
        "projects": sections,
        "parks": profiles,
        "share_names": project.share_names(),
        "whole": project.whole(),
        "has_samples": any(one.is_sample for one in projects),
        "words": {code: both(lambda text=text: text()) for code, text in WORDS.items()},  # type: ignore[misc]
        "notes": [both(lambda text=text: text()) for text in NOTES],  # type: ignore[misc]
        "imprint": _imprint(made_at, selection),
        "address": settings.PUBLIC_BASE_URL,
    }


def said(choice: Choice, chosen: int, found: int) -> str:
    """The selection as the cover says it, in the active language."""
    number = choosing.counted(choice, chosen=chosen, found=found)
    return " · ".join(part for part in (choice.in_words(), number) if part)


def _shortened(selection: Pair) -> Pair:
    """As much of it as the cover has room for; the imprint says all of it."""
    return {tag: text if len(text) <= LONGEST[tag] else f"{text[: LONGEST[tag]]}…" for tag, text in selection.items()}


def _glance(projects: Sequence[Project], number_of_parks: int) -> list[dict[str, Any]]:
    """What the whole selection makes, each number counted from the sections that follow."""
    needs = [one.need for one in projects if one.need is not None]
    provinces = {one.province_id for one in projects if one.province_id}
    return [
        {"label": both(lambda: _("Joint projects")), "value": same(f"{len(projects)}"), "note": same("")},
        {"label": both(lambda: _("Parks taking part")), "value": same(f"{number_of_parks}"), "note": same("")},
        {"label": both(lambda: _("Provinces")), "value": same(f"{len(provinces)}"), "note": same("")},
        {
            "label": both(lambda: _("Capital sought together")),
            "value": both(lambda: money(sum(needs)) if needs else ""),
            "note": both(lambda: _summed(len(needs), len(projects))),
        },
    ]


def _summed(known: int, of: int) -> str:
    if known == of:
        return ""
    return ngettext("of %(n)d project that says it", "of %(n)d projects that say it", known) % {"n": known}


def _window(projects: Sequence[Project]) -> dict[str, Any]:
    """The provinces of the selection in the window of all provinces."""
    counts = Counter(one.province_id for one in projects if one.province_id)
    provinces = list(Division.objects.provinces())
    tile_map = tiles.tile_map(provinces, counts, missing=None)

    def words() -> str:
        named = [f"{province.short} {counts[province.code]}" for province in provinces if counts.get(province.code)]
        return _("Tile map of the projects by province: %(words)s.") % {"words": _(", ").join(named)}

    alt = both(words)
    with translation.override(ZH):
        svg = drawings.tiles(tile_map, label=alt["zh"], chinese=True)
    # Provinces without a project stay blank panes.
    return {"svg": svg.replace(">–<", "><"), "alt": alt["zh"]}


def _imprint(made_at: datetime, selection: Pair) -> list[tuple[Pair, Pair]]:
    moment = timezone.localtime(made_at)
    return [
        (both(lambda: _("Publisher")), both(lambda: settings.SITE_NAME)),
        (both(lambda: _("Where it was made")), same(settings.PUBLIC_BASE_URL)),
        (both(lambda: _("Selection")), selection),
        (
            both(lambda: _("State of")),
            both(lambda: _("%(moment)s, Beijing time") % {"moment": f"{moment:%Y-%m-%d %H:%M}"}),
        ),
        (
            both(lambda: _("Answers for what it says")),
            both(lambda: _("The parks of each project, who have signed the version named there.")),
        ),
    ]


# The words of the template ------------------------------------------------------------------------------------------

WORDS: Mapping[str, Callable[[], str]] = {
    "contents": lambda: _("Contents"),
    "projects": lambda: _("Joint projects"),
    "parks": lambda: _("Parks taking part"),
    "note": lambda: _("What this prospectus is not"),
    "imprint": lambda: _("Imprint"),
    "stage": lambda: _("Where it stands"),
    "uses": lambda: _("Use of funds"),
    "shares": lambda: _("Parks and shares"),
    "park": lambda: _("Park"),
    "lead": lambda: _("Lead park"),
    "contributes": lambda: _("Contributes"),
    "amount": lambda: _("Amount"),
    "use": lambda: _("Use of funds"),
    "approvals": lambda: _("Approvals"),
    "approval": lambda: _("Approval"),
    "agency": lambda: _("Agency"),
    "state": lambda: _("State"),
    "days": lambda: _("Working days"),
    "results": lambda: _("What became of it"),
    "learnt": lambda: _("What was learnt"),
    "contact": lambda: _("Contact"),
    "source": lambda: _("Source"),
    "signed": lambda: _("Signatures of the parks"),
    "page": lambda: _("Page of the project"),
    "missing": lambda: _("Not reported"),
    "sample": lambda: _("Sample"),
    "open": lambda: _("takes interest"),
    "not_written": lambda: _("The parks have not written this in English."),
    "samples": lambda: _("Projects marked as samples were made to show the portal. They are not real."),
    "in_projects": lambda: _("In this prospectus"),
    "through_page": lambda: _("Interest goes through the project's page; the parks answer within five working days."),
    "sum": lambda: _("Capital sought"),
}
# J-3 and J-5.
NOTES: Sequence[Callable[[], str]] = (
    lambda: str(NO_PROMISE),
    lambda: _(
        "This prospectus is neither an offer nor a promise, and no advice to invest. Nothing in it binds anybody."
    ),
    lambda: _(
        "It holds only what everybody may read on the pages of the portal. What the parks offer to investors, and the "
        "documents of data rooms, are not in it: verified investors read them in the portal."
    ),
    lambda: _(
        "Figures are those of the version that all parks of a project have signed; its number, day and check value "
        "stand with each project. What was not reported is called so, and is never zero."
    ),
    lambda: _(
        "What changed after the day on the cover stands on the page of the project. Look there before you decide."
    ),
)
