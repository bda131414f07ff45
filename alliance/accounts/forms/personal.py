from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Breach, DataRequest


class AskForm(forms.Form):
    """What a person asks about their data, beyond what the pages do by themselves."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=[
            (kind.value, kind.label)
            for kind in (DataRequest.Kind.CORRECT, DataRequest.Kind.RESTRICT, DataRequest.Kind.EXPLAIN)
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What is it about?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Which data, and what should become of them."),
    )


class CloseForm(forms.Form):
    """A word typed by hand, so that nobody closes an account by a slip."""

    word = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = gettext("close")
        self.fields["word"].label = gettext("To confirm, type: %(word)s") % {"word": self.expected}

    def clean_word(self) -> str:
        word = self.cleaned_data["word"].strip().lower()
        if word != self.expected.lower():
            raise ValidationError(gettext("Please type exactly: %(word)s") % {"word": self.expected})
        return word


class AnswerForm(forms.Form):
    is_met = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Done as asked")), ("no", _("Refused, for a reason the law gives"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Answer to the person"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was done, or why not, and where the person can complain. They read exactly this."),
    )


class MomentField(forms.DateTimeField):
    """A day and a time, picked in the browser's own way, in the portal's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        kwargs.setdefault("widget", widget)
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
        super().__init__(**kwargs)


class BreachForm(forms.ModelForm):
    became_known_at = MomentField(
        label=_("Became known"), help_text=_("When somebody here first knew. The clocks run from this moment.")
    )
    happened_at = MomentField(label=_("Happened"), required=False)
    authority_told_at = MomentField(label=_("Chinese authority told"), required=False)
    european_told_at = MomentField(label=_("European authority told"), required=False)
    people_told_at = MomentField(label=_("People affected told"), required=False)

    class Meta:
        model = Breach
        fields = [
            "what",
            "became_known_at",
            "happened_at",
            "kinds_of_data",
            "people_affected",
            "level",
            "is_european",
            "risk",
            "measures",
            "authority_told_at",
            "authority",
            "european_told_at",
            "people_told_at",
            "why_not_told",
            "lessons",
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("what", "kinds_of_data", "risk", "measures", "why_not_told", "lessons")
        }
