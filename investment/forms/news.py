"""News of a project, and what became of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.forms import Tidy

from ..models import ProjectOutcome, ProjectUpdate
from .fields import WanField


def _text(label: Any, help_text: Any = "", *, rows: int = 6, longest: int = 4000, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=longest,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class UpdateForm(Tidy):
    title_zh = forms.CharField(label=pgettext_lazy("update", "Chinese title"), max_length=80)
    title_en = forms.CharField(label=pgettext_lazy("update", "English title"), max_length=120, required=False)
    text_zh = _text(_("Chinese text"), _("What happened, and what comes next; **bold** and lists work."))
    text_en = _text(_("English text"), required=False)
    disclosure = forms.ChoiceField(
        label=_("Who reads it"),
        choices=ProjectUpdate.Disclosure.choices,
        widget=forms.RadioSelect,
        initial=ProjectUpdate.Disclosure.PUBLIC,
        help_text=_("What you offer, and on which terms, belongs to verified investors only."),
    )


class RetractForm(Tidy):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class OutcomeForm(Tidy):
    kind = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    amount = WanField(
        label=_("Amount"), help_text=_("In ten thousand yuan; for what was financed or spent."), required=False
    )
    happened_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    happened_zh = _text(_("What happened, in Chinese"), rows=4, longest=3000)
    happened_en = _text(_("What happened, in English"), rows=4, longest=3000, required=False)
    learnt_zh = _text(
        _("What was learnt, in Chinese"),
        _("What others should know who try the same; failures teach most."),
        rows=4,
        longest=3000,
    )
    learnt_en = _text(_("What was learnt, in English"), rows=4, longest=3000, required=False)
    corrects = forms.ModelChoiceField(
        label=_("Corrects"),
        help_text=_("Only where an earlier record was wrong; both stay on file, the newer one is shown."),
        queryset=ProjectOutcome.objects.none(),
        required=False,
        empty_label=_("nothing, it is new"),
    )

    def __init__(self, *args: Any, kinds: Sequence[ProjectOutcome.Kind], standing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["corrects"].queryset = standing  # type: ignore[attr-defined]
