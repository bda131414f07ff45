"""The draft of a project: texts, figures, the table of uses, the table of shares."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from alliance.core.forms import Tidy, clean_line, tidy
from alliance.core.forms.numbers import ShareField
from alliance.core.models import Division
from parks.models import FieldOfWork

from .. import content
from ..models import Project
from .fields import WanField

LONG = {"rows": 7}
MOST_USES = 30


def _text(label: Any, longest: int, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=longest,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class VersionForm(Tidy):
    """What of the content is not a table. Only the Chinese title is needed to save; the checklist asks for the rest."""

    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    summary_zh = _text(_("Chinese summary"), 300, 3, _("Two sentences an investor reads first."))
    summary_en = _text(_("English summary"), 400, 3)
    description_zh = _text(
        _("Chinese description"),
        8000,
        9,
        _("What, why here, for whom, what is there already. Plain and neutral; **bold** and lists work."),
    )
    description_en = _text(_("English description"), 8000, 9)
    risks_zh = _text(_("Risks in Chinese"), 4000, 5, _("What could go wrong, and what you do about it."))
    risks_en = _text(_("Risks in English"), 4000, 5)
    offer_zh = _text(
        _("What is offered, in Chinese"),
        4000,
        5,
        _("Form of participation, expected return and its basis, way out. Only verified investors read this."),
    )
    offer_en = _text(_("What is offered, in English"), 4000, 5)
    field = forms.ModelChoiceField(
        label=_("Field of work"), queryset=FieldOfWork.objects.none(), required=False, empty_label=_("choose")
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("choose")), *Project.Kind.choices])
    province = forms.ModelChoiceField(
        label=_("Province"), queryset=Division.objects.none(), required=False, empty_label=_("choose")
    )
    city = forms.ModelChoiceField(
        label=_("City"), queryset=Division.objects.none(), required=False, empty_label=_("none")
    )
    need = WanField(
        label=_("Capital sought, in ten thousand yuan"), help_text=_("3000 is thirty million yuan."), required=False
    )
    cost = WanField(
        label=_("Total cost, in ten thousand yuan"),
        help_text=_("With what the parks bring themselves."),
        required=False,
    )
    least = WanField(
        label=_("Smallest participation, in ten thousand yuan"),
        help_text=_("Empty: none. Only verified investors read this."),
        required=False,
    )
    starts_on = forms.DateField(
        label=_("Expected start"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    months = forms.IntegerField(label=_("Months it takes"), required=False, min_value=1, max_value=240)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["field"].queryset = FieldOfWork.objects.all()
        fields["province"].queryset = Division.objects.provinces()
        fields["city"].queryset = Division.objects.cities().select_related("parent")
        fields["city"].label_from_instance = lambda city: f"{city.parent.short} · {city.name}"

    @classmethod
    def of(cls, stored: Mapping[str, Any], data: Any = None) -> "VersionForm":
        return cls(data, initial={name: stored[name] for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        city, province = data.get("city"), data.get("province")
        if city and province and city.parent_id != province.pk:
            self.add_error("city", _("This city lies in another province."))
        return data

    def plain(self) -> dict[str, Any]:
        """What is well formed, as the content keeps it."""
        values = {name: value for name, value in self.cleaned_data.items() if name in self.base_fields}
        for name in ("field", "province", "city"):
            if name in values:
                values[name] = values[name].pk if values[name] else ""
        if isinstance(values.get("starts_on"), date):
            values["starts_on"] = values["starts_on"].isoformat()
        elif "starts_on" in values:
            values["starts_on"] = ""
        return values


class UseRow(forms.Form):
    text_zh = forms.CharField(label=_("Use, in Chinese"), max_length=80, required=False)
    text_en = forms.CharField(label=_("Use, in English"), max_length=120, required=False)
    amount = WanField(label=_("Ten thousand yuan"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        tidy(self)

    def is_filled(self) -> bool:
        return any(str(self[name].data or "").strip() for name in ("text_zh", "text_en", "amount"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_filled() and not self.errors:
            if not data.get("text_zh"):
                self.add_error("text_zh", _("Say what the amount is for."))
            if not data.get("amount"):
                self.add_error("amount", _("Give the amount of this use."))
        return data

    def plain(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "text_zh": clean_line(data.get("text_zh") or ""),
            "text_en": clean_line(data.get("text_en") or ""),
            "amount": data.get("amount"),
        }


class ShareRow(forms.Form):
    """One park's line; which park it is stands fixed."""

    park = forms.IntegerField(widget=forms.HiddenInput)
    contribution_zh = forms.CharField(label=_("It contributes, in Chinese"), max_length=300, required=False)
    contribution_en = forms.CharField(label=_("It contributes, in English"), max_length=400, required=False)
    cost = ShareField(label=_("Cost, %"), required=False)
    risk = ShareField(label=_("Risk, %"), required=False)
    benefit = ShareField(label=_("Benefit, %"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        tidy(self)

    def plain(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "contribution_zh": clean_line(data.get("contribution_zh") or ""),
            "contribution_en": clean_line(data.get("contribution_en") or ""),
            **{name: data.get(name) or 0 for name in content.SHARES},
        }


UseRows = formset_factory(UseRow, extra=1, max_num=MOST_USES, validate_max=True)
ShareRows = formset_factory(ShareRow, extra=0, max_num=50)


def shares_of(rows: Any, stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was typed for each park of the draft; parks that the form does not know keep their line."""
    typed = {row.cleaned_data.get("park"): row.plain() for row in rows.forms if row.is_valid()}
    return [{**share, **typed.get(share["park"], {})} for share in stored]
