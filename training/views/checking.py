"""The second person: samples to check, marks to release, appeals and recognitions to decide, hosts to compare."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import Organisation
from alliance.core.errors import RuleBroken

from .. import policies
from .. import policies_assessment as allowed
from ..forms_assessment import AppealDecisionForm, DriftForm, RecognitionDecisionForm
from ..models import Appeal, Attempt, CurriculumVersion, DriftRequest, Moderation, ModerationCheck, Recognition
from ..services import appeals as appeal_services
from ..services import attempts as attempt_services
from ..services import drift as drift_services
from ..services import moderation as moderation_services
from ..services import recognition as recognition_services
from .marking import cohort_and_item, cohort_rows, crumbs, tabs
from .reader import me

# Samples -------------------------------------------------------------------------------------------------------------


def _moderations(request: HttpRequest):
    return Moderation.objects.filter(cohort__in=allowed.cohorts_checked(request.user)).select_related(
        "cohort__version__curriculum__programme", "item__unit", "drawn_by", "closed_by"
    )


@require_safe
def moderations(request: HttpRequest) -> HttpResponse:
    """Samples that wait, and those that were closed lately."""
    if not allowed.assesses_any(request.user):
        raise PermissionDenied
    rows = _moderations(request).annotate(
        sampled=Count("checks"), agreed=Count("checks", filter=Q(checks__verdict="agree"))
    )
    context = {
        "open": rows.filter(closed_at__isnull=True).order_by("drawn_at", "pk")[:100],
        "page": Paginator(rows.filter(closed_at__isnull=False).order_by("-closed_at", "-pk"), 20).get_page(
            request.GET.get("page")
        ),
        "tabs": tabs(request, "moderations"),
        "crumbs": crumbs((_("Second marking"), None)),
    }
    return render(request, "training/marking/moderations.html", context)


@require_http_methods(["GET", "POST"])
def moderation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One sample: agree with each mark or ask the marker to look again; then close it."""
    found = get_object_or_404(
        _moderations(request).prefetch_related("cohort__version__curriculum__programme__partners"), pk=pk
    )
    checks = list(
        found.checks.select_related(
            "attempt__enrolment__person",
            "attempt__enrolment__park",
            "attempt__enrolment__line_manager",
            "attempt__marker",
            "attempt__item",
            "checked_by",
        ).prefetch_related("attempt__files__file")
    )
    refused, error = 0, ""
    if request.method == "POST":
        if not allowed.can_check(request.user, found.cohort):
            raise PermissionDenied
        refused, error = _take_checks(request, found, checks)
        if not error:
            return redirect("training:moderation", pk)
    batch = list(
        found.attempts.select_related("enrolment__park", "enrolment__line_manager", "item", "enrolment__person")
    )
    context = {
        "moderation": found,
        "checks": checks,
        "why_not": moderation_services.why_not(me(request), found, batch),
        "open_checks": sum(check.verdict != ModerationCheck.Verdict.AGREE for check in checks),
        "error": error,
        "at": refused,
        "typed": request.POST.get(f"comment-{refused}", ""),
        "crumbs": crumbs((_("Second marking"), _back("moderations")), (str(found), None)),
    }
    return render(request, "training/marking/moderation.html", context, status=422 if error else 200)


def _back(name: str) -> str:
    return reverse(f"training:{name}")


def _take_checks(request: HttpRequest, found: Moderation, checks: list[ModerationCheck]) -> tuple[int, str]:
    """One button was pressed: agree with one, ask about one, agree with all that are left, or close."""
    by = me(request)
    known = {str(check.pk): check for check in checks}
    try:
        if (pk := request.POST.get("agree")) in known:
            moderation_services.say(known[pk], "agree", by=by)
        elif (pk := request.POST.get("change")) in known:
            moderation_services.say(known[pk], "change", by=by, comment=request.POST.get(f"comment-{pk}", "")[:600])
            messages.success(request, _("The marker has been asked to look again."))
        elif "close" in request.POST:
            number = moderation_services.close(found, by=by)
            messages.success(
                request,
                ngettext("%(n)d mark can be released now.", "%(n)d marks can be released now.", number) % {"n": number},
            )
    except RuleBroken as broken:
        return int(request.POST.get("change", "0") or 0) if request.POST.get("change", "").isdigit() else 0, str(broken)
    return 0, ""


# Release -------------------------------------------------------------------------------------------------------------


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """Checked marks that trainees do not know yet, by cohort and item."""
    if not allowed.marks_any(request.user):
        raise PermissionDenied
    waiting = (
        Attempt.objects.filter(
            state=Attempt.State.MODERATED, enrolment__cohort__in=allowed.cohorts_released(request.user)
        )
        .select_related("enrolment__cohort", "item__unit")
        .order_by("enrolment__cohort__code", "item__unit__position", "item__position", "pk")
    )
    groups = [
        {"cohort": rows[0].enrolment.cohort, "item": rows[0].item, "number": len(rows), "fails": fails}
        for _key, found in groupby(waiting, key=lambda attempt: (attempt.enrolment.cohort_id, attempt.item_id))
        for rows in [list(found)]
        for fails in [sum((row.mark or 0) < row.item.unit.pass_mark for row in rows)]
    ]
    context = {"groups": groups, "tabs": tabs(request, "releases"), "crumbs": crumbs((_("Release"), None))}
    return render(request, "training/marking/releases.html", context)


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, code: str, item: int) -> HttpResponseBase:
    """What will be told to whom; the button tells them."""
    cohort, found = cohort_and_item(request, code, item, allowed.cohorts_released(request.user))
    waiting = list(
        Attempt.objects.filter(enrolment__cohort=cohort, item=found, state=Attempt.State.MODERATED)
        .select_related("enrolment__person", "enrolment__park", "marker", "moderator")
        .order_by("enrolment__queue_no")
    )
    if request.method == "POST":
        if not allowed.can_release(request.user, cohort):
            raise PermissionDenied
        # What the person saw: a mark that was checked since waits for the next time.
        seen = set(request.POST.getlist("attempt"))
        number = attempt_services.release([row for row in waiting if str(row.pk) in seen], by=me(request))
        messages.success(
            request, ngettext("%(n)d mark is released.", "%(n)d marks are released.", number) % {"n": number}
        )
        return redirect("training:releases")
    context = {
        "cohort": cohort,
        "item": found,
        "waiting": waiting,
        "may_release": allowed.can_release(request.user, cohort),
        "crumbs": crumbs((_("Release"), _back("releases")), (f"{cohort.code} · {found.title}", None)),
    }
    return render(request, "training/marking/release.html", context)


# Appeals -------------------------------------------------------------------------------------------------------------


def _appeals(request: HttpRequest):
    return (
        allowed.appeals_seen(request.user)
        .select_related(
            "decision__decided_by",
            "attempt__item__unit",
            "attempt__enrolment__person",
            "attempt__enrolment__park",
            "attempt__enrolment__line_manager",
            "attempt__enrolment__cohort__version__curriculum__programme",
            "attempt__marker",
            "attempt__moderator",
        )
        .prefetch_related("attempt__files__file")
    )


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    if not (policies.awards_any(request.user) or policies.oversees(request.user)):
        raise PermissionDenied
    rows = _appeals(request)
    context = {
        "open": rows.filter(attempt__state=Attempt.State.APPEALED).order_by("due_at", "pk")[:100],
        "page": Paginator(rows.exclude(attempt__state=Attempt.State.APPEALED).order_by("-made_at", "-pk"), 20).get_page(
            request.GET.get("page")
        ),
        "tabs": tabs(request, "appeals"),
        "crumbs": crumbs((_("Appeals"), None)),
    }
    return render(request, "training/marking/appeals.html", context)


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponseBase:
    found: Appeal = get_object_or_404(_appeals(request), pk=pk)
    is_open = found.attempt.state == Attempt.State.APPEALED
    may_decide = allowed.can_decide_appeal(request.user, found.attempt)
    form = AppealDecisionForm(request.POST or None)
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        if form.is_valid():
            try:
                appeal_services.decide(
                    found,
                    by=me(request),
                    words=form.cleaned_data["words"],
                    mark=form.cleaned_data["mark"],
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("The appeal is decided. The trainee has been told."))
                return redirect("training:appeals")
    context = {
        "appeal": found,
        "attempt": found.attempt,
        "is_open": is_open,
        "may_decide": may_decide,
        "form": form,
        "crumbs": crumbs((_("Appeals"), _back("appeals")), (str(found.attempt.item.title), None)),
    }
    return render(request, "training/marking/appeal.html", context, status=422 if form.errors else 200)


# Recognition ---------------------------------------------------------------------------------------------------------


def _recognitions(request: HttpRequest):
    return Recognition.objects.filter(enrolment__cohort__in=allowed.cohorts_checked(request.user)).select_related(
        "unit",
        "enrolment__person",
        "enrolment__park",
        "enrolment__cohort__version__curriculum__programme",
        "decided_by",
    )


@require_safe
def recognitions(request: HttpRequest) -> HttpResponse:
    if not (policies.awards_any(request.user) or policies.oversees(request.user)):
        raise PermissionDenied
    rows = _recognitions(request)
    context = {
        "open": rows.filter(state="asked").order_by("asked_at", "pk")[:100],
        "page": Paginator(rows.exclude(state="asked").order_by("-asked_at", "-pk"), 20).get_page(
            request.GET.get("page")
        ),
        "tabs": tabs(request, "recognitions"),
        "crumbs": crumbs((_("Recognition"), None)),
    }
    return render(request, "training/marking/recognitions.html", context)


@require_http_methods(["GET", "POST"])
def recognition(request: HttpRequest, pk: int) -> HttpResponseBase:
    found: Recognition = get_object_or_404(_recognitions(request), pk=pk)
    may_decide = allowed.can_decide_recognition(request.user, found)
    form = RecognitionDecisionForm(request.POST or None)
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        if form.is_valid():
            try:
                recognition_services.decide(
                    found,
                    by=me(request),
                    words=form.cleaned_data["words"],
                    mark=form.cleaned_data["mark"],
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("Decided. The trainee has been told."))
                return redirect("training:recognitions")
    context = {
        "recognition": found,
        "left": recognition_services.credits_left(found.enrolment),
        "may_decide": may_decide and found.state == Recognition.State.ASKED,
        "form": form,
        "crumbs": crumbs((_("Recognition"), _back("recognitions")), (str(found.unit.title), None)),
    }
    return render(request, "training/marking/recognition.html", context, status=422 if form.errors else 200)


# Hosts beside each other ---------------------------------------------------------------------------------------------


@require_safe
def drift(request: HttpRequest) -> HttpResponse:
    """Each unit's mean and pass rate by host, and which lie outside (G-7)."""
    if not (policies.runs_any(request.user) or policies.oversees(request.user)):
        raise PermissionDenied
    cohorts = cohort_rows(allowed.cohorts_released(request.user))
    versions = list(
        CurriculumVersion.objects.filter(cohorts__in=cohorts, state__in=CurriculumVersion.FROZEN_STATES)
        .select_related("curriculum__programme")
        .distinct()
        .order_by("curriculum__code", "-major", "-minor")[:20]
    )
    compared = drift_services.of_versions(versions)
    hosts = Organisation.objects.in_bulk({figure.host for unit in compared for figure in unit.figures})
    asked = (
        DriftRequest.objects.filter(unit__version__in=versions)
        .select_related("unit__version__curriculum__programme", "organisation", "answered_by")
        .prefetch_related("unit__version__curriculum__programme__partners")
    )
    questions = [
        (
            row,
            row.state == DriftRequest.State.ASKED
            and allowed.can_answer_drift(request.user, row.unit.version.curriculum.programme),
        )
        for row in asked[:50]
    ]
    lines = [
        {"unit": unit.unit, "host": hosts[figure.host], "figure": figure, "rounded": figure.rounded}
        for unit in compared
        for figure in unit.figures
    ]
    context = {
        "lines": lines,
        "questions": questions,
        "form": DriftForm(),
        "tabs": tabs(request, "drift"),
        "crumbs": crumbs((_("Comparison of hosts"), None)),
    }
    return render(request, "training/marking/drift.html", context)


@require_POST
def drift_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    versions = CurriculumVersion.objects.filter(cohorts__in=allowed.cohorts_released(request.user))
    rows = DriftRequest.objects.select_related("unit__version__curriculum__programme")
    found = get_object_or_404(rows, pk=pk, unit__version__in=versions)
    if not allowed.can_answer_drift(request.user, found.unit.version.curriculum.programme):
        raise PermissionDenied
    form = DriftForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say what you found."))
    else:
        try:
            drift_services.answer(found, by=me(request), words=form.cleaned_data["words"])
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, _("Thank you. Your finding is kept."))
    return redirect("training:drift")
