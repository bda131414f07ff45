"""Something is named by any part of its name; where several fit, the form offers them, and the reader picks one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import Tidy

MOST_FOUND = 8
MOST_WORDS = 5


def by_name(rows: QuerySet, words: str) -> list[Any]:
    """Rows whose Chinese name, English name or address has each of the words."""
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(slug__icontains=word))
    return list(rows.order_by("name_zh")[:MOST_FOUND])


class NamedForm(Tidy):
    """A form whose field `named` finds one of `rows()`; what was found stands in `cleaned_data["found"]`."""

    named: str
    unknown: str | Promise

    chosen: Any = forms.ModelChoiceField(
        label=_("Which one?"), queryset=None, required=False, widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = by_name(self.rows(), str(self.data.get(self.named, ""))) if self.is_bound else []
        chosen: Any = self.fields["chosen"]
        chosen.queryset = self.rows().filter(pk__in=[one.pk for one in self.offered])
        chosen.label_from_instance = lambda one: str(one.name)

    def rows(self) -> QuerySet:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        exact = [one for one in self.offered if data[self.named] in (one.name_zh, one.name_en)]
        if data.get("chosen"):
            data["found"] = data["chosen"]
        elif len(self.offered) == 1 or len(exact) == 1:
            data["found"] = (exact or self.offered)[0]
        elif self.offered:
            raise ValidationError({"chosen": _("Several fit. Which one do you mean?")}, code="several")
        else:
            raise ValidationError({self.named: self.unknown}, code="unknown")
        return data
