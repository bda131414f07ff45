"""Filters of the dashboard. An unknown value is named, and the rest still counts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User

from . import figures, periods
from .models import ReportSchedule
from .periods import Period

SHOWN = ("band", "province", "formation", "structure", "site_form", "standing", "cluster")


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


class ParksForm(forms.Form):
    """Which parks the figures are about: by default all, else those the dashboard's filters let pass."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in SHOWN:
            self.fields[code] = forms.ChoiceField(
                label=figures.DIMENSIONS[code].title,
                required=False,
                choices=[("", _("All")), *figures.choices_of(code).items()],
            )

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set, by what was sent or by what the form began with."""
        return any(self[code].value() for code in SHOWN)

    def filters(self) -> dict[str, str]:
        return {code: self.cleaned_data[code] for code in SHOWN if self.cleaned_data.get(code)}


class PeriodForm(ParksForm):
    """A period and the filters, for what is frozen or printed."""

    at = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)
        at: Any = self.fields["at"]
        at.choices = period_choices()

    def clean_at(self) -> Period:
        period = periods.read(self.cleaned_data["at"])
        if period is None:
            raise forms.ValidationError(_("Please choose a period."))
        return period


class ReportForm(PeriodForm):
    """What to print: a period or a snapshot, a language, a kind of file."""

    language = forms.ChoiceField(label=_("Language"), choices=ReportSchedule.Language, widget=forms.RadioSelect)
    file_format = forms.ChoiceField(
        label=_("File"),
        choices=[("pdf", _("PDF, to read and print")), ("xlsx", _("XLSX, for further analysis"))],
        initial="pdf",
        widget=forms.RadioSelect,
    )
    with_parks = forms.BooleanField(label=_("Include the list of all parks"), required=False, initial=True)
    snapshot = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ScheduleForm(ParksForm):
    """A report by the clock: how often, about which parks, in which form, for whom."""

    cadence = forms.ChoiceField(label=_("How often"), choices=ReportSchedule.Cadence, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=ReportSchedule.Language, widget=forms.RadioSelect)
    file_format = forms.ChoiceField(label=_("File"), choices=ReportSchedule.Format, widget=forms.RadioSelect)
    recipients = forms.ModelMultipleChoiceField(
        label=_("For whom"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("People whose duty lets them see the dashboard. Each gets a file of their own and a message."),
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipients: Any = self.fields["recipients"]
        recipients.queryset = people


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
