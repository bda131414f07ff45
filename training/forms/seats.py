"""Forms around places: ask, nominate, give reasons, plan seats."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Duty
from alliance.accounts.permissions import Permission
from alliance.accounts.roles import with_permission
from alliance.core import bilingual
from alliance.core.forms import Tidy
from parks.models import Park

from ..allocation import SHARED
from ..models import Cohort, Enrolment
from ..seats import Mode, TooFew


def sending_parks(cohort: Cohort) -> Any:
    """Public parks where somebody answers for trainees, those with a quota here first."""
    duties = Duty.objects.active().filter(
        organisation=OuterRef("organisation"), role_code__in=with_permission(Permission.NOMINATE)
    )
    quotas = cohort.quotas.filter(park=OuterRef("pk"), seats__gt=0)
    first = Case(When(Exists(quotas), then=Value(0)), default=Value(1), output_field=IntegerField())
    return Park.objects.public().filter(Exists(duties)).order_by(first, *bilingual.order_by_name())


class ParkChoice(forms.ModelChoiceField):
    def label_from_instance(self, park: Any) -> str:
        return str(park.name)


class ApplyForm(Tidy):
    park = ParkChoice(
        label=_("Home park"),
        help_text=_("The park you work or study at. It approves you, and its quota serves you first."),
        queryset=Park.objects.none(),
        empty_label=_("choose"),
    )
    learner = forms.ChoiceField(
        label=_("What you are besides"),
        help_text=_("Rules for placements depend on it."),
        choices=Enrolment.Learner,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["park"].queryset = sending_parks(cohort)  # type: ignore[attr-defined]


class WithdrawForm(Tidy):
    reason = forms.CharField(
        label=_("Why you give it up"),
        help_text=_("Your park and the partners of the programme may read it."),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NominateForm(Tidy):
    text = forms.CharField(
        label=_("People, one a line"),
        help_text=_("Name and e-mail, as they come: “李伟 liwei@example.org”, or pasted from a table."),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a table"),
        help_text=_("XLSX or CSV with a column of names and one of addresses; up to 500 people."),
        required=False,
    )
    learner = forms.ChoiceField(label=_("What they are besides"), choices=Enrolment.Learner, initial="employed")
    mode = forms.ChoiceField(
        label=_("If there are fewer seats than people"),
        choices=[
            (Mode.ALL.value, _("Enter all; those without a seat wait")),
            (Mode.FIT.value, _("Enter as many as get a seat, in this order")),
        ],
        initial=Mode.ALL.value,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not data.get("text") and not data.get("file"):
            raise ValidationError(_("Please name somebody: type, paste or choose a table."), code="nobody")
        return data


class GiveForm(Tidy):
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=10_000, initial=1)


class SeatsForm(Tidy):
    """Shared seats and every park's quota; one park more can be added."""

    shared = forms.IntegerField(label=_("Shared, for everybody"), min_value=0, max_value=10_000)
    new_park = ParkChoice(label=_("Another park"), queryset=Park.objects.none(), required=False, empty_label=_("none"))
    new_seats = forms.IntegerField(label=_("Its seats"), min_value=0, max_value=10_000, required=False)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        self.quotas = list(cohort.quotas.select_related("park"))
        kwargs.setdefault(
            "initial", {"shared": cohort.shared} | {f"quota_{quota.park_id}": quota.seats for quota in self.quotas}
        )
        super().__init__(*args, **kwargs)
        for quota in self.quotas:
            self.fields[f"quota_{quota.park_id}"] = forms.IntegerField(
                label=quota.park.name, min_value=0, max_value=10_000
            )
        self.fields["new_park"].queryset = (  # type: ignore[attr-defined]
            Park.objects.public()
            .exclude(pk__in=[quota.park_id for quota in self.quotas])
            .order_by(*bilingual.order_by_name())
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("new_park") and not data.get("new_seats"):
            self.add_error("new_seats", _g("How many seats is its quota?"))
        return data

    @property
    def wanted(self) -> dict[Park, int]:
        found = {quota.park: self.cleaned_data[f"quota_{quota.park_id}"] for quota in self.quotas}
        if self.cleaned_data.get("new_park"):
            found[self.cleaned_data["new_park"]] = self.cleaned_data["new_seats"]
        return found

    def refuse(self, broken: TooFew) -> None:
        """Beside the field of the pool that people hold."""
        name = "shared" if broken.pool == SHARED else f"quota_{broken.pool}"
        self.add_error(name if name in self.fields else None, str(broken))
