"""An interest in one project or several, the reason of a step, the agreement and its acceptance."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.core.forms import Tidy

from ..models import Interest, Investor, Project
from ..services.agreements import LONGEST, SHORTEST
from .fields import WanField

SHARED = [("no", _("No, we share none")), ("yes", _("Yes, and we declare it below"))]


class InterestForm(Tidy):
    """One message for all chosen projects, an amount for each. What is missing may be added to the draft later."""

    investor = forms.ModelChoiceField(label=_("For"), queryset=Investor.objects.none(), empty_label=None)
    message = forms.CharField(
        label=_("Message to the parks"),
        help_text=_("Who you are, what draws you to the project, what you would like to talk about first."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
    )
    shares_owner = forms.ChoiceField(
        label=_("Do you share a beneficial owner with one of the promoting parks?"),
        help_text=_(
            "Nothing is sent without an answer. A shared owner hinders nothing once declared; "
            "the parks and the secretariat see it."
        ),
        choices=SHARED,
        widget=forms.RadioSelect,
        required=False,
    )
    owner_declaration = forms.CharField(
        label=_("Declaration"),
        help_text=_("Which owner, with what share on either side."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        investors: Sequence[Investor] = (),
        projects: Sequence[Project] = (),
        amounts: dict[int, int | None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.projects = projects
        # Optional for a draft alone: what is sent has both, and the page says so from the start.
        for name in ("message", "shares_owner"):
            self.fields[name].required = "keep" not in self.data
        if len(investors) > 1:
            field: Any = self.fields["investor"]
            field.queryset = Investor.objects.select_related("organisation").filter(
                pk__in=[one.pk for one in investors]
            )
        else:
            del self.fields["investor"]
        for project in projects:
            self.fields[f"amount_{project.pk}"] = WanField(
                label=_("Amount considered"),
                help_text=_("In ten thousand yuan; may stay empty."),
                required=False,
                least=1,
                initial=(amounts or {}).get(project.pk),
            )
        self.order_fields([*(name for name in self.fields if name.startswith("amount_")), *self.fields])

    @property
    def amount_fields(self) -> list[tuple[Project, Any]]:
        return [(project, self[f"amount_{project.pk}"]) for project in self.projects]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("shares_owner") == "yes" and not data.get("owner_declaration"):
            self.add_error("owner_declaration", _("Declare which owner you share, and how."))
        return data

    def require_sendable(self) -> bool:
        """What a draft may lack and a letter may not; said beside its field."""
        if not self.cleaned_data.get("message"):
            self.add_error("message", _("Write a message to the parks."))
        if not self.cleaned_data.get("shares_owner"):
            self.add_error("shares_owner", _("Say yes or no; without an answer nothing is sent."))
        return not self.errors

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        said = data.get("shares_owner")
        return {
            "message": data["message"],
            "shares_owner": None if not said else said == "yes",
            "owner_declaration": data["owner_declaration"] if said == "yes" else "",
        }

    def amounts(self) -> dict[int, int | None]:
        return {project.pk: self.cleaned_data[f"amount_{project.pk}"] for project in self.projects}


class InterestStepForm(Tidy):
    code = forms.ChoiceField(
        label=_("Kind of reason"),
        choices=[
            ("", _("choose")),
            *((one.value, one.label) for one in Interest.Reason if one not in Interest.BY_CLOCK),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The other side reads it."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AgreementForm(Tidy):
    text_zh = forms.CharField(
        label=_("Chinese text"), max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 18})
    )
    text_en = forms.CharField(
        label=_("English text"), max_length=20000, strip=False, widget=forms.Textarea(attrs={"rows": 18})
    )
    valid_days = forms.IntegerField(
        label=_("Days an acceptance holds"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=365,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    is_checked = forms.BooleanField(
        label=_("We have read both texts whole, and filled every place in square brackets."),
    )


class AcceptForm(Tidy):
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    has_read = forms.BooleanField(label=_("I have read the agreement whole and accept it for our organisation."))
    may_sign = forms.BooleanField(label=_("I am authorised to sign for our organisation."))
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
