"""Amounts as Chinese practice writes them: in units of ten thousand yuan, kept in fen."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.core.forms.numbers import ScaledField

# A hundred billion yuan; more is a slip.
MOST = 100_000_000_000 * 100


class WanField(ScaledField):
    """Ten thousand yuan (万元): 3000 is thirty million yuan, 0.000001 one fen."""

    scale = 1_000_000
    too_fine = _("Please give the amount to the fen at most.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("most", MOST)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{Decimal(value) / self.scale:.6f}".rstrip("0").rstrip(".")
        return value
