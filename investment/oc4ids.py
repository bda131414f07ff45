"""Joint projects in the Open Contracting for Infrastructure Data Standards (OC4IDS) 0.9 (spec 4.3).

What is offered is in none of it (J-5), and what a committee has before it is due diligence (J-3). Capital sought is a
metric and not finance: finance would say that somebody gives it. Money is in yuan with fen as decimals, exact.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.core import markdown
from alliance.core.bilingual import ZH, active_language

from . import document_lines, factsheet
from .lists import NO_PROMISE
from .models import Project, ProjectDocument, ProjectOutcome
from .presentation import text_of

VERSION = "0.9"
State = Project.State
STATUS: dict[str, str] = {
    **dict.fromkeys(
        (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.REJECTED, State.ADMITTED),
        "identification",
    ),
    **dict.fromkeys(
        (
            State.PUBLISHED,
            State.ON_HOLD,
            State.EXPIRED,
            State.IN_DIALOGUE,
            State.DUE_DILIGENCE,
            State.IC_REVIEW,
            State.FINANCING_AGREED,
        ),
        "preparation",
    ),
    State.IMPLEMENTATION: "implementation",
    State.OPERATION: "maintenance",
    State.COMPLETED: "completion",
    State.WITHDRAWN: "cancelled",
    State.CANCELLED: "cancelled",
}
# Ids of ours until a prefix is registered with the Open Contracting Partnership.
PREFIX = "ccipra"
FINANCING = (State.FINANCING_AGREED,)


def number(fen: int) -> int | float:
    """Yuan for JSON: whole where there are no fen. Up to 90 trillion yuan a double holds every fen."""
    return fen // 100 if fen % 100 == 0 else float(Decimal(fen) / 100)


def value(fen: int) -> dict[str, Any]:
    return {"amount": number(fen), "currency": "CNY"}


def moment(at: datetime | date) -> str:
    if not isinstance(at, datetime):
        at = timezone.make_aware(datetime.combine(at, time()))
    return timezone.localtime(at).replace(microsecond=0).isoformat()


def project_of(project: Project) -> dict[str, Any]:
    """One project of `factsheet.rows()`, in the active language."""
    assert project.version is not None  # public projects are signed: a constraint of the database
    content = project.version.content
    found = {
        "id": f"{PREFIX}-{project.slug}",
        "updated": moment(factsheet.last_public_change(project) or project.created_at),
        "language": "zh" if active_language() == ZH else "en",
        "identifiers": _identifiers(project),
        "title": str(project.title),
        "description": markdown.plain(text_of(content, "description")) or str(project.summary),
        "status": STATUS[project.public_state],
        "sector": ["cultureSportsAndRecreation"],
        "purpose": str(project.summary),
        "additionalClassifications": _classifications(project),
        "period": _period(project, content["months"]),
        "locations": _locations(project),
        "budget": _budget(project, content),
        "parties": _parties(project),
        "metrics": _metrics(project),
        "milestones": _milestones(project),
        "documents": _documents(project),
    }
    return {name: part for name, part in found.items() if part}


def _identifiers(project: Project) -> list[dict[str, str]]:
    assert project.version is not None
    found = [{"id": project.slug, "scheme": "CCIPRA"}]
    if project.project_code:
        # 全国投资项目在线审批监管平台
        found.append({"id": project.project_code, "scheme": "CN-TZXM"})
    return [*found, {"id": project.version.sha256, "scheme": "SHA-256"}]


def _classifications(project: Project) -> list[dict[str, str]]:
    found = [{"scheme": "CCIPRA-kind", "id": project.kind, "description": project.get_kind_display()}]
    if project.field is not None:
        found.insert(0, {"scheme": "CCIPRA-field", "id": project.field.code, "description": str(project.field.name)})
    if project.is_sample:
        found.append({"scheme": "CCIPRA-sample", "id": "sample", "description": _("Sample: no figure is real.")})
    return found


def _period(project: Project, months: int | None) -> dict[str, Any]:
    if project.starts_on is None:
        return {}
    period: dict[str, Any] = {"startDate": moment(project.starts_on)}
    if months:
        end = add_months(project.starts_on, months)
        period |= {"endDate": moment(end), "durationInDays": (end - project.starts_on).days}
    return period


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


def _locations(project: Project) -> list[dict[str, Any]]:
    places = [place for place in (project.province, project.city) if place is not None]
    if not places:
        return []
    address = {"countryName": "中国" if active_language() == ZH else "China", "region": str(places[0].name)}
    if len(places) == 2:
        address["locality"] = str(places[1].name)
    return [
        {
            "id": places[-1].code,
            "description": " · ".join(str(place.name) for place in places),
            "gazetteer": {"scheme": "CN-GB2260", "identifiers": [place.code for place in places]},
            "address": address,
        }
    ]


def _budget(project: Project, content: dict[str, Any]) -> dict[str, Any]:
    budget: dict[str, Any] = {"description": _("Total cost, the parks' own part included")}
    if project.cost is not None:
        budget["amount"] = value(project.cost)
    uses = [
        {"id": f"use-{place}", "description": str(text_of(use, "text")), "amount": value(use["amount"])}
        for place, use in enumerate(content["uses"], 1)
        if use["amount"] and text_of(use, "text")
    ]
    if uses:
        budget["budgetBreakdowns"] = [
            {"id": "use-of-funds", "description": _("Use of the capital sought"), "budgetBreakdown": uses}
        ]
    return budget


def _parties(project: Project) -> list[dict[str, Any]]:
    """The parks that signed; the lead answers for the project, the others have their shares in it."""
    codes = {party.park_id: party.park for party in project.parties.all()}
    found = []
    for park in factsheet.park_lines(project):
        organisation = getattr(codes.get(park.line.park), "organisation", None)
        party: dict[str, Any] = {
            "id": f"{PREFIX}-park-{park.line.park}",
            "name": str(park.line.name),
            # The codelist is open, and has no word for who proposes a project.
            "roles": ["administrativeEntity", "promoter"] if park.is_lead else ["promoter"],
        }
        if organisation is not None and organisation.credit_code:
            party["identifier"] = {"scheme": "CN-SCC", "id": organisation.credit_code, "legalName": party["name"]}
        if park.url:
            party["contactPoint"] = {"name": party["name"], "url": settings.PUBLIC_BASE_URL + park.url}
        found.append(party)
    return found


def _metrics(project: Project) -> list[dict[str, Any]]:
    found = []
    if project.need is not None:
        found.append(
            {
                "id": "capital-sought",
                "title": _("Capital sought"),
                "description": str(NO_PROMISE),
                "observations": [{"id": "capital-sought", "value": value(project.need)}],
            }
        )
    for name, label, place in (
        ("cost", _("Shares of cost"), 0),
        ("risk", _("Shares of risk"), 1),
        ("benefit", _("Shares of benefit"), 2),
    ):
        found.append(
            {
                "id": f"share-of-{name}",
                "title": label,
                "observations": [
                    {
                        "id": f"share-of-{name}-{park.line.park}",
                        "measure": park.line.shares[place].removesuffix(" %"),
                        "unit": {"name": _("per cent"), "scheme": "UNCEFACT", "id": "P1"},
                        "dimensions": {"party": f"{PREFIX}-park-{park.line.park}"},
                    }
                    for park in factsheet.park_lines(project)
                ],
            }
        )
    outcomes: list[ProjectOutcome] = project.standing_outcomes  # type: ignore[attr-defined]
    if outcomes:
        found.append(
            {
                "id": "results",
                "title": pgettext("project", "Results"),
                "observations": [_observation(one) for one in outcomes],
            }
        )
    return found


def _observation(outcome: ProjectOutcome) -> dict[str, Any]:
    day = moment(outcome.happened_on)
    said: dict[str, Any] = {"id": f"result-{outcome.pk}", "period": {"startDate": day, "endDate": day}}
    said |= {"value": value(outcome.amount)} if outcome.amount else {"measure": outcome.kind}
    return said | {
        "dimensions": {"result": outcome.kind},
        "notes": f"{outcome.get_kind_display()}{_(': ')}{markdown.plain(outcome.happened)}",
    }


def _milestones(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "id": f"step-{place}",
            "title": str(State(state).label),
            "type": "financing" if state in FINANCING else "reporting",
            "code": state,
            "dateMet": moment(at),
            "status": "met",
        }
        for place, (state, at) in enumerate(factsheet.public_steps(project), 1)
    ]


def _documents(project: Project) -> list[dict[str, Any]]:
    url = settings.PUBLIC_BASE_URL + project.get_absolute_url()
    found: dict[str, Any] = {
        "id": "fact-sheet",
        "documentType": "projectScope",
        "title": str(project.title),
        "description": str(NO_PROMISE),
        "url": url,
        "format": "text/html",
        "language": "zh" if active_language() == ZH else "en",
    }
    if project.published_at:
        found["datePublished"] = moment(project.published_at)
    return [found, *(_document(project, line) for line in document_lines.lines_of(project))]


# Codes of the standard's list; a kind that it does not have goes without.
DOCUMENT_TYPES = {
    ProjectDocument.Kind.BRIEF: "projectScope",
    ProjectDocument.Kind.FEASIBILITY: "feasibilityStudy",
    ProjectDocument.Kind.ENVIRONMENT: "environmentalImpact",
}


def _document(project: Project, line: document_lines.Line) -> dict[str, Any]:
    """A document that everybody reads (J-5)."""
    document, version = line.document, line.version
    found: dict[str, Any] = {
        "id": str(document.token),
        "title": str(document.title),
        "description": f"{document.get_kind_display()} · {document.get_stage_display()}",
        "url": settings.PUBLIC_BASE_URL + reverse("investment:project_document", args=[project.slug, document.token]),
        "datePublished": moment(document.created_at),
        "dateModified": moment(version.uploaded_at),
        "format": version.file.media_type,
    }
    if document.kind in DOCUMENT_TYPES:
        found["documentType"] = DOCUMENT_TYPES[ProjectDocument.Kind(document.kind)]
    return found


def package(projects: Sequence[dict[str, Any]], *, uri: str, published: Iterable[datetime | None]) -> dict[str, Any]:
    """Projects with what says who publishes them; its date is the newest change within."""
    newest = max((at for at in published if at is not None), default=None) or timezone.now()
    return {
        "uri": uri,
        "version": VERSION,
        "publishedDate": moment(newest),
        "publisher": {"name": _("China Cultural Industry Park Regional Alliance"), "uri": settings.PUBLIC_BASE_URL},
        "publicationPolicy": settings.PUBLIC_BASE_URL + reverse("investment:project_list"),
        "projects": list(projects),
    }
