"""One project of a prospectus: what its page says to everybody, in both languages (J-5, J-3)."""

from typing import Any

import segno
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alliance.core import markdown
from alliance.core.amounts import percent

from .. import factsheet
from ..approval_lines import Line, lines_of
from ..content import SHARES
from ..lists import current_parks, where
from ..models import Project
from ..presentation import money, use_lines
from ..tones import tone_of_public
from . import parks
from .wording import Pair, both, both_paragraphs, same, zipped

WHOLE = 1000  # the bar of a use of funds is drawn in thousandths of the whole


def shown(project: Project, number: int) -> dict[str, Any]:
    """Its section. Fetch it with `factsheet.rows()`; each project costs the same few queries."""
    return {
        "number": number,
        "title": both(lambda: project.title),
        "place": both(lambda: " · ".join(str(place) for place in where(project))),
        "stage": both(project.get_public_state_display),
        "tone": tone_of_public(project),
        "is_open": project.state in Project.OPEN_STATES,
        "is_sample": project.is_sample,
        "warning": _warning(project),
        "summary": both(lambda: project.summary),
        "figures": zipped(lambda: factsheet.figures(project)),
        "road": _road(project),
        "uses": _uses(project),
        "parks": _parks(project),
        "texts": _texts(project),
        "approvals": _approvals(project),
        "results": _results(project),
        "contact": _contact(project),
        "source": _source(project),
        "url": address_of(project),
        "qr": {"svg": segno.make(address_of(project), error="m").svg_inline(border=0)},
    }


def address_of(project: Project) -> str:
    return settings.PUBLIC_BASE_URL + project.get_absolute_url()


def line_of(project: Project, number: int) -> dict[str, Any]:
    """Its line in the contents."""
    return {
        "number": number,
        "title": both(lambda: project.title),
        "place": both(lambda: " · ".join(str(place) for place in where(project))),
        "need": both(lambda: money(project.need)),
    }


def _warning(project: Project) -> Pair:
    """What its page says before all else where a project rests or ended."""

    def said() -> str:
        match project.state:
            case Project.State.ON_HOLD:
                return _("The parks have paused it. It takes no interest at present.")
            case Project.State.EXPIRED:
                return _("Nothing was heard of it for 180 days. What it says may no longer hold.")
            case Project.State.CANCELLED:
                return _("Cancelled: %(reason)s") % {"reason": project.state_reason}
        return ""

    return both(said)


def _road(project: Project) -> list[dict[str, Any]]:
    stops = factsheet.step_line(project)
    labels = zipped(lambda: [[stop.label] for stop in factsheet.step_line(project)])
    return [
        {
            "label": label,
            "on": localtime(stop.at).strftime("%Y-%m-%d") if stop.at else "",
            "is_current": stop.is_current,
        }
        for stop, (label,) in zip(stops, labels, strict=True)
    ]


def _uses(project: Project) -> list[dict[str, Any]]:
    content = factsheet.content_of(project)
    whole = sum(use["amount"] or 0 for use in content["uses"])
    rows = zipped(lambda: [[line.text, line.amount] for line in use_lines(content)])
    return [
        {"text": text, "amount": amount, "part": (use["amount"] or 0) * WHOLE // whole if whole else 0}
        for use, (text, amount) in zip(content["uses"], rows, strict=True)
    ]


def _parks(project: Project) -> list[dict[str, Any]]:
    lines = factsheet.park_lines(project)
    words = zipped(lambda: [[park.line.name, park.line.contribution] for park in factsheet.park_lines(project)])
    return [
        {"name": name, "contribution": contribution, "is_lead": park.is_lead, "shares": list(park.line.shares)}
        for park, (name, contribution) in zip(lines, words, strict=True)
    ]


def share_names() -> list[Pair]:
    names = (
        lambda: pgettext("share", "Cost"),
        lambda: pgettext("share", "Risk"),
        lambda: pgettext("share", "Benefit"),
    )
    assert len(names) == len(SHARES)
    return [both(name) for name in names]


def whole() -> Pair:
    return same(percent(10_000))


def _texts(project: Project) -> list[dict[str, Any]]:
    labels = zipped(lambda: [[text.label] for text in factsheet.texts(project)])
    return [
        {"label": label, **both_paragraphs(lambda number=number: factsheet.texts(project)[number].text)}  # type: ignore[misc]
        for number, (label,) in enumerate(labels)
    ]


def _approvals(project: Project) -> list[list[Pair]]:
    lines = lines_of(project)
    rows = zipped(
        lambda: [
            [
                line.approval.get_kind_display(),
                line.approval.agency,
                line.approval.get_state_display(),
                _clock_in_words(line),
            ]
            for line in lines
        ]
    )
    return [list(row) for row in rows]


def _clock_in_words(line: Line) -> str:
    if line.clock is None:
        days = line.approval.legal_days
        return ngettext("%(n)d working day by law", "%(n)d working days by law", days) % {"n": days} if days else ""
    used = line.clock.used
    if line.clock.allowed is None:
        return ngettext("%(n)d working day so far", "%(n)d working days so far", used) % {"n": used}
    return _("%(used)d of %(allowed)d working days") % {"used": used, "allowed": line.clock.allowed}


def _results(project: Project) -> list[dict[str, Any]]:
    found = factsheet.results(project.standing_outcomes)  # type: ignore[attr-defined]
    rows = zipped(
        lambda: [
            [one.outcome.get_kind_display(), money(one.outcome.amount), one.outcome.happened, one.outcome.learnt]
            for one in found
        ]
    )
    return [
        {
            "kind": kind,
            "amount": amount,
            "on": one.outcome.happened_on.isoformat(),
            "happened": {tag: markdown.plain(text) for tag, text in happened.items()},
            "learnt": {tag: markdown.plain(text) for tag, text in learnt.items()},
        }
        for one, (kind, amount, happened, learnt) in zip(found, rows, strict=True)
    ]


def _contact(project: Project) -> dict[str, Any]:
    """Whoever leads it, and how everybody may reach them; letters of investors go through the project's page."""
    lead = next(iter(current_parks(project)), None)
    is_public = lead is not None and lead.is_public
    return {
        "name": both(lambda: lead.name if lead else ""),
        "ways": parks.contact(lead) if lead is not None and is_public else [],
    }


def _source(project: Project) -> dict[str, Any]:
    version = project.version
    # A public project has one: constraints of the database.
    assert version is not None
    assert version.in_force_at is not None
    names = [
        f"{name} {localtime(one.signed_at):%Y-%m-%d}"
        for one in factsheet.signatures(project)
        for name in [one.park.name_zh or one.park.name_en]
    ]
    in_force = localtime(version.in_force_at)
    return {
        "text": both(
            lambda: (
                _("Version %(number)d, in force since %(day)s, signed by all its parks.")
                % {"number": version.number, "day": date_format(in_force, "DATE_FORMAT")}
            )
        ),
        "signed": names,
        "sha256": version.sha256,
    }
