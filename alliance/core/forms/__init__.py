"""Forms as every package writes them: tidied texts, the reason of a step, numbers as people type them."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .text import clean_line, clean_lines, tidy

__all__ = ["ReasonForm", "Tidy", "clean_line", "clean_lines", "tidy"]


class Tidy(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        tidy(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, value in data.items():
            if isinstance(value, str) and isinstance(self.fields[name], forms.CharField):
                is_long = isinstance(self.fields[name].widget, forms.Textarea)
                data[name] = clean_lines(value) if is_long else clean_line(value)
        return data


class ReasonForm(Tidy):
    """Why somebody takes a step; `reader` says who will read it, `longest` how much its column holds."""

    def __init__(self, *args: Any, reader: str | Promise = "", longest: int = 2000, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            help_text=reader or _("The other side reads it."),  # type: ignore[arg-type]
            max_length=longest,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        tidy(self)
