"""A programme, its partners, and the reason of a step."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation
from alliance.core.forms import Tidy
from alliance.core.forms.naming import NamedForm

from ..models import ProgrammePartner, TrainingField

PARTNER_KINDS = (Organisation.Kind.PARK_OPERATOR, Organisation.Kind.SCHOOL, Organisation.Kind.COMPANY)


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


class PartnerForm(NamedForm):
    named = "organisation"
    unknown = _("Nobody of this name is in the portal. The training desk can enter it.")

    organisation = forms.CharField(
        label=_("Organisation"),
        help_text=_("A park, school or company of the portal: any part of its name."),
        max_length=120,
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[choice for choice in ProgrammePartner.Role.choices if choice[0] != ProgrammePartner.Role.LEAD],
    )
    field_order = ["organisation", "role", "chosen"]

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.filter(kind__in=PARTNER_KINDS)


class DeclineForm(Tidy):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The lead reads it. It may stay empty."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RegistrationForm(Tidy):
    state_registration = forms.CharField(
        label=_("Registration in the state's register of awarding bodies"),
        help_text=_("Number and date. Without it certificates may not use the state's words (rule X-14)."),
        required=False,
        max_length=120,
    )
