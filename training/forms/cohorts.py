"""The plan of a cohort as it is typed: version, seats by park, dates, rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation
from alliance.core.forms import Tidy
from parks.models import Park

from ..models import Cohort, CurriculumVersion, Programme

SEATS = "seats_"
MOST_SEATS = 5_000


class MomentField(forms.DateTimeField):
    """A day and an hour on the clock of China, as browsers offer it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(
            widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs
        )


class VersionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.curriculum.code} {obj.number} · {obj.title}"


def parks_of(programme: Programme) -> list[Park]:
    """Parks that can have a quota: those of the partners. Others send people to the shared seats."""
    organisations = programme.partners.accepted().values("organisation")
    return list(Park.objects.filter(organisation__in=organisations).order_by("slug"))


def versions_for(programme: Programme) -> Any:
    """Those that begin a new cohort today."""
    return (
        CurriculumVersion.objects.open_to_cohorts()
        .filter(curriculum__programme=programme)
        .select_related("curriculum")
        .order_by("curriculum__code", "-major", "-minor")
    )


class PlanForm(Tidy):
    """What can be said of a cohort; `fixed` names what enrolment has settled: shown, and not to be changed."""

    code = forms.SlugField(
        label=_("Code of the cohort"),
        help_text=_("Short, for addresses and lists: ani-2026a. It stays."),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    host = forms.ModelChoiceField(
        label=_("Host"), help_text=_("The partner at which the cohort meets."), queryset=Organisation.objects.none()
    )
    enrol_from = MomentField(label=_("Enrolment opens"), help_text=_("Beijing time, here and below."))
    enrol_until = MomentField(label=_("Enrolment closes"))
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    min_size = forms.IntegerField(
        label=_("Smallest size"),
        help_text=_("With fewer people holding a seat when enrolment closes, the cohort is cancelled."),
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
    )
    allocation = forms.ChoiceField(
        label=_("How seats are given"), choices=Cohort.Allocation, widget=forms.RadioSelect, initial="rolling"
    )
    release_at = MomentField(
        label=_("Unused quotas are released"),
        help_text=_("From then on seats a park does not use serve anyone. Empty: only when somebody releases them."),
        required=False,
    )
    seat_freeze_at = MomentField(
        label=_("A withdrawal frees no seat after"),
        help_text=_("Empty: after the second session."),
        required=False,
    )
    offer_hours = forms.IntegerField(
        label=_("Hours an offer stands"),
        help_text=_("From 2 to 336; in the last three days before the beginning at most 12."),
        min_value=2,
        max_value=336,
        initial=48,
    )

    ORDER = ("enrol_from", "enrol_until", "starts_at", "ends_at")

    def __init__(self, programme: Programme, *args: Any, fixed: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        partners = programme.partners.accepted().in_role("lead", "teaching")
        fields["host"].queryset = Organisation.objects.filter(pk__in=partners.values("organisation"))
        for name in fixed:
            if name in fields:
                fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for earlier, later in zip(self.ORDER, self.ORDER[1:], strict=False):
            first, second = data.get(earlier), data.get(later)
            # A cohort may begin at the very moment enrolment closes; everything else needs time between.
            if first and second and (second < first or (second == first and later != "starts_at")):
                self.add_error(
                    later,
                    _("%(later)s comes after “%(earlier)s”.")
                    % {"later": self.fields[later].label, "earlier": self.fields[earlier].label},
                )
        if (release := data.get("release_at")) and (ends := data.get("ends_at")) and release > ends:
            self.add_error("release_at", _("Quotas are released before the cohort ends."))
        return data


class SeatsForm(forms.Form):
    """Seats kept for each park and shared ones; their sum is the capacity (C-1)."""

    shared = forms.IntegerField(label=_("Shared seats"), min_value=0, max_value=MOST_SEATS, initial=0)
    total = forms.IntegerField(
        label=_("Seats in all"),
        help_text=_("Optional: if you fill it in, the quotas and the shared seats have to add up to it."),
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
    )

    def __init__(self, parks: list[Park], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.parks = parks
        for park in parks:
            self.fields[f"{SEATS}{park.pk}"] = forms.IntegerField(
                label=park.name, min_value=0, max_value=MOST_SEATS, required=False, initial=0
            )
        for field in self.fields.values():
            field.widget.attrs["class"] = "short"

    @property
    def quota_fields(self) -> list[Any]:
        return [self[f"{SEATS}{park.pk}"] for park in self.parks]

    @property
    def quotas(self) -> dict[Park, int]:
        return {park: self.cleaned_data.get(f"{SEATS}{park.pk}") or 0 for park in self.parks}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        quotas = sum(self.quotas.values())
        shared, total = data.get("shared") or 0, data.get("total")
        if not quotas + shared:
            self.add_error("shared", _("Plan at least one seat."))
        elif total is not None and quotas + shared != total:
            numbers = {"quotas": quotas, "shared": shared, "sum": quotas + shared, "total": total}
            over = _("Quotas of %(quotas)d and %(shared)d shared seats make %(sum)d, more than the %(total)d in all.")
            under = _("Quotas of %(quotas)d and %(shared)d shared seats make %(sum)d, fewer than the %(total)d in all.")
            self.add_error("total", (over if quotas + shared > total else under) % numbers)
        return data
