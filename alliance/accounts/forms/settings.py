from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import FARTHEST, LONGEST_REASON, Setting
from alliance.core.errors import RuleBroken


class SettingForm(forms.Form):
    """A decision about one setting: its value, from which day on, and why."""

    def __init__(self, data: Any = None, *, setting: Setting, seen: int) -> None:
        self.setting = setting
        super().__init__(data, initial={"valid_from": timezone.localdate(), "seen": seen, **self._now()})
        self.fields.update(self._value_fields())
        self.fields["valid_from"] = forms.DateField(
            label=_("Valid from"),
            help_text=_("Today, or a later day to plan the change."),
            widget=forms.DateInput(
                attrs={
                    "type": "date",
                    "class": "short",
                    "min": timezone.localdate().isoformat(),
                    "max": (timezone.localdate() + FARTHEST).isoformat(),
                },
                format="%Y-%m-%d",
            ),
        )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=LONGEST_REASON,
            help_text=_("Which decision, of whom, and why. It stays in the history."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)

    def _now(self) -> dict[str, Any]:
        raw = self.setting.raw()
        if self.setting.kind == "bilingual":
            return {"value_zh": raw.get("zh", ""), "value_en": raw.get("en", "")}
        return {"value": {True: "yes", False: "no"}[raw] if self.setting.kind == "bool" else raw}

    def _value_fields(self) -> dict[str, forms.Field]:
        setting = self.setting
        match setting.kind:
            case "int":
                number = forms.IntegerField(
                    label=setting.label,
                    min_value=setting.minimum,
                    max_value=setting.maximum,
                    widget=forms.NumberInput(attrs={"class": "short"}),
                )
                return {"value": number}
            case "bool":
                return {
                    "value": forms.TypedChoiceField(
                        label=setting.label,
                        choices=[("yes", _("Yes")), ("no", _("No"))],
                        coerce=lambda value: value == "yes",
                        widget=forms.RadioSelect,
                    )
                }
            case "choice":
                return {
                    "value": forms.ChoiceField(
                        label=setting.label, choices=list(setting.choices.items()), widget=forms.RadioSelect
                    )
                }
            case "text":
                return {"value": self._text(setting.label, "")}
        return {"value_zh": self._text(_("In Chinese"), "zh-Hans"), "value_en": self._text(_("In English"), "en")}

    def _text(self, label: Any, lang: str) -> forms.CharField:
        attrs = {"lang": lang} if lang else {}
        widget = forms.Textarea(attrs={"rows": 3, **attrs}) if self.setting.is_long else forms.TextInput(attrs=attrs)
        return forms.CharField(label=label, required=False, max_length=self.setting.longest, widget=widget)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Past days cannot be changed. Choose today or a later day."))
        if day > timezone.localdate() + FARTHEST:
            raise forms.ValidationError(_("This day is too far ahead."))
        return day

    def value(self) -> Any:
        """What was typed, as the setting keeps it."""
        if self.setting.kind == "bilingual":
            return {"zh": self.cleaned_data["value_zh"], "en": self.cleaned_data["value_en"]}
        return self.cleaned_data["value"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.setting.check(self.value())
            except RuleBroken as broken:
                self.add_error(None, str(broken))
        return cleaned
