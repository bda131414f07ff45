"""Shares, hours, credits as people write them, kept as whole numbers: 62.5 % is 6,250, 1.5 hours are 90 minutes."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class ScaledField(forms.CharField):
    """A decimal number that is kept as an integer, `scale` to one; what does not come out whole is refused."""

    scale = 1
    unit = ""
    too_fine = _("Please give a rounder number.")

    def __init__(self, *, least: int = 0, most: int | None = None, **kwargs: Any) -> None:
        self.least, self.most = least, most
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "class": "short", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{Decimal(value) / self.scale:.4f}".rstrip("0").rstrip(".")
        return value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        # Full-width digits and signs, as Chinese keyboards write them.
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").replace(",", "").rstrip("% ").strip()
        if not text:
            return None
        try:
            scaled = Decimal(text) * self.scale
        except InvalidOperation:
            raise ValidationError(_("Please give a number."), code="number") from None
        if not scaled.is_finite():
            raise ValidationError(_("Please give a number."), code="number")
        if scaled != scaled.to_integral_value():
            raise ValidationError(self.too_fine, code="fine")
        number = int(scaled)
        if number < self.least or (self.most is not None and number > self.most):
            raise ValidationError(
                _("Please give a number from %(least)s to %(most)s."),
                code="range",
                params={"least": self.prepare_value(self.least), "most": self.prepare_value(self.most or 10**9)},
            )
        return number

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The length was checked as text; the number by its bounds."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class ShareField(ScaledField):
    """Percent, kept in basis points."""

    scale = 100
    too_fine = _("Two digits after the point are as fine as it gets.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("most", 10_000)
        super().__init__(**kwargs)


class HoursField(ScaledField):
    """Hours, kept in minutes."""

    scale = 60
    too_fine = _("Hours come out in whole minutes: 1.5 or 0.25.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("most", 60 * 5_000)
        super().__init__(**kwargs)


class CreditsField(ScaledField):
    """Credits, kept in hundredths."""

    scale = 100
    too_fine = _("Two digits after the point are as fine as it gets.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("most", 100 * 300)
        super().__init__(**kwargs)
