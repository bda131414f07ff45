"""What is typed about marks: is it well formed?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken
from alliance.core.forms import Tidy

from . import marks


class MarkField(forms.CharField):
    """Points as people write them; gives basis points, None where nothing was written."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Mark"))
        options.setdefault("help_text", _("Points from 0 to 100, such as 86 or 86.5."))
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return marks.read(text)
        except RuleBroken as broken:
            raise ValidationError(str(broken)) from None


class PasteForm(Tidy):
    column = forms.CharField(
        label=_("A column of marks"),
        help_text=_(
            "From a spreadsheet: a name (or mail address) and a mark in each line, or only the marks in the order of "
            "the list above."
        ),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class CommentForm(Tidy):
    comment = forms.CharField(
        label=_("What to look at again"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AppealForm(Tidy):
    words = forms.CharField(
        label=_("What should be looked at, and why"),
        help_text=_("Name the task or criterion. Somebody without a part in the mark reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AppealDecisionForm(Tidy):
    mark = MarkField(label=_("New mark"), required=False, help_text=_("Empty: the mark stands."))
    words = forms.CharField(
        label=_("Reason"),
        help_text=_("The trainee reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RecognitionForm(Tidy):
    unit: Any = forms.ModelChoiceField(queryset=None, label=_("Unit"), empty_label=None)
    words = forms.CharField(
        label=_("Evidence"),
        help_text=_("Where and when you learned it, and which papers show it. Bring the papers along."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class RecognitionDecisionForm(Tidy):
    mark = MarkField(
        label=_("Mark of the unit"), required=False, help_text=_("Empty: not recognised. Else at least the pass mark.")
    )
    words = forms.CharField(
        label=_("Reason"),
        help_text=_("The trainee reads it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ManagerForm(Tidy):
    """A line manager is named by the address they sign in with; who is not there yet cannot mark either."""

    email = forms.EmailField(
        label=_("Mail address of the line manager"),
        help_text=_("The address they sign in with. Empty: nobody."),
        required=False,
    )

    def clean_email(self) -> User | None:
        email = self.cleaned_data["email"].strip().lower()
        if not email:
            return None
        person = User.objects.filter(email=email, is_active=True).first()
        if person is None:
            raise ValidationError(_("Nobody signs in here with this address, so they cannot mark either."))
        return person


class DriftForm(Tidy):
    words = forms.CharField(label=_("What you found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
