"""Forms around sessions: plan one or many, cancel, mark, correct."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.forms import Tidy

from .. import attendance
from ..models import Cohort, Enrolment, Kind, Room, Session, Unit
from ..services.sessions import MOST_WEEKS, weekly
from ..trainers import rooms_for, trainers_of

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"})
CLOCK: dict[str, Any] = {"format": "%H:%M", "attrs": {"type": "time", "class": "short"}}


class UnitField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Unit)
        return f"{obj.code} {obj.title}"


class RoomField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Room)
        return f"{obj.name} · {obj.organisation.name}"


class SessionForm(Tidy):
    """Day and hours on the clock of China, and all the rest of a session."""

    unit = UnitField(label=pgettext_lazy("curriculum", "Unit"), queryset=Unit.objects.none())
    title_zh = forms.CharField(
        label=_("Chinese title"), help_text=_("Empty: the title of the unit."), required=False, max_length=80
    )
    title_en = forms.CharField(label=_("English title"), required=False, max_length=120)
    on = forms.DateField(label=_("Day"), widget=DAY)
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(**CLOCK), help_text=_("Beijing time."))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(**CLOCK))
    room = RoomField(label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("No room: on line"))
    link = forms.URLField(
        label=_("Link"),
        help_text=_("For a session on line. Learners see it on their pages and in their own calendar."),
        required=False,
        max_length=200,
        assume_scheme="https",
    )
    trainer = forms.ModelChoiceField(
        label=_("Trainer"), queryset=User.objects.none(), required=False, empty_label=_("Not decided yet")
    )
    is_required = forms.BooleanField(
        label=_("Counts for attendance"),
        help_text=_("What is not required stands in the calendar and in nobody's rate."),
        required=False,
        initial=True,
    )

    def __init__(self, cohort: Cohort, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = Unit.objects.filter(version=cohort.version_id)
        fields["room"].queryset = rooms_for(cohort).select_related("organisation").order_by("name_zh", "pk")
        fields["trainer"].queryset = trainers_of(cohort)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("A session ends after it begins, on the same day."))
        if "room" in data and "link" in data and not data["room"] and not data["link"]:
            self.add_error("room", _("Choose a room, or give a link."))
        return data

    @property
    def times(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        return (
            timezone.make_aware(datetime.combine(data["on"], data["starts"])),
            timezone.make_aware(datetime.combine(data["on"], data["ends"])),
        )

    @property
    def plan(self) -> dict[str, Any]:
        """What a session is but for its time."""
        return {
            name: self.cleaned_data[name]
            for name in ("unit", "title_zh", "title_en", "room", "link", "trainer", "is_required")
        }

    @staticmethod
    def initial_of(session: Session) -> dict[str, Any]:
        start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "unit": session.unit_id,
            "title_zh": session.title_zh,
            "title_en": session.title_en,
            "on": start.date(),
            "starts": start.time(),
            "ends": end.time(),
            "room": session.room_id,
            "link": session.link,
            "trainer": session.trainer_id,
            "is_required": session.is_required,
        }


class NewSessionForm(SessionForm):
    """One session, or the same hours each week."""

    weeks = forms.IntegerField(
        label=_("How many weeks"),
        help_text=_("1 for a single session; more for the same day and hours each week."),
        initial=1,
        min_value=1,
        max_value=MOST_WEEKS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    skip_holidays = forms.BooleanField(
        label=_("Leave out holidays"),
        help_text=_("Days off by the Chinese calendar are left out, unless the first day lies on a weekend."),
        required=False,
        initial=True,
    )

    @property
    def all_times(self) -> list[tuple[datetime, datetime]]:
        starts_at, ends_at = self.times
        return weekly(starts_at, ends_at, self.cleaned_data["weeks"], skip_holidays=self.cleaned_data["skip_holidays"])


class MarkForm(Tidy):
    """What the trainer says of one learner."""

    kind = forms.ChoiceField(label=_("Attendance"), choices=Kind)
    minutes = forms.IntegerField(
        label=_("Minutes present"),
        help_text=_("For late and left early."),
        required=False,
        min_value=0,
        max_value=720,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") in attendance.PARTIAL and data.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("How many minutes was the learner there?"))
        return data


class CorrectionForm(MarkForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The learner reads it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RefusalForm(Tidy):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Whoever asked reads it. Only a refusal needs one."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnlistedForm(forms.Form):
    enrolment = forms.ModelChoiceField(
        label=_("Who it was"),
        queryset=Enrolment.objects.none(),
        required=False,
        empty_label=_("Nobody of this cohort"),
    )

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["enrolment"]
        field.queryset = (
            Enrolment.objects.on_roster()
            .filter(cohort=session.cohort_id)
            .select_related("person", "cohort")
            .order_by("person__name")
        )
        field.label_from_instance = lambda enrolment: enrolment.person.name


class RoomForm(Tidy):
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    address_zh = forms.CharField(label=_("Chinese address"), max_length=160, required=False)
    address_en = forms.CharField(label=_("English address"), max_length=200, required=False)
    seats = forms.IntegerField(
        label=_("Seats"),
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
