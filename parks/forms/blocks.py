"""One form for each block of the profile: is what was typed well formed?"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation
from alliance.accounts.validators import validate_credit_code
from alliance.core.forms import clean_line, clean_lines, tidy
from alliance.core.models import Division

from .. import blocks
from ..models import FieldOfWork, IndustryCategory, Park
from .rows import ROWSETS, BaseFigureRows, RowSet

FIRST_YEAR = 1800


class BlockForm(forms.ModelForm):
    """The form of one block. `values()` gives what is well formed, even while other fields are not.

    `park` is the park as its people see it, drafts included; it is never saved from here. `published` is what the
    public sees.
    """

    block = ""

    def __init__(
        self,
        data: Any = None,
        *,
        park: Park,
        published: Park | None = None,
        typed: blocks.Values | None = None,
        more: str = "",
        **kwargs: Any,
    ) -> None:
        """`typed` values are shown instead of the park's; `more` names a list that gets one empty row more."""
        kwargs.setdefault("use_required_attribute", False)
        typed = typed or {}
        super().__init__(data, instance=park, initial={k: v for k, v in typed.items() if k not in ROWSETS}, **kwargs)
        self.park = park
        tidy(self)
        for name, field in self.fields.items():
            # The places for hint, error and counter are always there: an autosave fills them without a new page.
            field.widget.attrs["aria-describedby"] = f"id_{name}_helptext id_{name}_error"
        self.rowsets: dict[str, RowSet] = {}
        for name in self.definition.rows:
            rows = typed.get(name, blocks.read(park, name))
            self.rowsets[name] = self.rowset(name, rows, data, extra=1 if not rows else 2 if more == name else None)
            if data is not None:
                self.rowsets[name].is_valid()
            self._mark_jumps(self.rowsets[name], published)

    @staticmethod
    def rowset(name: str, rows: list[dict], data: Any = None, extra: int | None = None) -> RowSet:
        return ROWSETS[name](data, prefix=name, rows=rows, extra=extra)

    @staticmethod
    def _mark_jumps(rowset: RowSet, published: Park | None) -> None:
        if isinstance(rowset, BaseFigureRows):
            rowset.mark_jumps(blocks.read(published, rowset.field) if published is not None else [])

    @property
    def definition(self) -> blocks.Block:
        return blocks.BLOCKS[self.block]

    def is_valid(self) -> bool:
        return super().is_valid() and all(rowset.is_valid() for rowset in self.rowsets.values())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, value in data.items():
            if isinstance(value, str):
                data[name] = (
                    clean_lines(value) if isinstance(self.fields[name].widget, forms.Textarea) else clean_line(value)
                )
        return data

    def values(self) -> blocks.Values:
        """The well-formed fields as plain values; a field with an error is left out."""
        self.is_valid()
        found: blocks.Values = {}
        for name in self.definition.fields:
            if name in self.cleaned_data and name not in self.errors:
                value = self.cleaned_data[name]
                found[name] = (value.pk if value else "") if name in blocks.FOREIGN_KEYS else blocks.plain(name, value)
        for name, rowset in self.rowsets.items():
            if rowset.is_valid():
                found[name] = rowset.rows()
        return found

    def all_errors(self) -> list[tuple[str, Any, str]]:
        """(id of the field, its label, what is wrong) for the summary above the form, rows included."""
        lines = [
            (self[name].id_for_label, self[name].label, error)
            for name in self.fields
            for error in self.errors.get(name, [])
        ]
        for rowset in self.rowsets.values():
            for form in rowset.forms:
                lines += [
                    (form[name].id_for_label, form[name].label, error)
                    for name in form.fields
                    for error in form.errors.get(name, [])
                ]
        return lines


class IdentityForm(BlockForm):
    block = "identity"

    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, as on the operator's licence. It is not shown to the public."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    province = forms.ModelChoiceField(
        label=_("Province"), queryset=Division.objects.none(), empty_label=_("choose"), required=True
    )
    city = forms.ModelChoiceField(
        label=_("City"), queryset=Division.objects.none(), empty_label=_("choose"), required=False
    )
    year_opened = forms.IntegerField(
        label=_("Year opened"),
        help_text=_("Four digits. If you are not sure leave it empty: the page then says “not reported”."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )

    class Meta:
        model = Park
        fields = (
            "name_zh",
            "name_en",
            "kind",
            "province",
            "city",
            "city_zh",
            "city_en",
            "district_zh",
            "district_en",
            "address_zh",
            "address_en",
            "year_opened",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("credit_code", self.park.organisation.credit_code)
        divisions = list(Division.objects.all())
        provinces = [division for division in divisions if division.level == Division.Level.PROVINCE]
        self.fields["province"].queryset = Division.objects.provinces()
        self.fields["province"].choices = [("", _("choose")), *((p.pk, str(p.name)) for p in provinces)]
        self.fields["city"].queryset = Division.objects.cities()
        self.fields["city"].choices = [
            ("", _("not in this list")),
            *(
                (str(p.name), [(c.pk, str(c.name)) for c in divisions if c.parent_id == p.pk])
                for p in provinces
                if any(c.parent_id == p.pk for c in divisions)
            ),
        ]
        hints = {
            "name_zh": _("The full name, as on the gate."),
            "name_en": _(
                "The name the park uses abroad; otherwise pinyin and a translated kind, such as “Hefeng Creative "
                "Plaza”."
            ),
            "city_zh": _("Only where the list above does not have it; otherwise filled in from the list."),
            "city_en": _("As above, in English."),
            "address_zh": _("Street and number, without province and city."),
            "address_en": _("So that a visitor from abroad can show and read it."),
        }
        for name, hint in hints.items():
            self.fields[name].help_text = hint

    def clean_credit_code(self) -> str:
        code = re.sub(r"[\s-]", "", self.cleaned_data["credit_code"]).upper()
        if not code:
            return ""
        validate_credit_code(code)
        taken = Organisation.objects.filter(credit_code=code).exclude(pk=self.park.organisation_id).exists()
        if taken:
            raise ValidationError(
                _(
                    "Another organisation already has this credit code. If it is yours, please write to the "
                    "secretariat."
                ),
                code="taken",
            )
        return code

    def clean_year_opened(self) -> int | None:
        year = self.cleaned_data["year_opened"]
        latest = timezone.localdate().year
        if year is not None and year > latest:
            raise ValidationError(
                _("%(year)s has not come yet. Please give the year in which the park opened."), params={"year": year}
            )
        if year is not None and year < FIRST_YEAR:
            raise ValidationError(_("Please give a year after %(year)s."), params={"year": FIRST_YEAR})
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        city, province = data.get("city"), data.get("province")
        if city and province and city.parent_id != province.pk:
            self.add_error(
                "city",
                ValidationError(
                    _("%(city)s is not in %(province)s."),
                    params={"city": str(city.name), "province": str(province.name)},
                ),
            )
        elif city:
            data["city_zh"], data["city_en"] = city.name_zh, city.short_en
        return data


class StoryForm(BlockForm):
    block = "story"

    class Meta:
        model = Park
        fields = ("summary_zh", "summary_en", "former_use_zh", "former_use_en", "story_zh", "story_en")
        widgets = {
            "summary_zh": forms.Textarea(attrs={"rows": 5}),
            "summary_en": forms.Textarea(attrs={"rows": 5}),
            "story_zh": forms.Textarea(attrs={"rows": 14}),
            "story_en": forms.Textarea(attrs={"rows": 14}),
        }
        help_texts = {
            "summary_zh": _("Two or three sentences: where it is, what it was, what it is now. 60 to 200 characters."),
            "summary_en": _("Two or three sentences for a reader who has never been to China."),
            "former_use_zh": _("What the site was used for; the old factory's name in brackets."),
            "former_use_en": _("The old factory's name in pinyin or as it is commonly translated."),
            "story_zh": _("Paragraphs are kept. **bold**, lists with “- ” and links work."),
            "story_en": _("It need not be a word-for-word translation; say what a reader abroad needs to know."),
        }


class TypeForm(BlockForm):
    block = "type"

    digital_forms = forms.MultipleChoiceField(
        label=_("Digital form"),
        help_text=_("As many as fit."),
        choices=blocks.CODE_LISTS["digital_forms"].choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Park
        fields = (
            "formation",
            "second_formation",
            "formation_evidence_zh",
            "formation_evidence_en",
            "structure",
            "site_form",
            "digital_forms",
        )
        widgets = {
            "formation": forms.RadioSelect,
            "structure": forms.RadioSelect,
            "site_form": forms.RadioSelect,
            "formation_evidence_zh": forms.Textarea(attrs={"rows": 4}),
            "formation_evidence_en": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "formation": _("How the park came about."),
            "second_formation": _("Only where two histories meet."),
            "formation_evidence_zh": _("What speaks for it: a year, a decision, a building."),
            "structure": _("Who leads it."),
            "site_form": _("What the site is."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("formation", "second_formation", "structure", "site_form"):
            options = [(code, label) for code, label in self.fields[name].choices if code]
            self.fields[name].choices = [("", _("not said")), *options]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("second_formation") and data["second_formation"] == data.get("formation"):
            self.add_error("second_formation", _("The second formation repeats the first."))
        return data


class SpaceForm(BlockForm):
    block = "space"

    facilities = forms.MultipleChoiceField(
        label=_("Facilities"),
        help_text=_("What one finds on the site."),
        choices=blocks.CODE_LISTS["facilities"].choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    services = forms.MultipleChoiceField(
        label=_("Services"),
        help_text=_("What the park does for those who work in it."),
        choices=blocks.CODE_LISTS["services"].choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Park
        fields = ("facilities", "services", "opening_hours_zh", "opening_hours_en")
        help_texts = {"opening_hours_zh": _("For visitors, holidays included.")}


class WorkForm(BlockForm):
    block = "work"

    main_field = forms.ChoiceField(
        label=_("Main field"),
        help_text=_("Cards and neighbours go by this one."),
        required=False,
    )
    industries = forms.MultipleChoiceField(
        label=_("NBS classes of 2018"),
        help_text=_("The classes of the national statistics, as many as fit."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    national_status_year = forms.IntegerField(
        label=_("Year of the title"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )

    class Meta:
        model = Park
        fields = (
            "fields",
            "industries",
            "national_status",
            "national_status_year",
            "status_note_zh",
            "status_note_en",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields"] = forms.MultipleChoiceField(
            label=_("Fields of work"),
            help_text=_("Three to five say more than all."),
            choices=(named := [(field.code, str(field.name)) for field in FieldOfWork.objects.all()]),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["main_field"].choices = [("", _("not said")), *named]
        main = self.initial.get("fields") or [""]
        self.initial["main_field"] = main[0]
        self.order_fields(["fields", "main_field"])
        classes = list(IndustryCategory.objects.all())
        majors = [entry for entry in classes if entry.level == IndustryCategory.Level.MAJOR]
        self.fields["industries"].choices = [
            (
                f"{major.code} {major.name}",
                [(c.code, str(c)) for c in (major, *(x for x in classes if x.parent_id == major.code))],
            )
            for major in majors
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "fields" in data:
            # The main field first, then those that stood before in their order, then the new ones.
            picked, main = data["fields"], data.get("main_field")
            order = [code for code in (main, *self.park.fields, *picked) if code]
            data["fields"] = [code for code in dict.fromkeys(order) if code in picked or code == main]
        return data

    def clean_national_status_year(self) -> int | None:
        year = self.cleaned_data["national_status_year"]
        latest = timezone.localdate().year
        if year is not None and not 1980 <= year <= latest:
            raise ValidationError(
                _("Please give a year between %(first)s and %(last)s."), params={"first": 1980, "last": latest}
            )
        return year


class FiguresForm(BlockForm):
    block = "figures"

    class Meta:
        model = Park
        fields = ()


class ContactForm(BlockForm):
    block = "contact"

    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )

    class Meta:
        model = Park
        fields = ("website", "contact_phone", "contact_email", "contact_visibility")
        widgets = {
            "contact_phone": forms.TextInput(attrs={"type": "tel"}),
            "contact_visibility": forms.RadioSelect,
        }
        help_texts = {
            "contact_phone": _("With its area code, such as 0574-8888 0000; from abroad +86 574 8888 0000."),
            "contact_email": _("A mailbox that somebody reads every working day."),
            "contact_visibility": _("Visitors and buyers can only write where they see an address."),
        }

    def clean_contact_phone(self) -> str:
        phone = clean_line(self.cleaned_data["contact_phone"])
        if phone and (not re.fullmatch(r"[\d+()\-–./, 转ext]+", phone) or len(re.sub(r"\D", "", phone)) < 5):
            raise ValidationError(_("Please write a telephone number with digits, spaces, + and - only."), code="phone")
        return phone


FORMS: dict[str, type[BlockForm]] = {
    form.block: form for form in (IdentityForm, StoryForm, TypeForm, SpaceForm, WorkForm, FiguresForm, ContactForm)
}
