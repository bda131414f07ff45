"""An approval to name, and what happened to it on which day."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.core.forms import Tidy

from ..models import ProjectApproval


class ApprovalForm(Tidy):
    kind = forms.ChoiceField(label=_("Approval"), choices=ProjectApproval.Kind)
    agency_zh = forms.CharField(label=_("Agency, in Chinese"), max_length=80)
    agency_en = forms.CharField(label=_("Agency, in English"), max_length=120, required=False)
    legal_days = forms.IntegerField(
        label=_("Working days the law allows"),
        help_text=_("As the agency's service guide says; empty where none is named."),
        required=False,
        min_value=1,
        max_value=365,
    )


class ApprovalStepForm(Tidy):
    on = forms.DateField(
        label=_("On"),
        help_text=_("The day it happened."),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    number = forms.CharField(label=_("Number of the decision"), max_length=80, required=False)
    valid_until = forms.DateField(
        label=_("Valid until"),
        help_text=_("Empty: without end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("In words"),
        help_text=_("Everybody reads this on the project's page."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, verb: str, needs_reason: bool, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        if verb != "grant":
            del self.fields["number"], self.fields["valid_until"]
        else:
            self.fields["number"].required = True
        if needs_reason:
            self.fields["reason"].required = True
        elif verb == "grant":
            del self.fields["reason"]
