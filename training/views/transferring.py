"""A trainee goes on in another cohort: choose it, and where the version differs, what becomes of every unit (V-5)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.accounts.policies import Person
from alliance.core.errors import RuleBroken

from .. import policies, policies_seats, seats
from ..models import Cohort, Enrolment, Programme, Unit, UnitMap

TAKES = (Cohort.State.ENROLLING, Cohort.State.CONFIRMED, Cohort.State.RUNNING)


def can_transfer(person: Person, programme: Programme) -> bool:
    return policies.leads(person, programme) or policies.can_award(person, programme)


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit: Any) -> str:
        return f"{unit.code} {unit.title}"


class TransferForm(forms.Form):
    """For each unit of the old version one of the new, or none; what an earlier transfer decided stands."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, old: Cohort, new: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units: list[Unit] = []
        if old.version_id == new.version_id:
            return
        self.units = list(old.version.units.all())
        decided = dict(UnitMap.objects.filter(old__in=self.units, new_version=new.version).values_list("old", "new"))
        for unit in self.units:
            self.fields[f"unit_{unit.pk}"] = UnitChoice(
                label=f"{unit.code} {unit.title}",
                queryset=new.version.units.all(),
                required=False,
                empty_label=gettext_lazy("counts as none"),
                initial=decided.get(unit.pk) or new.version.units.filter(code=unit.code).first(),
                disabled=unit.pk in decided,
            )

    @property
    def unit_map(self) -> dict[Unit, Unit | None]:
        return {unit: self.cleaned_data[f"unit_{unit.pk}"] for unit in self.units}


@require_http_methods(["GET", "POST"])
def person_transfer(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    cohorts = policies_seats.cohorts_seen_by(request.user).select_related("version__curriculum__programme")
    cohort = get_object_or_404(cohorts, code=code)
    row = get_object_or_404(cohort.enrolments.select_related("person", "park", "cohort"), pk=pk)
    programme = cohort.version.curriculum.programme
    if not can_transfer(request.user, programme):
        raise PermissionDenied
    choices = _choices(request, cohort)
    chosen = request.POST.get("to") or request.GET.get("to", "")
    to = next((one for one in choices if one.code == chosen), None)
    form = TransferForm(request.POST or None, old=cohort, new=to) if to else None
    if request.method == "POST" and form is not None and to is not None and form.is_valid():
        try:
            new = seats.transfer(row, to, by=request.user, unit_map=form.unit_map, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Transferred, with a seat there."))
            return redirect("training:person", to.code, new.pk)
    context = {
        "row": row,
        "cohort": cohort,
        "choices": choices,
        "to": to,
        "form": form,
        "is_possible": row.state in (Enrolment.State.ENROLLED, Enrolment.State.ACTIVE),
        "crumbs": [
            (cohort.title, reverse("training:cohort_people", args=[cohort.code])),
            (row.person.name, reverse("training:person", args=[cohort.code, row.pk])),
            (_("Transfer"), None),
        ],
    }
    return render(request, "training/seats/transfer.html", context, status=409 if form and form.errors else 200)


def _choices(request: HttpRequest, cohort: Cohort) -> list[Cohort]:
    """To the same version the lead sends, to another one the awarding partner."""
    programme = cohort.version.curriculum.programme
    others = Cohort.objects.filter(version__curriculum__programme=programme, state__in=TAKES).exclude(pk=cohort.pk)
    leads, awards = policies.leads(request.user, programme), policies.can_award(request.user, programme)
    return [
        one
        for one in others.select_related("version__curriculum").order_by("starts_at", "pk")
        if (leads if one.version_id == cohort.version_id else awards)
    ]
