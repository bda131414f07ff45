"""Documents of a project outside its data room: what they are, of which stage, and who reads them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.forms import Tidy

from ..models import ProjectDocument

KINDS = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.pptx,.xlsx"


def _file(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=_("PDF, picture (JPG, PNG, WebP) or Office file (DOCX, PPTX, XLSX), at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": KINDS}),
    )


class DocumentForm(Tidy):
    title_zh = forms.CharField(label=_("Chinese title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ProjectDocument.Kind.choices)
    stage = forms.ChoiceField(
        label=pgettext_lazy("project", "Stage"),
        choices=ProjectDocument.Stage.choices,
        help_text=_("The stage of the project to which it belongs."),
    )
    disclosure = forms.ChoiceField(
        label=_("Who reads it"),
        choices=ProjectDocument.Disclosure.choices,
        widget=forms.RadioSelect,
        initial=ProjectDocument.Disclosure.PUBLIC,
        help_text=_(
            "What you offer, and on which terms, belongs to verified investors only. What needs a confidentiality "
            "agreement belongs in the data room."
        ),
    )


class NewDocumentForm(DocumentForm):
    file = _file(_("File"))

    field_order = ["file", "title_zh", "title_en", "kind", "stage", "disclosure"]


class RenewForm(Tidy):
    file = _file(_("Newer version"))


class WithdrawForm(Tidy):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
