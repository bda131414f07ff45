"""A curriculum: the version's requirements, the table of units, the outcomes and items of one unit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation
from alliance.core.forms import Tidy, clean_line, tidy
from alliance.core.forms.naming import NamedForm
from alliance.core.forms.numbers import CreditsField, HoursField, ShareField

from ..models import Competency, CurriculumVersion, VersionReview

LONG = {"rows": 5}


class NewCurriculumForm(Tidy):
    code = forms.CharField(
        label=pgettext_lazy("curriculum", "Code"),
        help_text=_(
            "Two to five letters, a dash, three digits: ANI-201. It stays for good and stands on certificates."
        ),
        max_length=12,
        validators=[RegexValidator(r"^[A-Z]{2,5}-[0-9]{3}$", _("A curriculum's code looks like ANI-201."))],
    )
    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            data["code"] = data.get("code", "").strip().upper()
        super().__init__(data, **kwargs)


class VersionForm(Tidy):
    """Texts and requirements of a version."""

    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    description_zh = forms.CharField(
        label=_("Chinese description"), max_length=3000, required=False, widget=forms.Textarea(attrs=LONG)
    )
    description_en = forms.CharField(
        label=_("English description"), max_length=3000, required=False, widget=forms.Textarea(attrs=LONG)
    )
    reading_list = forms.CharField(
        label=_("Reading list"),
        help_text=_("A line for each title."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minutes = HoursField(label=_("Taught hours"), help_text=_("In all; the units must come to the same."))
    credits = CreditsField(label=_("Credits"))
    pass_mark = ShareField(label=_("Pass mark, %"), help_text=_("Of the weighted total."))
    attendance_minimum = ShareField(
        label=_("Attendance minimum, %"), help_text=_("Of the minutes of required sessions.")
    )
    placement_minutes = HoursField(
        label=_("Placement hours"), help_text=_("Confirmed by the employer; 0 for none."), required=False
    )
    resits = forms.IntegerField(
        label=_("Resits"), help_text=_("Further attempts at each item."), min_value=0, max_value=5
    )
    attempt_rule = forms.ChoiceField(label=_("Which attempt counts"), choices=CurriculumVersion.AttemptRule)
    resit_cap = ShareField(label=_("Highest mark of a resit, %"), help_text=_("Empty: no such limit."), required=False)
    validity_months = forms.IntegerField(
        label=_("Months a certificate is valid"),
        help_text=_("Empty: it does not expire."),
        required=False,
        min_value=1,
        max_value=240,
    )
    renewal_minutes = HoursField(
        label=_("Refresher hours for a renewal"), help_text=_("Empty: renewal by assessment anew."), required=False
    )
    recognition_most = ShareField(
        label=_("Most credits by recognition, %"),
        help_text=_("Of prior learning; at most 50 %."),
        most=5_000,
    )
    compensates = forms.BooleanField(label=_("A weak unit may be made good by others"), required=False)
    counts_from_enrolment = forms.BooleanField(
        label=_("Who joins late counts attendance from the day of enrolment"), required=False
    )

    def clean_placement_minutes(self) -> int:
        return self.cleaned_data["placement_minutes"] or 0

    @classmethod
    def of(cls, version: CurriculumVersion, data: Any = None) -> "VersionForm":
        return cls(data, initial={name: getattr(version, name) for name in cls.base_fields})


class UnitRow(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(
        label=pgettext_lazy("curriculum", "Code"),
        max_length=8,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$", _("Letters, digits and dashes."))],
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    minutes = HoursField(label=_("Hours"))
    weight = ShareField(label=_("Weight, %"))
    pass_mark = ShareField(label=_("Pass mark, %"), initial=6_000)
    credits = CreditsField(label=_("Credits"), required=False)
    is_mandatory = forms.BooleanField(label=_("Must be passed"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        tidy(self)

    def has_changed(self) -> bool:
        """A row counts once it says what it is; a number alone is a slip that is kept and asked about."""
        return any(str(self[name].data or "").strip() for name in ("code", "title_zh", "title_en", "minutes", "weight"))

    def plain(self) -> dict[str, Any]:
        row = {name: self.cleaned_data.get(name) for name in self.fields if name not in ("DELETE", "ORDER")}
        for name in ("title_zh", "title_en"):
            row[name] = clean_line(row[name])
        return row | {"credits": row["credits"] or 0}


class _Rows(forms.BaseFormSet):
    """Rows with codes that differ; an empty row does not count, a row marked for removal goes."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.empty_permitted = True
        form.fields["DELETE"].label = _("Remove this row")

    @property
    def kept(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if form.is_valid() and form.has_changed() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def rows(self) -> list[dict[str, Any]]:
        return [form.plain() for form in self.kept]

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept:
            code = form.cleaned_data["code"]
            if code in seen:
                form.add_error("code", _("The same code stands twice."))
                raise ValidationError(_("The same code stands twice."), code="twice")
            seen.add(code)


UnitRows = forms.formset_factory(UnitRow, formset=_Rows, extra=0, can_delete=True, max_num=40, validate_max=True)


class OutcomeRow(forms.Form):
    code = forms.CharField(
        label=pgettext_lazy("curriculum", "Code"), max_length=12, widget=forms.TextInput(attrs={"class": "short"})
    )
    text_zh = forms.CharField(
        label=_("What a trainee can do, in Chinese"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    text_en = forms.CharField(
        label=_("In English"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_mandatory = forms.BooleanField(label=_("Must be assessed"), required=False, initial=True)
    competencies = forms.ModelMultipleChoiceField(
        label=_("Competencies"), queryset=Competency.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, competencies: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.fields["competencies"].queryset = Competency.objects.none() if competencies is None else competencies
        tidy(self)

    def has_changed(self) -> bool:
        return any(str(self[name].data or "").strip() for name in ("code", "text_zh", "text_en"))

    def plain(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.fields if name != "DELETE"}


class ItemRow(forms.Form):
    code = forms.CharField(
        label=pgettext_lazy("curriculum", "Code"), max_length=12, widget=forms.TextInput(attrs={"class": "short"})
    )
    title_zh = forms.CharField(label=_("Chinese title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    weight = ShareField(label=_("Weight in the unit, %"))
    is_summative = forms.BooleanField(label=_("Counts for the result"), required=False, initial=True)
    outcomes = forms.CharField(
        label=_("Outcomes it covers"),
        help_text=_("Their codes, separated by commas."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        tidy(self)

    def has_changed(self) -> bool:
        return any(str(self[name].data or "").strip() for name in ("code", "title_zh", "title_en", "weight"))

    def clean_outcomes(self) -> list[str]:
        text = self.cleaned_data["outcomes"].replace("，", ",").replace("、", ",").replace(";", ",")
        return list(dict.fromkeys(code for part in text.split(",") if (code := part.strip())))

    def plain(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.fields if name != "DELETE"}


OutcomeRows = forms.formset_factory(OutcomeRow, formset=_Rows, extra=0, can_delete=True, max_num=40, validate_max=True)
ItemRows = forms.formset_factory(ItemRow, formset=_Rows, extra=0, can_delete=True, max_num=40, validate_max=True)


class ReviewerForm(NamedForm):
    """Which park is asked to review a version."""

    named = "park"
    unknown = _("No park of this name is in the portal.")

    park = forms.CharField(label=_("Park"), max_length=80)
    field_order = ["park", "chosen"]

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.filter(kind=Organisation.Kind.PARK_OPERATOR)


class ReviewForm(Tidy):
    organisation = forms.ModelChoiceField(label=_("For"), queryset=None, empty_label=None)
    verdict = forms.ChoiceField(
        label=pgettext_lazy("review", "Verdict"), choices=VersionReview.Verdict, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Comment"),
        help_text=_("The authors read it. It is tied to the content as it stands on this page."),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = organisations
        field.label_from_instance = lambda organisation: str(organisation.name)
        if len(organisations) == 1:
            field.initial, field.widget = organisations[0], forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("verdict") == VersionReview.Verdict.CHANGE and not data.get("comment"):
            self.add_error("comment", _("Please say what should change."))
        return data


class SunsetForm(Tidy):
    sunset_on = forms.DateField(
        label=_("No new cohorts after"),
        help_text=_("Empty: the day it was superseded."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
