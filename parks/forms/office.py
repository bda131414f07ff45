"""Forms of the workflow: messages, reasons, notes, a new entry."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation
from alliance.accounts.validators import validate_credit_code
from alliance.core.forms import Tidy, tidy
from alliance.core.models import Division

from .. import choices
from ..blocks import BLOCKS


class MessageForm(Tidy):
    message = forms.CharField(
        label=_("Message to the secretariat"),
        help_text=_("What they should know when they check. Not public."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(Tidy):
    """Reasons in general and for each block; at least one."""

    reasons = forms.CharField(
        label=_("In general"),
        help_text=_("The park reads this in its desk and by mail."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for block in BLOCKS.values():
            self.fields[f"block_{block.code}"] = forms.CharField(
                label=block.title, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
            )
        tidy(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not any(data.values()):
            raise ValidationError(_("Please say what the park should change."), code="reasons")
        return data

    @property
    def block_reasons(self) -> dict[str, str]:
        return {code: text for code in BLOCKS if (text := self.cleaned_data.get(f"block_{code}"))}


class NoteForm(Tidy):
    note = forms.CharField(
        label=_("Why you correct this"),
        help_text=_("The park reads it with what changed."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NewParkForm(Tidy):
    """A new entry; only what is needed to tell it from others."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=choices.Kind)
    province = forms.ModelChoiceField(label=_("Province"), queryset=Division.objects.none(), empty_label=_("choose"))
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("Of the operator, if it is known. The same code twice is refused."),
        required=False,
        max_length=40,
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("Where it is known from. Needed before visitors see the entry; a park that joins needs none."),
        required=False,
        max_length=300,
    )
    is_different = forms.BooleanField(
        label=_("I looked at these: it is another park"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].queryset = Division.objects.provinces()
        self.fields["province"].label_from_instance = lambda division: str(division.name)

    def clean_credit_code(self) -> str:
        code = re.sub(r"[\s-]", "", self.cleaned_data["credit_code"]).upper()
        if not code:
            return ""
        validate_credit_code(code)
        if other := Organisation.objects.filter(credit_code=code).first():
            raise ValidationError(
                _("%(name)s already has this credit code."), params={"name": other.name}, code="taken"
            )
        return code


class PictureForm(Tidy):
    """The words of one picture."""

    alt_zh = forms.CharField(
        label=_("What it shows, in Chinese"),
        help_text=_("For those who cannot see it: one sentence, without “picture of”."),
        max_length=160,
    )
    alt_en = forms.CharField(label=_("What it shows, in English"), max_length=240, required=False)
    credit = forms.CharField(
        label=_("Photographer or owner"),
        help_text=_("Shown under the picture. You say that the park may publish it."),
        max_length=120,
        required=False,
    )
