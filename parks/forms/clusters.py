"""Forms of specialised clusters: its words, the council's resolution, a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Cluster, ClusterMember, FieldOfWork
from ..services.clusters import DECIDED
from .office import Tidy


class ClusterForm(Tidy):
    """Name, focus, charter and goals, both languages side by side."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    fields_of_work = forms.MultipleChoiceField(
        label=_("Fields of work"),
        help_text=_("What its parks specialise in together, from the classification."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    focus_zh = forms.CharField(
        label=_("Focus, in Chinese"),
        help_text=_("One sentence: what this cluster makes or does better together."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    focus_en = forms.CharField(
        label=_("Focus, in English"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    charter_zh = forms.CharField(
        label=_("Charter, in Chinese"),
        help_text=_("What its parks owe one another, how they decide, how one joins and leaves. Headings with ##."),
        max_length=12000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    charter_en = forms.CharField(
        label=_("Charter, in English"), max_length=24000, required=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    goals_zh = forms.CharField(
        label=_("Goals, in Chinese"),
        help_text=_("What it wants to have reached by when, by year."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    goals_en = forms.CharField(
        label=_("Goals, in English"), max_length=6000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    PAIRS = ("name", "focus", "charter", "goals")

    def __init__(self, data: Any = None, *, cluster: Cluster | None = None) -> None:
        initial = {}
        if cluster is not None:
            words = [f"{pair}_{language}" for pair in self.PAIRS for language in ("zh", "en")]
            initial = {name: getattr(cluster, name) for name in words} | {"fields_of_work": cluster.fields}
        super().__init__(data, initial=initial)
        shown: Any = self.fields
        shown["fields_of_work"].choices = [(field.code, str(field.name)) for field in FieldOfWork.objects.all()]
        if cluster is not None and cluster.state != Cluster.State.DRAFT:
            for name in DECIDED:
                shown[name].disabled = True
                shown[name].help_text = _("The council decides on it. Take the proposal back to change it.")

    def words(self) -> dict[str, Any]:
        """What the service writes."""
        words = dict(self.cleaned_data)
        words["fields"] = words.pop("fields_of_work")
        return words


class ResolutionForm(Tidy):
    """The council's decision, from its minutes."""

    resolution = forms.CharField(
        label=_("Reference of the resolution"), help_text=_("As the minutes name it."), max_length=80
    )
    resolved_on = forms.DateField(
        label=_("Day of the resolution"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class InviteForm(forms.Form):
    park = forms.SlugField(max_length=60)
    role = forms.ChoiceField(choices=ClusterMember.Role)
