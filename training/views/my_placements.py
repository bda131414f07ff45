"""The trainee's placement, made for a telephone: what was agreed, today in two taps, what counts."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.forms import ReasonForm

from .. import agreement, placing, rulebook
from ..forms_placements import ConsentForm, DayForm
from ..models import Placement, PlacementDay
from ..services import placement_days
from ..services import placements as services
from .placements import LOADED
from .reader import me


def own(request: HttpRequest):
    return (
        Placement.objects.filter(enrolment__person=me(request))
        .select_related(*LOADED)
        .prefetch_related("place__programme__partners")
        .order_by("-proposed_at", "-pk")
    )


def _trail(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [(_("Desk"), reverse("notifications:desk")), (_("My placements"), reverse("training:my_placements")), *more]


@require_safe
def my_placements(request: HttpRequest) -> HttpResponse:
    return render(request, "training/placements/mine.html", {"placements": list(own(request)), "crumbs": _trail()[:2]})


@require_safe
def my_placement(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(own(request), pk=pk))


def _page(request: HttpRequest, found: Placement, status: int = 200, **more: Any) -> HttpResponse:
    log = placing.of_one(found.enrolment)
    by_day = log.by_day
    days = [(day, by_day[day.pk]) for day in found.days.prefetch_related("competencies").order_by("-on")]
    today = timezone.localdate()
    has_today = any(day.on == today for day, _counted in days)
    can_write = found.state == Placement.State.ACTIVE
    context = {
        "placement": found,
        "days": days,
        "log": log,
        "needed": found.enrolment.cohort.version.placement_minutes,
        "can_write": can_write,
        "asks_today": can_write and not has_today and found.starts_on <= today <= found.ends_on,
        "day_form": DayForm(placement=found, initial=DayForm.today(found)) if can_write else None,
        "consent_form": ConsentForm(instance=found) if found.state == Placement.State.PROPOSED else None,
        # What depends on what the trainee says below is asked once they have said it.
        "findings": [finding for finding in rulebook.findings(found) if not finding.is_unknown]
        if found.state == Placement.State.PROPOSED
        else [],
        "parties": [(party, agreement.valid_signatures(found).get(party.value)) for party in agreement.parties(found)],
        "must_sign_anew": found.state == Placement.State.AGREEMENT
        and "learner" not in agreement.valid_signatures(found),
        "may_cancel": found.state in ("proposed", "agreement", "signed"),
        "may_report": found.state in Placement.SIGNED_STATES,
        "grades": found.grades.select_related("competency"),
        "crumbs": _trail((str(found.place.company), None)),
        **more,
    }
    return render(request, "training/placements/my_one.html", context, status=status)


@require_POST
def my_consent(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Agree to a proposal; where a rule stands against it, its words come back and nothing typed is lost."""
    found = get_object_or_404(own(request), pk=pk)
    form = ConsentForm(request.POST, instance=Placement.objects.get(pk=pk))
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in services.OWN}
        try:
            services.consent(found, by=me(request), **said)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("You agreed. School and host sign next."))
            return redirect("training:my_placement", pk)
    return _page(request, found, 422, consent_form=form)


@require_POST
def my_signature(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The school changed the terms: sign what they say now."""
    found = get_object_or_404(own(request), pk=pk)
    try:
        services.sign(found, "learner", by=me(request))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Signed."))
    return redirect("training:my_placement", pk)


@require_http_methods(["GET", "POST"])
def my_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(own(request), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None, longest=600)
    if request.method == "POST" and form.is_valid():
        try:
            services.move(found, "cancel", by=me(request), reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The placement is cancelled."))
            return redirect("training:my_placements")
    context = {
        "placement": found,
        "form": form,
        "crumbs": _trail((str(found.place.company), reverse("training:my_placement", args=[pk])), (_("Say no"), None)),
    }
    return render(request, "training/placements/my_cancel.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def my_day(request: HttpRequest, pk: int, on: str = "") -> HttpResponseBase:
    """Enter a day or correct one that is not confirmed."""
    found = get_object_or_404(own(request), pk=pk)
    asked = _day(on)
    known = PlacementDay.objects.filter(placement=found, on=asked).first() if asked else None
    form = DayForm(
        request.POST or None,
        placement=found,
        initial={**DayForm.today(found), **_initial(known)} if known or not on else DayForm.today(found),
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            placement_days.enter(found, data.pop("on"), by=me(request), **data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Entered. It counts once the host has confirmed it."))
            return redirect(f"{reverse('training:my_placement', args=[pk])}#log")
    context = {
        "placement": found,
        "form": form,
        "known": known,
        "crumbs": _trail((str(found.place.company), reverse("training:my_placement", args=[pk])), (_("Day"), None)),
    }
    return render(request, "training/placements/my_day.html", context, status=422 if form.errors else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _initial(known: PlacementDay | None) -> dict[str, Any]:
    if known is None:
        return {}
    names = ("on", "begins", "ends", "pause_minutes", "words", "note")
    return {name: getattr(known, name) for name in names} | {"competencies": known.competencies.all()}


@require_POST
def my_day_remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    day = get_object_or_404(PlacementDay, pk=pk, placement__in=own(request))
    try:
        placement_days.remove(day, by=me(request))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The day is taken out."))
    return redirect("training:my_placement", day.placement_id)
