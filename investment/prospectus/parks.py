"""The short profile of a park in a prospectus: a few lines of its public page, by the page's own functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from parks import presentation
from parks.models import FieldOfWork, Park

from .. import factsheet
from ..models import Project
from ..presentation import text_of
from .wording import Pair, both, same, zipped

# So many figures of a park; the others are on its page.
FIGURES_SHOWN = 4


def of_projects(projects: Sequence[Project]) -> list[Park]:
    """The parks that promote these, each once, by name. Parks without a public page are not among them."""
    keys = {party.park_id for project in projects for party in project.parties.all() if party.until_at is None}
    rows = presentation.with_relations(Park.objects.public().filter(pk__in=keys))
    return sorted(rows, key=lambda park: (park.province.code, park.name_zh, park.pk))


def shown(park: Park, projects: Sequence[tuple[int, Project]]) -> dict[str, Any]:
    """Its lines. `projects` are those of the document with their numbers."""
    return {
        "name": both(lambda: park.name),
        "place": both(lambda: " · ".join(str(part) for part in presentation.place_line(park))),
        "summary": both(lambda: park.summary),
        "facts": [(label, value) for label, value in _facts(park) if value["zh"] or value["en"]],
        "figures": _figures(park),
        "projects": [number for number, project in projects if _promotes(park, project)],
        "source": both(lambda: source_of(park)),
        "url": settings.PUBLIC_BASE_URL + park.get_absolute_url(),
        "contact": contact(park),
    }


def unlisted(listed: Sequence[Park], projects: Sequence[tuple[int, Project]]) -> list[dict[str, Any]]:
    """Parks that have signed and have no public page: their names as signed, and nothing else."""
    known = {park.pk for park in listed}
    found: dict[int, dict[str, Any]] = {}
    for number, project in projects:
        for share in factsheet.content_of(project)["shares"]:
            if share["park"] in known:
                continue
            entry = found.setdefault(share["park"], _name_alone(share))
            entry["projects"].append(number)
    return list(found.values())


def _name_alone(share: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": both(lambda: text_of(share, "name")),
        "place": same(""),
        "summary": same(""),
        "facts": [],
        "figures": [],
        "projects": [],
        "source": both(lambda: _("Name as signed; no public profile yet")),
        "url": "",
        "contact": [],
    }


def _promotes(park: Park, project: Project) -> bool:
    return any(party.park_id == park.pk and party.until_at is None for party in project.parties.all())


def _facts(park: Park) -> list[tuple[Pair, Pair]]:
    return [
        (both(lambda: _("Fields of work")), both(lambda: _(", ").join(_names(park)))),
        (both(lambda: _("National title")), both(lambda: _title(park))),
        (both(lambda: _("Opened")), same(str(park.year_opened or ""))),
    ]


def _names(park: Park) -> list[str]:
    return [str(row.name) for row in presentation.names_of(FieldOfWork, park.fields)]


def _title(park: Park) -> str:
    title = presentation.title_of(park)
    return str(title.label) if title else ""


def _figures(park: Park) -> list[dict[str, Any]]:
    """What was reported, with unit, year and source; what was not is left to the park's page."""
    rows = zipped(lambda: [_figure(one) for one in presentation.figures_of(park) if one.latest is not None])
    return [
        {"label": label, "value": value["zh"], "unit": unit, "note": note}
        for label, value, unit, note in rows[:FIGURES_SHOWN]
    ]


def _figure(one: presentation.Shown) -> list[str]:
    assert one.latest is not None
    note = [str(one.latest.year or ""), _("planned") if one.latest.is_planned else "", str(one.source)]
    return [one.label, f"{one.latest.value:,}", str(one.unit), " · ".join(part for part in note if part)]


def source_of(park: Park) -> str:
    """Who stands behind the profile, and since when."""
    if park.confirmed_at:
        return _("Confirmed by the park on %(day)s") % {"day": date_format(localdate(park.confirmed_at), "DATE_FORMAT")}
    return _("Compiled from public sources; not yet confirmed by the park")


def contact(park: Park) -> list[str]:
    """What everybody may see of how to reach it (J-5)."""
    open_to_all = presentation.contact_of(park, sees_members_only=False)
    return [part for part in (open_to_all.website, open_to_all.phone, open_to_all.email) if part]
