"""Filters of the dashboard and of the audit log. An unknown value is named, and the rest still counts."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from . import audit_sentences as sentences
from . import figures

SHOWN = ("band", "province", "formation", "standing")


class DashboardFilter(forms.Form):
    """The four filters above the figures."""

    def __init__(self, filters: dict[str, str], known: dict[str, dict[str, Any]]) -> None:
        super().__init__(initial=filters)
        for code in SHOWN:
            self.fields[code] = forms.ChoiceField(
                label=figures.DIMENSIONS[code].title,
                required=False,
                choices=[("", _("All")), *known[code].items()],
                widget=forms.Select(attrs={"data-autosubmit": ""}),
            )


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
