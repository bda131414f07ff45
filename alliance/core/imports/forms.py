"""What is asked on the pages of imports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..spreadsheets import column_letters
from .kinds import ImportKind


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV in UTF-8 or GBK, at most 20 MB. Nothing is changed before you confirm it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        error_messages={"required": _("Please choose a file."), "empty": _("The file is empty.")},
    )


class ColumnsForm(forms.Form):
    """One field for each header of the file: which of our columns it is."""

    def __init__(self, *args: Any, kind: ImportKind, headers: list[str], chosen: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = list(kind.columns())
        choices = [("", _("Leave it out")), *((column.code, column.header()) for column in columns)]
        for place, header in enumerate(headers):
            if header:
                self.fields[f"column-{place}"] = forms.ChoiceField(
                    label=f"{column_letters(place)} · {header}",
                    choices=choices,
                    required=False,
                    initial=chosen.get(str(place), ""),
                )

    @property
    def columns(self) -> dict[int, str]:
        return {int(name.removeprefix("column-")): code for name, code in self.cleaned_data.items()}
