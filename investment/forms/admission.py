"""One criterion of admission: met or not, and on what that rests (J-1)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.core.forms import Tidy

from ..models import Criterion
from ..services.admission import LONGEST_EVIDENCE


class CriterionForm(Tidy):
    criterion = forms.ChoiceField(choices=Criterion, widget=forms.HiddenInput)
    is_met = forms.TypedChoiceField(
        label=_("Met?"),
        choices=[("yes", _("met")), ("no", _("not met"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("A document, a page, a conversation with its date."),
        max_length=LONGEST_EVIDENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
