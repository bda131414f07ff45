"""Filters of the dashboard and of the audit log. An unknown value is named, and the rest still counts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from . import audit_sentences as sentences
from . import figures, periods
from .periods import Period

SHOWN = ("band", "province", "formation", "structure", "site_form", "standing")


class DashboardFilter(forms.Form):
    """The period and the filters above the figures."""

    def __init__(self, filters: dict[str, str], known: dict[str, dict[str, Any]], period: Period) -> None:
        super().__init__(initial={**filters, "at": period.code})
        self.fields["at"] = forms.ChoiceField(
            label=_("Period"),
            required=False,
            choices=period_choices(period),
            widget=forms.Select(attrs={"data-autosubmit": ""}),
        )
        for code in SHOWN:
            self.fields[code] = forms.ChoiceField(
                label=figures.DIMENSIONS[code].title,
                required=False,
                choices=[("", _("All")), *known[code].items()],
                widget=forms.Select(attrs={"data-autosubmit": ""}),
            )


def period_choices(chosen: Period | None = None) -> list[Any]:
    """Now, then the last months, quarters and years; and the one that is chosen, if it is another."""
    offered = periods.choices()
    known = {period.code for group in offered.values() for period in group}
    other = [(chosen.code, chosen.label)] if chosen and chosen.code and chosen.code not in known else []
    return [
        ("", _("Now")),
        *other,
        (_("Months"), [(period.code, period.label) for period in offered[periods.MONTH]]),
        (_("Quarters"), [(period.code, period.label) for period in offered[periods.QUARTER]]),
        (_("Years"), [(period.code, period.label) for period in offered[periods.YEAR]]),
    ]


def read_period(data: Mapping[str, str]) -> tuple[Period, str]:
    """The period the address names, and what it named if that is none; then it is now."""
    code = data.get("at", "").strip()
    period = periods.read(code)
    return (period, "") if period else (periods.now(), code)


def read_filters(data: QueryDict, known: dict[str, dict[str, Any]]) -> tuple[dict[str, str], list[str]]:
    """The dimensions named in the address with a value they have, and the names of those without."""
    filters, unknown = {}, []
    for code, values in known.items():
        wanted = data.get(code, "")
        if wanted in values:
            filters[code] = wanted
        elif wanted:
            unknown.append(f"{figures.DIMENSIONS[code].title}: {wanted[:40]}")
    return filters, unknown


class AuditFilter(forms.Form):
    """Who, what, on which object, for whom, when."""

    person = forms.CharField(label=_("Person"), required=False, max_length=80, help_text=_("Part of a name or e-mail"))
    organisation = forms.CharField(label=_("Acting for"), required=False, max_length=80)
    verb = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("Kind of object"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    object = forms.RegexField(
        r"^[a-z]+\.[a-z]+:[\w-]{1,60}$", label=_("Object"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        verbs: Any = self.fields["verb"]
        verbs.choices = [("", _("All")), *((verb, sentences.title(verb)) for verb in sentences.SENTENCES)]
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", _("All")), *((kind, sentences.kind_title(kind)) for kind in sentences.SUBJECTS)]
