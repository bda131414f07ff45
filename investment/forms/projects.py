"""A project to begin, a park to ask, the code of the platform, the reason of a step."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.core.forms import Tidy
from alliance.core.forms.naming import NamedForm
from parks.models import Park


class NewProjectForm(Tidy):
    lead = forms.ModelChoiceField(
        label=_("Lead park"),
        help_text=_("For which of your parks you begin it."),
        queryset=Park.objects.none(),
        empty_label=None,
    )
    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    summary_zh = forms.CharField(
        label=_("Chinese summary"),
        help_text=_("Two sentences: what the parks want to do together, and for what they seek capital."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, leads: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads  # type: ignore[attr-defined]
        if len(leads) == 1:
            self.fields["lead"].initial = leads[0]


class AskParkForm(NamedForm):
    named = "park"
    unknown = _("No park of this name is in the portal.")

    park = forms.CharField(label=_("Park"), help_text=_("Any part of its name."), max_length=120)
    field_order = ["park", "chosen"]

    def rows(self) -> QuerySet[Park]:
        return Park.objects.select_related("organisation").exclude(standing=Park.Standing.SUSPENDED)


class CodeForm(Tidy):
    project_code = forms.CharField(
        label=_("Code of the national approval platform"),
        help_text=_("24 characters with dashes, as the platform gave it: 2026-330200-87-01-123456."),
        max_length=24,
        required=False,
        validators=[
            RegexValidator(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$", _("A project code reads like 2026-330200-87-01-123456."))
        ],
    )
