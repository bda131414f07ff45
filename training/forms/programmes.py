"""A programme, its partners, and the reason of a step."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation
from parks.forms.office import Tidy

from ..models import ProgrammePartner, TrainingField

PARTNER_KINDS = (Organisation.Kind.PARK_OPERATOR, Organisation.Kind.SCHOOL, Organisation.Kind.COMPANY)
MOST_FOUND = 8


class ProgrammeForm(Tidy):
    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    field = forms.ModelChoiceField(
        label=_("Field of study"), queryset=TrainingField.objects.none(), empty_label=_("choose")
    )
    summary_zh = forms.CharField(
        label=_("Chinese summary"),
        help_text=_("Two sentences: for whom, and what they can do afterwards."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    summary_en = forms.CharField(
        label=_("English summary"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    description_zh = forms.CharField(
        label=_("Chinese description"),
        help_text=_("How it is taught, where, with whom; **bold** and lists work."),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    description_en = forms.CharField(
        label=_("English description"), max_length=6000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    asks_host_approval = forms.BooleanField(
        label=_("The lead approves each trainee, after the home park did"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = TrainingField.objects.filter(parent__isnull=True)


class NewProgrammeForm(ProgrammeForm):
    lead = forms.ModelChoiceField(
        label=_("Lead"),
        help_text=_("For which of your organisations you begin it."),
        queryset=Organisation.objects.none(),
        empty_label=None,
    )
    field_order = ["lead"]

    def __init__(self, *args: Any, leads: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads
        if len(leads) == 1:
            self.fields["lead"].initial = leads[0]


def find_partners(words: str) -> list[Organisation]:
    """Organisations that could be partners, by any part of their names."""
    found = Organisation.objects.filter(kind__in=PARTNER_KINDS)
    for word in words.split()[:5]:
        found = found.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(slug__icontains=word))
    return list(found.order_by("name_zh")[:MOST_FOUND])


class PartnerForm(Tidy):
    """A partner is found by its name; where several fit, the form offers them."""

    organisation = forms.CharField(
        label=_("Organisation"),
        help_text=_("A park, school or company of the portal: any part of its name."),
        max_length=120,
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[choice for choice in ProgrammePartner.Role.choices if choice[0] != ProgrammePartner.Role.LEAD],
    )
    chosen = forms.ModelChoiceField(
        label=_("Which one?"), queryset=Organisation.objects.none(), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = find_partners(str(self.data.get("organisation", ""))) if self.is_bound else []
        chosen: Any = self.fields["chosen"]
        chosen.queryset = Organisation.objects.filter(pk__in=[one.pk for one in self.offered])
        chosen.empty_label = None
        chosen.label_from_instance = lambda organisation: str(organisation.name)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        exact = [one for one in self.offered if data["organisation"] in (one.name_zh, one.name_en)]
        if data.get("chosen"):
            data["found"] = data["chosen"]
        elif len(self.offered) == 1 or len(exact) == 1:
            data["found"] = (exact or self.offered)[0]
        elif self.offered:
            raise ValidationError({"chosen": _("Several fit. Which one do you mean?")}, code="several")
        else:
            raise ValidationError(
                {"organisation": _("Nobody of this name is in the portal. The training desk can enter it.")},
                code="unknown",
            )
        return data


class DeclineForm(Tidy):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The lead reads it. It may stay empty."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MoveForm(Tidy):
    """The reason of a step that needs one."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("All partners read it."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RegistrationForm(Tidy):
    state_registration = forms.CharField(
        label=_("Registration in the state's register of awarding bodies"),
        help_text=_("Number and date. Without it certificates may not use the state's words (rule X-14)."),
        required=False,
        max_length=120,
    )
