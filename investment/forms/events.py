"""A promotion event, who joins it and when they are away, and what came of its meetings."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.forms import Tidy

from ..models import Meeting, PromotionEvent
from .questions import area, day, moment_of


def _number(label: Any, least: int, most: int, initial: int) -> Any:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        initial=initial,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class EventForm(Tidy):
    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120)
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=200)
    on = day(_("Day"))
    at = forms.TimeField(
        label=_("Begins at"),
        help_text=_("Beijing time."),
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    minutes = _number(_("Minutes of each meeting"), 10, 120, 20)
    times = _number(_("Times one after another"), 1, 40, 9)
    tables = _number(_("Tables"), 1, 200, 10)

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        starts_at: datetime = moment_of(data.pop("on"), data.pop("at"))
        return data | {"starts_at": starts_at}


class JoinForm(Tidy):
    """Which project or investor, and the times in which the person is away."""

    part = forms.ChoiceField(label=pgettext_lazy("promotion event", "Who takes part"))
    away = forms.TypedMultipleChoiceField(
        label=_("I am away at"),
        help_text=_("Leave all empty when you are there the whole time."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"}),
    )

    def __init__(self, *args: Any, event: PromotionEvent, parts: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = parts  # type: ignore[attr-defined]
        self.fields["away"].choices = [  # type: ignore[attr-defined]
            (time, f"{timezone.localtime(event.starts_of(time)):%H:%M}") for time in range(event.times)
        ]


class ResultForm(Tidy):
    is_held = forms.TypedChoiceField(
        label=_("Was it held?"),
        choices=[("yes", _("Yes")), ("no", _("No, somebody did not come"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    outcome_code = forms.ChoiceField(
        label=_("What came of it"), choices=Meeting.Outcome.choices, widget=forms.RadioSelect, required=False
    )
    outcome = area(_("In words"), _("Both sides read it: what was agreed, or who was missing."))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("is_held") and not data.get("outcome_code"):
            self.add_error("outcome_code", _("Say what came of the meeting."))
        return data
