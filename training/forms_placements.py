"""What is typed about placements: is it well formed?"""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation, User
from alliance.core.forms import Tidy
from parks.models import Park

from .models import Competency, HostPlace, Placement, PlacementDay, PlacementRule

DATE = {"type": "date"}
TIME = {"type": "time"}


class Rows(forms.ModelForm):
    """Forms over rows, with the house's way of showing what is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs=DATE, format="%Y-%m-%d")
            elif isinstance(field, forms.TimeField):
                field.widget = forms.TimeInput(attrs=TIME, format="%H:%M")


class PlaceForm(Rows):
    class Meta:
        model = HostPlace
        fields = (
            "programme",
            "organisation",
            "park",
            "company_zh",
            "company_en",
            "post_zh",
            "post_en",
            "venue",
            "supervisor_name",
            "supervisor_email",
            "supervisor_language",
            "max_interns",
            "staff",
            "post_staff",
            "from_on",
            "until_on",
        )

    def __init__(self, *args: Any, programmes: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["park"].queryset = Park.objects.public().order_by("slug")  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["programme"], self.fields["organisation"]


class YuanField(forms.IntegerField):
    """Whole yuan on the page, fen in the row."""

    def clean(self, value: Any) -> Any:
        yuan = super().clean(value)
        return None if yuan is None else yuan * 100

    def prepare_value(self, value: Any) -> Any:
        return value // 100 if isinstance(value, int) else value


class TermsForm(Rows):
    """What the parties sign."""

    pay = YuanField(label=_("Pay a month, in yuan"), required=False, min_value=0, max_value=1_000_000)
    probation_pay = YuanField(
        label=_("Pay of a new employee in this post, in yuan"), required=False, min_value=0, max_value=1_000_000
    )

    class Meta:
        model = Placement
        fields = (
            "starts_on",
            "ends_on",
            "day_from",
            "day_until",
            "pause_minutes",
            "works_on_holidays",
            "pay",
            "probation_pay",
            "insurance",
        )


class ProposalForm(TermsForm):
    place: Any = forms.ModelChoiceField(queryset=None, label=_("Host place"))
    tutor: Any = forms.ModelChoiceField(queryset=None, label=_("School tutor"))
    school: Any = forms.ModelChoiceField(queryset=None, label=_("School"))
    competencies: Any = forms.ModelMultipleChoiceField(
        queryset=None, label=_("What is learned there"), widget=forms.CheckboxSelectMultiple
    )

    field_order = ("place", "tutor", "school", "competencies")

    def __init__(self, *args: Any, places: Any, tutors: Any, schools: Any, competencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("place", places),
            ("tutor", tutors),
            ("school", schools),
            ("competencies", competencies),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class ConsentForm(Rows):
    """What only the trainee says; rules depend on it."""

    agreed = forms.BooleanField(label=_("I have read the agreement and agree to it."))

    class Meta:
        model = Placement
        fields = ("born_on", "study_year", "emergency_contact", "guardian_name", "guardian_email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["born_on"].required = True
        self.fields["emergency_contact"].required = True
        self.fields["emergency_contact"].help_text = _("A name and a telephone number.")
        self.fields["study_year"].help_text = _("For students; others leave it empty.")
        self.fields["guardian_name"].help_text = _("Only if you are under 18: they sign too.")


class DayForm(Rows):
    class Meta:
        model = PlacementDay
        fields = ("on", "begins", "ends", "pause_minutes", "words", "competencies", "note")
        widgets = {"competencies": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competencies"].queryset = placement.competencies.all()  # type: ignore[attr-defined]
        self.fields["competencies"].required = False

    @staticmethod
    def today(placement: Placement) -> dict[str, Any]:
        """An ordinary day: only the words are left to write."""
        return {
            "on": timezone.localdate(),
            "begins": placement.day_from,
            "ends": placement.day_until,
            "pause_minutes": placement.pause_minutes,
        }


class NoteForm(Tidy):
    note = forms.CharField(label=_("Note"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2}))


class WordsForm(Tidy):
    words = forms.CharField(label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class NameForm(Tidy):
    name = forms.CharField(label=_("Your name"), help_text=_("Written here, it is your signature."), max_length=60)
    agreed = forms.BooleanField(label=_("I have read the agreement and sign it."))


class RuleForm(Rows):
    venues = forms.MultipleChoiceField(
        label=_("Places where nobody is sent"),
        choices=HostPlace.Venue.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = PlacementRule
        fields = ("level", "number", "venues", "text_zh", "text_en", "source", "checked_on")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != PlacementRule.Kind.VENUES:
            del self.fields["venues"]
        if kind in (PlacementRule.Kind.VENUES, PlacementRule.Kind.NIGHT, PlacementRule.Kind.HOLIDAYS):
            del self.fields["number"]
        else:
            self.fields["number"].required = True


def tutors_of(organisations: Any) -> Any:
    """People who teach or run training at these organisations."""
    return (
        User.objects.filter(
            duties__organisation__in=organisations,
            duties__role_code__in=("trainer", "training_manager", "park_manager"),
            is_active=True,
        )
        .distinct()
        .order_by("name", "pk")
    )


def competencies_of(version: Any) -> Any:
    """Those of the version's outcomes; where it names none, those of its field."""
    named = Competency.objects.filter(outcomes__unit__version=version).distinct()
    return named if named.exists() else Competency.objects.filter(field=version.curriculum.programme.field)


def partners_of(programmes: Any) -> Any:
    return Organisation.objects.filter(
        programme_roles__programme__in=programmes,
        programme_roles__accepted_at__isnull=False,
        programme_roles__until_on__isnull=True,
    ).distinct()
