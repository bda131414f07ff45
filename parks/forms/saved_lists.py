from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import SavedList


class SavedListForm(forms.Form):
    """A list of parks: what it is called and for."""

    name = forms.CharField(label=_("Name"), max_length=80)
    note = forms.CharField(
        label=_("What it is for"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_shared = forms.BooleanField(
        label=_("Share with the desks"),
        required=False,
        help_text=_("Colleagues at the desks of the secretariat then see it, add to it and take out."),
    )


class AddToListForm(forms.Form):
    """Which list the chosen parks go on, an old one or a new one."""

    saved_list = forms.ModelChoiceField(
        label=_("To which list"), queryset=SavedList.objects.none(), required=False, empty_label=_("A new list")
    )
    name = forms.CharField(label=_("Name of the new list"), max_length=80, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("Why they are on it; it stands beside each.")
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["saved_list"].queryset = SavedList.objects.visible_to(person)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("saved_list") and not data.get("name", "").strip():
            self.add_error("name", _("Choose a list, or give the new one a name."))
        return data
