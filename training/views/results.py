"""Results with every term: the trainee's own page, and the sheet that the desks see."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.forms import ReasonForm
from alliance.core.parts import render_part

from .. import origins, policies, requirement_results, transcripts
from .. import policies_assessment as allowed
from ..forms_assessment import AppealForm, ManagerForm, RecognitionForm
from ..models import Attempt, Enrolment, Recognition, Unit
from ..services import appeals, attempts, recognition
from ..services import work as work_services
from ..workflows.attempts import ATTEMPT
from .marking import crumbs as desk_crumbs
from .reader import me

LOADED = ("cohort__version__curriculum__programme", "cohort__host", "person", "park", "line_manager__person")


def own_enrolments(request: HttpRequest):
    """The reader's places in cohorts, those with a seat first and newest."""
    return (
        Enrolment.objects.filter(person=me(request), state__in=Enrolment.HOLD)
        .select_related(*LOADED)
        .prefetch_related("cohort__version__curriculum__programme__partners")
        .order_by("-enrolled_at", "-pk")
    )


def _trail(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [
        (_("Desk"), reverse("notifications:desk")),
        (_("My results"), reverse("training:my_results_list")),
        *more,
    ]


@require_safe
def my_results_list(request: HttpRequest) -> HttpResponse:
    rows = list(own_enrolments(request))
    found = transcripts.of_many(rows)
    context = {"standings": [found[row.pk] for row in rows], "crumbs": _trail()[:2]}
    return render(request, "training/results/mine.html", context)


@require_safe
def results_panel(request: HttpRequest) -> HttpResponse:
    """On "my desk": where the reader's marks and placement are."""
    rows = list(own_enrolments(request)[:3])
    return render_part(request, "training/results/panel.html", "training/results/_panel.html", {"enrolments": rows})


@require_safe
def my_results(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The reader's own sheet; from a place that a transfer ended it leads to where they go on."""
    enrolment = own_enrolments(request).filter(pk=pk).first()
    if enrolment is None:
        moved = get_object_or_404(Enrolment, pk=pk, person=me(request), state=Enrolment.State.TRANSFERRED)
        return redirect(_sheet_of(moved))
    return _mine(request, enrolment)


def _sheet_of(enrolment: Enrolment) -> str:
    """Where the results of a place stand today; the list, where nothing of it goes on."""
    present = origins.present(enrolment)
    if present.state not in Enrolment.HOLD:
        return reverse("training:my_results_list")
    return reverse("training:my_results", args=[present.pk])


def _appealable(enrolment: Enrolment) -> list[Attempt]:
    """What can still be appealed of a version from which somebody came; of this one it stands with its unit."""
    if enrolment.came_from_id is None:
        return []
    path = [*origins.of_one(enrolment), enrolment]
    before = [row for row in path if row not in origins.within_version(path)]
    told = Attempt.objects.filter(
        enrolment__in=before, state=Attempt.State.RELEASED, appeal_until__gte=timezone.now()
    ).select_related("item__unit")
    return list(told.order_by("appeal_until", "pk"))


def _mine(request: HttpRequest, enrolment: Enrolment, status: int = 200, **more: Any) -> HttpResponse:
    found = transcripts.of_one(enrolment)
    open_items = work_services.items_open(found)
    taken = {line.unit.pk for line in found.units if line.recognition is not None}
    context = {
        "enrolment": enrolment,
        "standing": found,
        "open_items": open_items,
        "requirements": requirement_results.of_standing(found),
        "now": timezone.now(),
        "recognition_form": RecognitionForm(units=_units(enrolment).exclude(pk__in=taken)),
        "has_units_left": any(line.unit.pk not in taken for line in found.units),
        "credits_left": recognition.credits_left(enrolment),
        "manager_form": _manager_form(enrolment),
        "appealable": _appealable(enrolment),
        "is_mine": True,
        "crumbs": _trail((str(enrolment.cohort.title), None)),
        **more,
    }
    return render(request, "training/results/one.html", context, status=status)


def _units(enrolment: Enrolment):
    return Unit.objects.filter(version=enrolment.cohort.version_id).order_by("position", "pk")


def _manager_form(enrolment: Enrolment) -> ManagerForm:
    named = getattr(enrolment, "line_manager", None)
    return ManagerForm(initial={"email": named.person.email if named else ""})


@require_http_methods(["GET", "POST"])
def my_appeal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The clock, what an appeal does, and the form. After the time a clear no."""
    attempt = get_object_or_404(
        Attempt.objects.filter(state__in=Attempt.COUNTING).select_related("item__unit", "appeal__decision"),
        pk=pk,
        # Released before a transfer, it can still be appealed.
        enrolment__person=me(request),
        enrolment__state__in=[*Enrolment.HOLD, Enrolment.State.TRANSFERRED],
    )
    sheet = _sheet_of(attempt.enrolment)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appeals.appeal(attempt, by=me(request), words=form.cleaned_data["words"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, str(ATTEMPT.move("appeal").done))
            return redirect(sheet)
    context = {
        "attempt": attempt,
        "is_possible": attempt.state == Attempt.State.RELEASED and timezone.now() <= attempt.appeal_until,  # type: ignore[operator]
        "form": form,
        "crumbs": _trail((_("Results"), sheet), (_("Appeal"), None)),
    }
    return render(request, "training/results/appeal.html", context, status=422 if form.errors else 200)


@require_POST
def my_recognition(request: HttpRequest, pk: int) -> HttpResponseBase:
    enrolment = get_object_or_404(own_enrolments(request), pk=pk)
    form = RecognitionForm(request.POST, units=_units(enrolment))
    if form.is_valid():
        try:
            recognition.ask(enrolment, form.cleaned_data["unit"], by=me(request), words=form.cleaned_data["words"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Asked. The awarding partner decides."))
            return redirect("training:my_results", pk)
    return _mine(request, enrolment, 422, recognition_form=form, recognition_open=True)


@require_POST
def my_recognition_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(Recognition, pk=pk, enrolment__in=own_enrolments(request))
    try:
        recognition.withdraw(found, by=me(request))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You took it back. You can ask again."))
    return redirect("training:my_results", found.enrolment_id)


@require_POST
def my_manager(request: HttpRequest, pk: int) -> HttpResponseBase:
    enrolment = get_object_or_404(own_enrolments(request), pk=pk)
    form = ManagerForm(request.POST)
    if _take_manager(request, enrolment, form):
        return redirect("training:my_results", pk)
    return _mine(request, enrolment, 422, manager_form=form, manager_open=True)


def _take_manager(request: HttpRequest, enrolment: Enrolment, form: ManagerForm) -> bool:
    if not form.is_valid():
        return False
    try:
        attempts.name_manager(enrolment, form.cleaned_data["email"], by=me(request))
    except RuleBroken as broken:
        form.add_error("email", str(broken))
        return False
    messages.success(request, _("Saved. They neither mark nor check this trainee's work."))
    return True


# For the desks -------------------------------------------------------------------------------------------------------


def _seen_enrolment(request: HttpRequest, pk: int) -> Enrolment:
    rows = allowed.enrolments_seen(request.user).select_related(*LOADED)
    return get_object_or_404(rows.prefetch_related("cohort__version__curriculum__programme__partners"), pk=pk)


@require_safe
def result_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One trainee's results as the programme's people and the home park see them."""
    return _sheet(request, _seen_enrolment(request, pk))


def _sheet_crumbs(request: HttpRequest, enrolment: Enrolment) -> list[tuple[Any, str | None]]:
    """The way back: to the marking desk, or for the home park, which has none for this cohort, to its people."""
    assesses = allowed.cohorts_checked(request.user).filter(pk=enrolment.cohort_id).exists()
    if assesses or not policies.can_nominate(request.user, enrolment.park):
        return desk_crumbs((enrolment.person.name, None))
    there = [enrolment.park.slug, enrolment.cohort.code]
    return [
        (_("Desk"), reverse("notifications:desk")),
        (_("Our trainees"), reverse("training:park_desk", args=there[:1])),
        (enrolment.cohort.title, reverse("training:park_cohort", args=there)),
        (enrolment.person.name, None),
    ]


def _sheet(request: HttpRequest, enrolment: Enrolment, status: int = 200, **more: Any) -> HttpResponse:
    found = transcripts.of_one(enrolment)
    context = {
        "enrolment": enrolment,
        "standing": found,
        "requirements": requirement_results.of_standing(found),
        "may_name": allowed.can_name_manager(request.user, enrolment),
        "may_void": allowed.can_release(request.user, enrolment.cohort),
        "manager_form": _manager_form(enrolment),
        "crumbs": _sheet_crumbs(request, enrolment),
        **more,
    }
    return render(request, "training/results/one.html", context, status=status)


@require_POST
def result_manager(request: HttpRequest, pk: int) -> HttpResponseBase:
    enrolment = _seen_enrolment(request, pk)
    if not allowed.can_name_manager(request.user, enrolment):
        raise PermissionDenied
    form = ManagerForm(request.POST)
    if _take_manager(request, enrolment, form):
        return redirect("training:result_sheet", pk)
    return _sheet(request, enrolment, 422, manager_form=form, manager_open=True)


@require_http_methods(["GET", "POST"])
def attempt_void(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Asks for the reason, which the trainee reads."""
    attempt = get_object_or_404(
        Attempt.objects.select_related(
            "item__unit", "enrolment__person", "enrolment__cohort__version__curriculum__programme"
        ),
        pk=pk,
        enrolment__in=allowed.enrolments_seen(request.user),
    )
    if not allowed.can_void(request.user, attempt):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None, longest=600)
    if request.method == "POST" and form.is_valid():
        try:
            attempts.declare_void(attempt, by=me(request), reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, str(ATTEMPT.move("void").done))
            return redirect("training:result_sheet", attempt.enrolment_id)
    context = {
        "attempt": attempt,
        "form": form,
        "crumbs": desk_crumbs(
            (attempt.enrolment.person.name, reverse("training:result_sheet", args=[attempt.enrolment_id])),
            (_("Declare void"), None),
        ),
    }
    return render(request, "training/results/void.html", context, status=422 if form.errors else 200)
