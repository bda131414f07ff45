"""An organisation as the secretariat writes it down."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Organisation
from ..validators import validate_credit_code
from .fields import LineField


class CreditCodeField(forms.CharField):
    """A unified social credit code as people copy it: with blanks, hyphens, full-width digits, in small letters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unified social credit code"))
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", super().to_python(value) or "")).upper()

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            validate_credit_code(value)


class OrganisationForm(forms.Form):
    """What tells one organisation from another. Whether its credit code is taken, its service says."""

    name_zh = LineField(label=_("Chinese name"), max_length=Organisation._meta.get_field("name_zh").max_length)
    name_en = LineField(
        label=_("English name"), max_length=Organisation._meta.get_field("name_en").max_length, required=False
    )
    credit_code = CreditCodeField(
        help_text=_("18 characters, as on the licence. The same code twice is refused."), required=False
    )
