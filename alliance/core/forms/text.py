"""What every text field of a profile has in common."""

import re
from typing import Any

from django import forms

# Marks that turn the direction of what follows; they would turn the page around them too. Plain right-to-left letters
# need none of them: inputs and pages set `dir="auto"`.
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_line(text: str) -> str:
    """One line: no direction overrides, no control characters, single spaces."""
    return re.sub(r"\s+", " ", CONTROLS.sub("", DIRECTION_MARKS.sub("", text))).strip()


def clean_lines(text: str) -> str:
    """Several lines, paragraphs kept."""
    text = CONTROLS.sub("", DIRECTION_MARKS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def tidy(form: forms.BaseForm) -> None:
    """Counters instead of silent cutting; the language of each input; a direction that follows its text.

    A `maxlength` attribute would cut a pasted text without a word. The form says what is too long, and keeps it.
    """
    for name, field in form.fields.items():
        attrs: dict[str, Any] = field.widget.attrs
        limit = attrs.pop("maxlength", None)
        attrs.pop("minlength", None)
        if isinstance(field.widget, forms.TextInput | forms.Textarea) and not isinstance(field.widget, forms.URLInput):
            attrs.setdefault("dir", "auto")
        if limit and isinstance(field.widget, forms.Textarea):
            attrs["data-count"] = limit
        if name.endswith("_zh"):
            attrs["lang"] = "zh-Hans"
        elif name.endswith("_en"):
            attrs["lang"] = "en"
