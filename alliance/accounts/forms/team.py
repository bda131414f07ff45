from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .. import policies
from ..models import Duty, Invitation, JoinRequest, Organisation, User
from ..roles import ROLES
from ..services.duties import LONGEST_REASON, colleagues
from .fields import DayField, LineField, NameField, email_widget


class RoleField(forms.ChoiceField):
    """One of the roles, each with the sentence that says what it allows."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Role"))
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(**kwargs)

    def offer(self, codes: list[str]) -> None:
        self.choices = [
            (
                code,
                format_html(
                    '<span><b>{}</b><br><span class="hint">{}</span></span>', ROLES[code].title, ROLES[code].sentence
                ),
            )
            for code in codes
        ]
        if len(codes) == 1:
            self.initial = codes[0]


class TermForm(forms.Form):
    """How long a duty lasts."""

    ends_on = DayField(
        label=_("Last day"), required=False, help_text=_("Leave it empty if the duty lasts until somebody ends it.")
    )


class _BeginForm(TermForm):
    """A role for a term that begins today or later."""

    role_code = RoleField()
    starts_on = DayField(label=_("First day"), initial=timezone.localdate)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("A term cannot end before it begins."))
        elif ends_on and ends_on < timezone.localdate():
            self.add_error("ends_on", _("This day is already past."))
        return cleaned


class InviteForm(_BeginForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=email_widget())
    name = NameField(required=False)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=User.Language)
    substitute = forms.ModelChoiceField(
        label=_("Who stands in when they are away"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )

    field_order = ["email", "name", "role_code", "starts_on", "ends_on", "substitute", "language"]

    def __init__(self, *args: Any, organisation: Organisation, by: User, team: list[Duty], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("language", by.language)
        kwargs.setdefault("auto_id", "invite_%s")
        super().__init__(*args, **kwargs)
        self.fields["role_code"].offer(policies.grantable_roles(by, organisation))  # type: ignore[attr-defined]
        people = {duty.person_id for duty in team if duty.is_active()}
        self.fields["substitute"].queryset = User.objects.filter(pk__in=people)  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AbsenceForm(forms.Form):
    """Who stands in, and when the holder is away."""

    substitute = forms.ChoiceField(
        label=_("Substitute"),
        required=False,
        help_text=_("Acts with the rights of this duty while you are away, and only then."),
    )
    away_from = DayField(label=_("First day away"), required=False)
    away_until = DayField(label=_("Last day away"), required=False)

    INVITED = "invited-"

    def __init__(self, *args: Any, duty: Duty, is_own: bool, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {"substitute": duty.substitute_id or "", "away_from": duty.away_from, "away_until": duty.away_until},
        )
        super().__init__(*args, **kwargs)
        self.duty = duty
        self.people = {str(person.pk): person for person in colleagues(duty)}
        if duty.substitute_id and str(duty.substitute_id) not in self.people:
            self.people[str(duty.substitute_id)] = duty.substitute
        self.invitations = {
            f"{self.INVITED}{invitation.pk}": invitation
            for invitation in Invitation.objects.open().filter(organisation=duty.organisation_id)
        }
        choices: list[tuple[str, Any]] = [("", _("No substitute"))]
        choices += [(key, str(person)) for key, person in self.people.items()]
        choices += [
            (key, _("%(name)s, once they accept the invitation") % {"name": invitation.name or invitation.email})
            for key, invitation in self.invitations.items()
        ]
        field = self.fields["substitute"]
        field.choices = choices  # type: ignore[attr-defined]
        if not is_own:
            field.help_text = _("Acts with the rights of this duty while its holder is away, and only then.")
        promised = next((key for key, row in self.invitations.items() if row.stands_in_for_id == duty.pk), "")
        if promised and not duty.substitute_id:
            self.initial["substitute"] = promised

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["substitute"])

    @property
    def chosen_invitation(self) -> Invitation | None:
        return self.invitations.get(self.cleaned_data["substitute"])

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        away_from, away_until = cleaned.get("away_from"), cleaned.get("away_until")
        if "away_from" in self.errors or "away_until" in self.errors:
            return cleaned
        if bool(away_from) != bool(away_until):
            missing = "away_until" if away_from else "away_from"
            self.add_error(missing, _("An absence has a first and a last day."))
        elif away_from and away_until and away_until < away_from:
            self.add_error("away_until", _("The last day comes before the first."))
        return cleaned


class EndForm(forms.Form):
    """Why a duty ends; whoever ends the last one of its kind says that they know."""

    reason = LineField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": LONGEST_REASON}),
        help_text=_("The person concerned and the team read it."),
    )
    knows = forms.BooleanField(label=_("I understand that nobody will hold this role here then."))

    def __init__(self, *args: Any, is_last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_last:
            del self.fields["knows"]


class ApproveForm(_BeginForm):
    """Take somebody in: in the role they asked for, or another."""

    field_order = ["role_code", "starts_on", "ends_on"]

    def __init__(self, *args: Any, join_request: JoinRequest, by: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("role_code", join_request.role_code)
        kwargs.setdefault("auto_id", f"approve-{join_request.pk}_%s")
        super().__init__(*args, **kwargs)
        self.fields["role_code"].offer(policies.grantable_roles(by, join_request.organisation))  # type: ignore[attr-defined]


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it. Say what would help: a colleague to ask, another park, a later time."),
    )

    def __init__(self, *args: Any, join_request: JoinRequest, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"refuse-{join_request.pk}_%s")
        super().__init__(*args, **kwargs)
