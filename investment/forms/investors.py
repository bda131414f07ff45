"""The entry of an investor, what it looks for, its documents, and what the desk decides."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.validators import validate_credit_code
from alliance.core.bilingual import NameOf
from alliance.core.forms import Tidy
from alliance.core.models import Division
from parks.models import FieldOfWork

from .. import countries
from ..models import Investor, InvestorDocument
from .fields import WanField


def _text(label: Any, most: int, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class EntryForm(Tidy):
    """Who the investor is. A mainland organisation has its credit code, any other the number of its own register."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, required=False)
    name_en = forms.CharField(
        label=_("English name"),
        help_text=_("One name is enough; with both, the parks read it in their language."),
        max_length=200,
        required=False,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Investor.Kind.choices, widget=forms.RadioSelect)
    country = forms.ChoiceField(label=_("Country or region of registration"), choices=countries.choices)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("For organisations registered on the Chinese mainland: 18 characters, as on the licence."),
        max_length=18,
        required=False,
    )
    foreign_id = forms.CharField(
        label=_("Number in its own register"),
        help_text=_("For all others: the company or fund number of the register at home."),
        max_length=60,
        required=False,
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")
    about_zh = _text(
        _("Chinese introduction"), 2000, required=False, help_text=_("What you have invested in, and how.")
    )
    about_en = _text(_("English introduction"), 2000, required=False)

    IDENTITY = ("name_zh", "name_en", "kind", "country", "credit_code", "foreign_id")

    def __init__(self, *args: Any, is_fixed: bool = False, **kwargs: Any) -> None:
        """`is_fixed`: name and number were handed in and are shown only."""
        super().__init__(*args, **kwargs)
        if is_fixed:
            for name in self.IDENTITY:
                del self.fields[name]

    def clean_credit_code(self) -> str:
        code = self.cleaned_data["credit_code"].replace(" ", "").upper()
        if code:
            validate_credit_code(code)
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "country" not in self.fields:
            return data
        if not data.get("name_zh") and not data.get("name_en"):
            self.add_error("name_zh", _("Give at least one name."))
        # The register asks for a Chinese name; who has none is known by the English one in both.
        if not data.get("name_zh") and data.get("name_en"):
            data["name_zh"] = data["name_en"]
            longest: Any = self.fields["name_zh"]
            if len(data["name_zh"]) > longest.max_length:
                self.add_error(
                    "name_en",
                    _("Without a Chinese name, at most %(n)d characters. Give a short one in either language.")
                    % {"n": longest.max_length},
                )
        is_mainland = data.get("country") == "CN"
        if is_mainland:
            data["foreign_id"] = ""
            if not data.get("credit_code") and "credit_code" not in self.errors:
                self.add_error("credit_code", _("Organisations on the Chinese mainland are known by this code."))
        elif data.get("country"):
            data["credit_code"] = ""
            if not data.get("foreign_id"):
                self.add_error("foreign_id", _("Organisations from elsewhere are known by this number."))
        return data


def fields_of_work() -> list[tuple[str, Any]]:
    return [(field.code, NameOf(field)) for field in FieldOfWork.objects.all()]


def provinces() -> list[tuple[str, Any]]:
    return [(province.code, province) for province in Division.objects.provinces()]


class WishesForm(Tidy):
    """What an investor looks for; nothing chosen means everything."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("Fields of work"), choices=fields_of_work, widget=forms.CheckboxSelectMultiple, required=False
    )
    provinces = forms.MultipleChoiceField(
        label=_("Provinces"), choices=provinces, widget=forms.CheckboxSelectMultiple, required=False
    )
    least = WanField(label=_("Smallest amount"), help_text=_("In ten thousand yuan."), required=False)
    most = WanField(label=_("Largest amount"), help_text=_("In ten thousand yuan."), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        least, most = data.get("least"), data.get("most")
        if least is not None and most is not None and most < least:
            self.add_error("most", _("The largest amount is smaller than the smallest."))
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "fields": data["fields_wanted"],
            "provinces": data["provinces"],
            "least": data["least"],
            "most": data["most"],
        }


class DocumentForm(Tidy):
    kind = forms.ChoiceField(label=_("What it is"), choices=InvestorDocument.Kind.choices)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, JPG or PNG, 20 MB at most. Only your own people and the investment desk read it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


CHECKS = {
    "register": _("Name and number agree with the public register"),
    "authority": _("The signatory is authorised by the documents"),
    "lists": _("It stands on no list of sanctioned or dishonest organisations"),
}


class DecisionForm(Tidy):
    """One decision of the desk: the fields that its verb needs."""

    checks = forms.MultipleChoiceField(
        label=_("What you compared"),
        choices=list(CHECKS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All three must hold."),
    )
    evidence = _text(
        _("Where you looked, and when"), 300, rows=2, help_text=_("The register and the day, for instance.")
    )
    until = forms.DateField(
        label=_("Verified until"),
        help_text=_("Three years at most, and no longer than the documents hold."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    code = forms.ChoiceField(label=_("Kind of reason"), choices=[("", _("choose")), *Investor.Reason.choices])
    reason = _text(_("Reason"), 600, rows=3, help_text=_("The investor reads it."))

    NEEDS = {
        "verify": ("checks", "evidence", "until"),
        "refuse": ("code", "reason"),
        "suspend": ("code", "reason"),
        "revoke": ("code", "reason"),
        "reopen": ("reason",),
    }

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(self.NEEDS.get(verb, ())):
            del self.fields[name]
        if "until" in self.fields:
            self.fields["until"].initial = timezone.localdate() + timedelta(days=365)

    def clean_checks(self) -> list[str]:
        ticked = self.cleaned_data["checks"]
        if set(ticked) != set(CHECKS):
            raise forms.ValidationError(_("All three must hold. If one does not, refuse with its reason."))
        return ticked

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        until: date | None = data.get("until")
        evidence = data.get("evidence", "")
        return {
            "reason": data.get("reason", ""),
            "code": data.get("code", ""),
            "until": until,
            "checks": [{"check": code, "evidence": evidence} for code in data.get("checks", [])],
        }
