"""Joint training for everybody: programmes, curricula, universities."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core import markdown
from alliance.core.limits import limited
from alliance.core.search.views import SEARCHES, has_words
from alliance.core.views.lists import show_list
from parks.models import Park

from .. import policies
from ..difference import difference
from ..lists import OFFICE_PROGRAMMES, PROGRAMMES, UNIVERSITIES
from ..models import Cohort, CurriculumVersion, Programme, TrainingField
from ..presentation import partners_by_role, requirement_lines, tone_of, unit_lines


@login_not_required
@require_safe
@limited(SEARCHES, when=has_words)
def programme_list(request: HttpRequest) -> HttpResponse:
    listing = PROGRAMMES.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "training/programme_list.html",
        cards=[_card(programme) for programme in listing.page.object_list] if listing.view.code == "cards" else [],
        fields=TrainingField.objects.filter(parent__isnull=True).prefetch_related("skills"),
        crumbs=[(_("Home"), reverse("home")), (_("Training"), None)],
    )


def _card(programme: Any) -> dict[str, Any]:
    return {
        "programme": programme,
        "tone": tone_of(programme),
        "enrols": programme.enrols == "yes",
        "partners": list(
            {
                partner.organisation_id: partner.organisation.name
                for role in ("lead", "awarding", "teaching")
                for partner in programme.partners.all()
                if partner.role == role and partner.accepted_at and partner.until_on is None
            }.values()
        ),
    }


@login_not_required
@require_safe
@limited(SEARCHES, when=has_words)
def university_list(request: HttpRequest) -> HttpResponse:
    listing = UNIVERSITIES.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "training/university_list.html",
        crumbs=[
            (_("Home"), reverse("home")),
            (_("Training"), reverse("training:programme_list")),
            (_("Universities"), None),
        ],
    )


@require_safe
def office_programmes(request: HttpRequest) -> HttpResponse:
    """Every programme, drafts included, for the training desk."""
    if not policies.oversees(request.user):
        raise Http404
    listing = OFFICE_PROGRAMMES.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "training/office/programmes.html",
        crumbs=[(_("Secretariat"), reverse("notifications:office")), (_("Joint training"), None)],
    )


@login_not_required
@require_safe
def programme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What, who teaches, who awards, which curriculum, which cohorts."""
    programme = get_object_or_404(
        Programme.objects.public().select_related("field").prefetch_related("partners__organisation"), slug=slug
    )
    versions = (
        CurriculumVersion.objects.public()
        .with_content()
        .filter(curriculum__programme=programme, state=CurriculumVersion.State.PUBLISHED)
        .order_by("curriculum__code")
    )
    cohorts = (
        Cohort.objects.public()
        .filter(version__curriculum__programme=programme)
        .select_related("version__curriculum", "host")
        .order_by("-starts_at")[:24]
    )
    open_now = [cohort for cohort in cohorts if cohort.state == Cohort.State.ENROLLING]
    context = {
        "programme": programme,
        "tone": tone_of(programme),
        "description": markdown.render(programme.description) if programme.description else "",
        "partners": partners_by_role(programme),
        "parks": {
            park.organisation_id: park
            for park in Park.objects.public().filter(
                organisation__in=[partner.organisation_id for partner in programme.partners.all()]
            )
        },
        "versions": [
            {"version": version, "units": unit_lines(version), "requirements": requirement_lines(version)}
            for version in versions
        ],
        "open_now": open_now,
        "cohorts": [(cohort, tone_of(cohort)) for cohort in cohorts],
        "desk_url": reverse("training:desk_programme", args=[slug])
        if policies.can_see_desk(request.user, programme)
        else "",
        "crumbs": [
            (_("Home"), reverse("home")),
            (_("Training"), reverse("training:programme_list")),
            (programme.title, None),
        ],
    }
    return render(request, "training/programme_detail.html", context)


def _public_version(code: str, number: str) -> CurriculumVersion:
    major, _dot, minor = number.partition(".")
    if not (major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit() and len(number) < 10):
        raise Http404
    return get_object_or_404(
        CurriculumVersion.objects.public()
        .with_content()
        .select_related("curriculum__author")
        .filter(curriculum__programme__state__in=Programme.PUBLIC_STATES),
        curriculum__code=code,
        major=int(major),
        minor=int(minor),
    )


def _version_crumbs(version: CurriculumVersion, last: Any = None) -> list[tuple[Any, str | None]]:
    programme = version.curriculum.programme
    return [
        (_("Home"), reverse("home")),
        (_("Training"), reverse("training:programme_list")),
        (programme.title, programme.get_absolute_url()),
        (str(version), version.get_absolute_url() if last else None),
        *([(last, None)] if last else []),
    ]


@login_not_required
@require_safe
def version_detail(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One published version in full, with its state and what came after."""
    version = _public_version(code, number)
    others = [
        (other, tone_of(other))
        for other in version.curriculum.versions.filter(state__in=CurriculumVersion.PUBLIC_STATES).order_by(
            "-major", "-minor"
        )
    ]
    context = {
        "version": version,
        "programme": version.curriculum.programme,
        "tone": tone_of(version),
        "units": unit_lines(version),
        "requirements": requirement_lines(version),
        "others": others,
        "current": next((other for other, _tone in others if other.state == "published"), None),
        "crumbs": _version_crumbs(version),
    }
    return render(request, "training/version_detail.html", context)


@login_not_required
@require_safe
def version_changes(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """What changed since the version this one went on from."""
    version = _public_version(code, number)
    before = version.based_on
    if before is None or before.state not in CurriculumVersion.PUBLIC_STATES:
        raise Http404
    context = {
        "version": version,
        "before": before,
        "places": difference(json.loads(before.content), json.loads(version.content)),
        "crumbs": _version_crumbs(version, _("What changed")),
    }
    return render(request, "training/version_changes.html", context)
