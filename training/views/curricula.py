"""Curricula: write, check, review, freeze, publish, compare."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import Organisation
from alliance.core.errors import RuleBroken
from alliance.core.views.steps import offered_steps, reason_in, step_of, take_step

from .. import checks, policies
from ..content import content_of
from ..difference import between
from ..forms.curricula import (
    ItemRows,
    NewCurriculumForm,
    OutcomeRows,
    ReviewerForm,
    ReviewForm,
    SunsetForm,
    UnitRows,
    VersionForm,
)
from ..models import Competency, CurriculumVersion, Unit
from ..presentation import requirement_lines, tone_of, unit_lines
from ..reviews import standing
from ..services import curricula as services
from ..workflows.versions import VERSION
from .access import desk_programme_of, desk_version_of, unit_of
from .programmes import _own_organisations, _trail

State = CurriculumVersion.State


def _version_trail(version: CurriculumVersion, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    programme = version.curriculum.programme
    here = reverse("training:desk_version", args=[version.pk]) if more else None
    return _trail(
        (programme.title, reverse("training:desk_programme", args=[programme.slug])), (str(version), here), *more
    )


@require_http_methods(["GET", "POST"])
def curriculum_new(request: HttpRequest, slug: str) -> HttpResponseBase:
    programme = desk_programme_of(request, slug)
    if not policies.can_write_curriculum(request.user, programme):
        raise PermissionDenied
    form = NewCurriculumForm(request.POST if request.method == "POST" else None)
    mine = {one.pk for one in _own_organisations(request)}
    author = next(
        partner.organisation
        for partner in programme.partners.all()
        if partner.organisation_id in mine and partner.role in ("lead", "teaching")
    )
    if request.method == "POST" and form.is_valid():
        try:
            version = services.start_curriculum(programme, author, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error("code", str(broken))
        else:
            return redirect("training:version_edit", version.pk)
    context = {
        "form": form,
        "programme": programme,
        "crumbs": _trail(
            (programme.title, reverse("training:desk_programme", args=[slug])), (_("Begin a curriculum"), None)
        ),
    }
    return render(request, "training/desk/curriculum_new.html", context, status=422 if form.errors else 200)


def version_context(request: HttpRequest, version: CurriculumVersion, **more: Any) -> dict[str, Any]:
    programme = version.curriculum.programme
    writes = policies.can_write_curriculum(request.user, programme)
    reviewing = policies.reviewing_organisations(request.user, version) if version.state == State.IN_REVIEW else set()
    organisations = Organisation.objects.filter(pk__in=reviewing)
    others = version.curriculum.versions.exclude(pk=version.pk)
    return {
        "version": version,
        "programme": programme,
        "tone": tone_of(version),
        "requirements": requirement_lines(version),
        "units": unit_lines(version),
        "checks": [] if version.is_frozen else checks.checks(content_of(version)),
        "standing": standing(version),
        "writes": writes and not version.is_frozen,
        "may_discard": writes and version.state == State.DRAFT,
        "may_go_on": writes
        and version.is_frozen
        and not others.filter(state__in=[State.DRAFT, State.IN_REVIEW]).exists(),
        "may_sunset": policies.leads(request.user, programme) and version.state in (State.PUBLISHED, State.SUPERSEDED),
        "moves": offered_steps(
            VERSION, version, request.user, lambda verb: reverse("training:version_move", args=[version.pk, verb])
        ),
        "review_form": ReviewForm(organisations=organisations) if reviewing else None,
        "sunset_form": SunsetForm(initial={"sunset_on": version.sunset_on}),
        "reviewer_form": ReviewerForm(),
        "crumbs": _version_trail(version),
    } | more


@require_safe
def desk_version(request: HttpRequest, pk: int) -> HttpResponse:
    version = desk_version_of(request, pk)
    return render(request, "training/desk/version.html", version_context(request, version))


def _writable(request: HttpRequest, version: CurriculumVersion) -> None:
    if not policies.can_write_curriculum(request.user, version.curriculum.programme):
        raise PermissionDenied


def _unit_initial(version: CurriculumVersion) -> list[dict[str, Any]]:
    names = ("pk", "code", "title_zh", "title_en", "minutes", "weight", "pass_mark", "credits", "is_mandatory")
    return [{name: getattr(unit, name) for name in names} for unit in version.units.all()]


@require_http_methods(["GET", "POST"])
def version_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The editor: texts, requirements and the table of units, with the checks beside them as one types.

    A POST saves all of it, adds an empty row (`add`), or only checks what is typed (htmx asks for `checks`).
    """
    version = desk_version_of(request, pk)
    _writable(request, version)
    if version.is_frozen:
        messages.info(request, _("This version is approved and never changes. Begin the next version instead."))
        return redirect("training:desk_version", pk)
    if request.method == "GET":
        form = VersionForm.of(version)
        rows = UnitRows(initial=_unit_initial(version), prefix="units")
        if not rows.forms:
            rows.extra = 1
            rows.__dict__.pop("forms", None)
        return _editor(request, version, form, rows)
    form = VersionForm.of(version, request.POST)
    rows = UnitRows(_with_row(request, "units"), prefix="units")
    if request.POST.get("only") == "checks":
        context = {"checks": checks.checks(_typed(version, form, rows))}
        return render(request, "training/desk/_checks.html", context)
    if "add" in request.POST:
        return _editor(request, version, form, rows, is_bound=True)
    if form.is_valid() and rows.is_valid():
        try:
            services.write_version(version, by=request.user, **form.cleaned_data)
            version = services.write_units(version, rows.rows(), by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved as version %(number)s.") % {"number": version.number})
            return redirect("training:version_edit" if "stay" in request.POST else "training:desk_version", pk)
    return _editor(request, version, form, rows, status=422)


def _with_row(request: HttpRequest, prefix: str) -> Any:
    """What was typed, with one more empty row where somebody asked for it."""
    data = request.POST
    if data.get("add") == prefix:
        data = data.copy()
        total = data.get(f"{prefix}-TOTAL_FORMS", "0")
        data[f"{prefix}-TOTAL_FORMS"] = str(min(int(total) if total.isascii() and total.isdigit() else 0, 60) + 1)
    return data


def _typed(version: CurriculumVersion, form: VersionForm, rows: Any) -> dict[str, Any]:
    """The content as it would be with what is typed, as far as that is well formed."""
    content = content_of(version)
    form.is_valid()
    content |= {name: value for name, value in form.cleaned_data.items() if name in content}
    known = {unit["code"]: unit for unit in content["units"]}
    pks = {unit.pk: unit.code for unit in version.units.all()}
    units = []
    for row in rows.forms:
        row.is_valid()
        data = getattr(row, "cleaned_data", {})
        if not row.has_changed() or data.get("DELETE"):
            continue
        stored = known.get(pks.get(data.get("pk"), ""), {"outcomes": [], "items": [], "title_zh": "", "title_en": ""})
        units.append(
            {
                **stored,
                "code": data.get("code") or "–",
                "title_zh": data.get("title_zh") or "",
                "title_en": data.get("title_en") or "",
                "weight": data.get("weight") or 0,
                "minutes": data.get("minutes") or 0,
            }
        )
    content["units"] = units
    return content


def _editor(
    request: HttpRequest,
    version: CurriculumVersion,
    form: VersionForm,
    rows: Any,
    *,
    status: int = 200,
    is_bound: bool = False,
) -> HttpResponse:
    typed = form.is_bound
    context = {
        "version": version,
        "form": form,
        "rows": rows,
        "units": {unit.pk: unit for unit in version.units.all()},
        "checks": checks.checks(_typed(version, form, rows) if typed else content_of(version)),
        "show_errors": not is_bound,
        "crumbs": _version_trail(version, (_("Write"), None)),
    }
    return render(request, "training/desk/version_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The outcomes of a unit, and what assesses them."""
    unit, version = unit_of(request, pk)
    _writable(request, version)
    if version.is_frozen:
        return redirect("training:desk_version", version.pk)
    field = version.curriculum.programme.field_id
    competencies = Competency.objects.filter(field=field)
    more = {"form_kwargs": {"competencies": competencies}}
    if request.method == "GET":
        outcomes = OutcomeRows(initial=_outcome_initial(unit), prefix="outcomes", **more)
        items = ItemRows(initial=_item_initial(unit), prefix="items")
        for rows in (outcomes, items):
            if not rows.initial:
                rows.extra = 1
        return _unit_page(request, unit, version, outcomes, items)
    outcomes = OutcomeRows(_with_row(request, "outcomes"), prefix="outcomes", **more)
    items = ItemRows(_with_row(request, "items"), prefix="items")
    if "add" not in request.POST and outcomes.is_valid() and items.is_valid():
        try:
            services.write_unit(unit, outcomes.rows(), items.rows(), by=request.user)
        except RuleBroken as broken:
            return _unit_page(request, unit, version, outcomes, items, problem=str(broken), status=422)
        messages.success(request, _("Saved: %(unit)s.") % {"unit": unit})
        return redirect("training:version_edit", version.pk)
    status = 200 if "add" in request.POST else 422
    return _unit_page(request, unit, version, outcomes, items, status=status)


def _outcome_initial(unit: Unit) -> list[dict[str, Any]]:
    return [
        {
            "code": outcome.code,
            "text_zh": outcome.text_zh,
            "text_en": outcome.text_en,
            "is_mandatory": outcome.is_mandatory,
            "competencies": [competency.pk for competency in outcome.competencies.all()],
        }
        for outcome in unit.outcomes.all()
    ]


def _item_initial(unit: Unit) -> list[dict[str, Any]]:
    return [
        {
            "code": item.code,
            "title_zh": item.title_zh,
            "title_en": item.title_en,
            "weight": item.weight,
            "is_summative": item.is_summative,
            "outcomes": ", ".join(outcome.code for outcome in item.outcomes.all()),
        }
        for item in unit.items.all()
    ]


def _unit_page(
    request: HttpRequest,
    unit: Unit,
    version: CurriculumVersion,
    outcomes: Any,
    items: Any,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "unit": unit,
        "version": version,
        "outcomes": outcomes,
        "items": items,
        "problem": problem,
        "crumbs": _version_trail(
            version, (_("Write"), reverse("training:version_edit", args=[version.pk])), (str(unit), None)
        ),
    }
    return render(request, "training/desk/unit_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def version_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Asked once more: a draft that is thrown away does not come back."""
    version = desk_version_of(request, pk)
    _writable(request, version)
    if request.method == "POST":
        try:
            services.discard_version(version, by=request.user)
        except RuleBroken as broken:
            messages.error(request, str(broken))
            return redirect("training:desk_version", pk)
        messages.success(request, _("The draft is gone."))
        return redirect("training:desk_programme", version.curriculum.programme.slug)
    asked = {"label": _("Throw the draft away"), "help": _("It cannot be brought back."), "tone": "danger"}
    context = {
        "move": asked,
        "title": str(version),
        "is_possible": True,
        "back": reverse("training:desk_version", args=[pk]),
        "crumbs": _version_trail(version, (asked["label"], None)),
    }
    return render(request, "core/step.html", context)


@require_POST
def version_next(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The next version, as a copy of the newest frozen one."""
    version = desk_version_of(request, pk)
    try:
        draft = services.start_version(version.curriculum, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("training:desk_version", pk)
    return redirect("training:version_edit", draft.pk)


@require_POST
def version_ask(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask a park for a review, by any part of its name."""
    version = desk_version_of(request, pk)
    _writable(request, version)
    form = ReviewerForm(request.POST)
    if form.is_valid():
        park = form.cleaned_data["found"]
        try:
            services.ask_reviewer(version, park, by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("%(park)s is asked to review.") % {"park": park.name})
            return redirect(reverse("training:desk_version", args=[pk]) + "#reviews")
    context = version_context(request, version, reviewer_form=form)
    return render(request, "training/desk/version.html", context, status=422)


@require_POST
def version_review(request: HttpRequest, pk: int) -> HttpResponseBase:
    version = desk_version_of(request, pk)
    reviewing = policies.reviewing_organisations(request.user, version)
    if not reviewing:
        raise PermissionDenied
    organisations = Organisation.objects.filter(pk__in=reviewing)
    form = ReviewForm(request.POST, organisations=organisations)
    if form.is_valid():
        try:
            services.review_version(version, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Thank you. The authors read what you said."))
            return redirect(reverse("training:desk_version", args=[pk]) + "#reviews")
    return render(
        request, "training/desk/version.html", version_context(request, version, review_form=form), status=422
    )


@require_POST
def version_sunset(request: HttpRequest, pk: int) -> HttpResponseBase:
    version = desk_version_of(request, pk)
    form = SunsetForm(request.POST)
    if form.is_valid():
        try:
            services.set_sunset(version, form.cleaned_data["sunset_on"], by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved."))
            return redirect("training:desk_version", pk)
    return render(
        request, "training/desk/version.html", version_context(request, version, sunset_form=form), status=422
    )


@require_http_methods(["GET", "POST"])
def version_move(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    version = desk_version_of(request, pk)
    move = step_of(VERSION, version, verb, request.user)
    return take_step(
        request,
        VERSION,
        version,
        move,
        lambda form: services.move_version(version, verb, by=request.user, reason=reason_in(form)),
        reader=_("All partners read it."),
        longest=600,
        back=reverse("training:desk_version", args=[pk]),
        title=str(version),
        crumbs=_version_trail(version, (move.label, None)),
    )


@require_safe
def desk_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs from the version this one goes on from, or from another one of the curriculum (`?from=`)."""
    version = desk_version_of(request, pk)
    others = list(version.curriculum.versions.exclude(pk=version.pk).order_by("-major", "-minor"))
    asked = request.GET.get("from", "")
    before = next((one for one in others if str(one.pk) == asked), None) or next(
        (one for one in others if one.pk == version.based_on_id), None
    )
    if before is None:
        raise Http404
    before = CurriculumVersion.objects.with_content().get(pk=before.pk)
    context = {
        "version": version,
        "before": before,
        "others": others,
        "places": between(before, version),
        "crumbs": _version_trail(version, (_("What changes"), None)),
    }
    return render(request, "training/desk/changes.html", context)
