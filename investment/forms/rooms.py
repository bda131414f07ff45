"""What the keepers of a data room type and choose."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User

from ..models import Investor, RoomGroup, RoomNode

LEVELS = (
    ("", _("as the folder above")),
    ("nothing", _("hidden")),
    ("view", _("view")),
    ("download", _("view and download with watermark")),
    ("original", _("and the original file")),
    ("denied", _("denied, whatever other groups may")),
)
KINDS = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.pptx,.xlsx"


class NameForm(forms.Form):
    """A folder, or the names of a document."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    parent = forms.ChoiceField(label=_("In the folder"), required=False)

    def __init__(self, *args: Any, folders: Sequence[tuple[RoomNode, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folders = {str(node.pk): node for node, _depth in folders}
        choices = [(str(node.pk), f"{'　' * depth}{node.name}") for node, depth in folders]
        parent: Any = self.fields["parent"]
        parent.choices = [("", _("at the top")), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name_zh") and not data.get("name_en") and self.needs_name():
            self.add_error("name_zh", _("Give it a name."))
        return data

    def needs_name(self) -> bool:
        return True

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name_zh": data["name_zh"],
            "name_en": data["name_en"],
            "parent": self.folders.get(data.get("parent", "")),
        }


class FileForm(NameForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, picture (JPG, PNG, WebP) or Office file (DOCX, PPTX, XLSX), at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": KINDS}),
    )

    field_order = ["file", "parent", "name_zh", "name_en"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_zh"].help_text = _("Left empty, the name of the file is taken.")

    def needs_name(self) -> bool:
        return False


class VersionForm(forms.Form):
    file = forms.FileField(label=_("New version"), widget=forms.ClearableFileInput(attrs={"accept": KINDS}))


class GroupForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("room", "Name of the group"),
        max_length=80,
        help_text=_("For the parks alone; investors never see it."),
    )
    opens_at = forms.DateTimeField(
        label=_("Open from"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    closes_at = forms.DateTimeField(
        label=_("Open until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("opens_at") and data.get("closes_at") and data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at", _("The end comes after the beginning."))
        return data


class MemberForm(forms.Form):
    """One person of one investor."""

    who = forms.ChoiceField(label=_("Person"))

    def __init__(self, *args: Any, candidates: Sequence[tuple[Investor, list[User]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"{one.pk}-{side.pk}": (one, side) for side, people in candidates for one in people}
        who: Any = self.fields["who"]
        who.choices = [
            (side.organisation.name, [(f"{one.pk}-{side.pk}", one.name or one.email) for one in people])
            for side, people in candidates
        ]

    def chosen(self) -> tuple[User, Investor]:
        return self.people[self.cleaned_data["who"]]


class AccessForm(forms.Form):
    """One choice for each group."""

    def __init__(self, *args: Any, groups: Sequence[RoomGroup], levels: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in groups:
            self.fields[f"g{group.pk}"] = forms.ChoiceField(
                label=group.name, choices=LEVELS, required=False, initial=levels.get(group.pk, "")
            )

    def levels(self) -> dict[int, str]:
        return {int(name[1:]): value for name, value in self.cleaned_data.items()}
