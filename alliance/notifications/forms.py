from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User

from .models import Robot, WritingHours
from .robots.platforms import CHOICES, PLATFORMS
from .services.robots import group_kinds


def _secret() -> forms.TextInput:
    """What is typed here opens a group: no browser remembers it."""
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.MultipleChoiceField)
    field.choices = choices


def _rows(form: forms.Form, name: str, rows: QuerySet) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


class HoursForm(forms.ModelForm):
    """When a person wants to be written to."""

    class Meta:
        model = WritingHours
        fields = ["quiet", "quiet_from", "quiet_until", "digest_at", "time_zone"]
        labels = {
            "quiet_from": pgettext_lazy("hour of the day", "From"),
            "quiet_until": pgettext_lazy("hour of the day", "Until"),
        }
        widgets = {
            "quiet": forms.RadioSelect,
            "quiet_from": forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
            "quiet_until": forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
            "digest_at": forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
        }


class RobotForm(forms.Form):
    """What a group is told. Address and secret are never shown: empty leaves them as they are."""

    name = forms.CharField(
        label=_("Name of the group"), max_length=60, help_text=_("A name you will recognise; the platform has its own.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=User.Language, widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=_("What the group is told"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what needs no names of people. The group gets a line and the link."),
    )
    url = forms.CharField(
        label=_("New address of the robot"), max_length=500, required=False, widget=_secret(), strip=True
    )
    secret = forms.CharField(
        label=_("New signing secret"),
        max_length=200,
        required=False,
        widget=_secret(),
        help_text=_("Only if the robot's security setting asks for signatures (加签, 签名校验)."),
    )

    def __init__(self, *args: Any, robot: Robot, **kwargs: Any) -> None:
        initial = {"name": robot.name, "language": robot.language, "kinds": robot.kinds}
        super().__init__(*args, initial=initial, **kwargs)
        _choices(self, "kinds", [(kind.code, kind.title) for kind in group_kinds(robot.organisation)])
        if not PLATFORMS[robot.platform].has_secret:
            del self.fields["secret"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        return {"secret": "", **values}


class AddRobotForm(forms.Form):
    """A new robot of a group."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    platform = forms.ChoiceField(label=_("Platform"), choices=CHOICES, widget=forms.RadioSelect)
    name = RobotForm.base_fields["name"]
    url = forms.CharField(
        label=_("Address of the robot"),
        max_length=500,
        widget=_secret(),
        help_text=_("The Webhook address that the platform shows when you add a custom robot to the group."),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        widget=_secret(),
        help_text=RobotForm.base_fields["secret"].help_text,
    )
    language = RobotForm.base_fields["language"]
    kinds = forms.MultipleChoiceField(
        label=_("What the group is told"),
        widget=forms.CheckboxSelectMultiple,
        help_text=RobotForm.base_fields["kinds"].help_text,
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
        _rows(self, "organisation", own)
        offered = {kind.code: kind.title for one in organisations for kind in group_kinds(one)}
        _choices(self, "kinds", list(offered.items()))
        self.initial.setdefault("language", User.Language.CHINESE)
        if len(organisations) == 1:
            self.initial.setdefault("organisation", organisations[0].pk)
            cast(forms.ModelChoiceField, self.fields["organisation"]).empty_label = None
