import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Characters that no name needs and that turn or hide the text around them.
_INVISIBLE = {"Cc", "Cf", "Co", "Cs"}


def clean_line(text: str) -> str:
    """One line of text as people see it: composed, without control and direction marks, single blanks."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(
        " " if ch.isspace() else ch for ch in text if ch.isspace() or unicodedata.category(ch) not in _INVISIBLE
    )
    return re.sub(r" +", " ", text).strip()


class LineField(forms.CharField):
    """A line of text, cleaned of what one cannot see."""

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


class NameField(LineField):
    """A person's name: in any script, but with letters in it."""

    default_error_messages = {"letters": _("Please write the name in letters.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", pgettext_lazy("person", "Name"))
        kwargs.setdefault("max_length", 80)
        super().__init__(**kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not any(ch.isalpha() for ch in value):
            raise ValidationError(self.error_messages["letters"], code="letters")


class PhoneField(LineField):
    """A telephone number as people write it, extension included."""

    default_error_messages = {
        "phone": _(
            "A telephone number has digits, and where needed + ( ) - and an extension, such as 0571-8888 8888-12."
        )
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}))
        super().__init__(**kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not (
            re.fullmatch(r"[0-9０-９+＋()（）\-－–./x# ]+", value) and sum(ch.isdigit() for ch in value) >= 5
        ):
            raise ValidationError(self.error_messages["phone"], code="phone")


class DayField(forms.DateField):
    """A day, picked in the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"])
        super().__init__(**kwargs)


def email_widget() -> forms.EmailInput:
    return forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "spellcheck": "false"})
