"""A project to begin, a park to ask, the code of the platform, the reason of a step."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parks.forms.office import Tidy
from parks.models import Park

MOST_FOUND = 8


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


def find_parks(words: str) -> list[Park]:
    """Parks by any part of their names."""
    found = Park.objects.select_related("organisation").exclude(standing=Park.Standing.SUSPENDED)
    for word in words.split()[:5]:
        found = found.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(slug__icontains=word))
    return list(found.order_by("name_zh")[:MOST_FOUND])


class AskParkForm(Tidy):
    """A park is found by its name; where several fit, the form offers them."""

    park = forms.CharField(label=_("Park"), help_text=_("Any part of its name."), max_length=120)
    chosen = forms.ModelChoiceField(
        label=_("Which one?"), queryset=Park.objects.none(), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = find_parks(str(self.data.get("park", ""))) if self.is_bound else []
        chosen: Any = self.fields["chosen"]
        chosen.queryset = Park.objects.filter(pk__in=[one.pk for one in self.offered])
        chosen.empty_label = None
        chosen.label_from_instance = lambda park: str(park.name)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        exact = [one for one in self.offered if data["park"] in (one.name_zh, one.name_en)]
        if data.get("chosen"):
            data["found"] = data["chosen"]
        elif len(self.offered) == 1 or len(exact) == 1:
            data["found"] = (exact or self.offered)[0]
        elif self.offered:
            raise ValidationError({"chosen": _("Several fit. Which one do you mean?")}, code="several")
        else:
            raise ValidationError({"park": _("No park of this name is in the portal.")}, code="unknown")
        return data


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


class StepForm(Tidy):
    """The reason of a step that needs one."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("All parks of the project read it."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
