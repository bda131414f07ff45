"""A time to offer, what a meeting is to be about, and what came of it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.forms import Tidy

from ..models import Interest, Meeting
from ..services.meetings import LONGEST, SHORTEST
from .questions import area, day, moment_of


class TimeForm(Tidy):
    """When and where, as offered or as changed."""

    on = day(_("Day"))
    at = forms.TimeField(
        label=_("Begins at"),
        help_text=_("Beijing time."),
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=45,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Link"),
        help_text=_("Of the video meeting; place or link, or both."),
        required=False,
        assume_scheme="https",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not data.get("place") and not data.get("link"):
            self.add_error("place", _("A meeting needs a place or a link."))
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        starts_at: datetime = moment_of(data["on"], data["at"])
        return {"starts_at": starts_at} | {name: data[name] for name in ("minutes", "place", "link")}


class SlotForm(TimeForm):
    language = forms.ChoiceField(label=_("Language"), choices=Meeting.Language.choices, widget=forms.RadioSelect)

    def values(self) -> dict[str, Any]:
        return super().values() | {"language": self.cleaned_data["language"]}


class RequestForm(Tidy):
    interest = forms.ModelChoiceField(queryset=Interest.objects.none(), to_field_name="token", widget=forms.HiddenInput)
    topic = forms.CharField(label=pgettext_lazy("meeting", "What it is about"), max_length=300, required=False)

    def __init__(self, *args: Any, dialogues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["interest"]
        field.queryset = Interest.objects.filter(pk__in=[one.pk for one in dialogues])


class OutcomeForm(Tidy):
    outcome_code = forms.ChoiceField(
        label=_("What came of it"), choices=Meeting.Outcome.choices, widget=forms.RadioSelect
    )
    outcome = area(_("In words"), _("Both sides read it: what was agreed, who does what until when."))
