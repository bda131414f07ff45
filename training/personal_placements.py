"""Which rows about placements are a person's (alliance/accounts/personal_data.py)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Close, Source, not_personal, register

from .models import Placement, PlacementDay, PlacementGrade
from .personal import LEARNING, WORK


def _year(row: Placement) -> date | None:
    """The year alone: whether somebody was of age stays to be seen."""
    return row.born_on.replace(month=1, day=1) if row.born_on else None


register(
    Source(
        "training_placements",
        "training.Placement",
        _("Your placements"),
        LEARNING,
        traces=("proposed_by", "tutor"),
        fields=(
            "id",
            "place__company_zh",
            "place__post_zh",
            "state",
            "state_reason",
            "starts_on",
            "ends_on",
            "insurance",
            "born_on",
            "study_year",
            "emergency_contact",
            "guardian_name",
            "guardian_email",
            "consented_at",
            "signed_at",
            "ended_at",
        ),
        rows=lambda person: Placement.objects.filter(enrolment__person=person).order_by("pk"),
        on_close=Close.BLANK,
        blank={
            "state_reason": "",
            "emergency_contact": "",
            "guardian_name": "",
            "guardian_email": "",
            "born_on": _year,
        },
    ),
    Source(
        "training_placement_days",
        "training.PlacementDay",
        _("Your placement log"),
        LEARNING,
        fields=("id", "on", "begins", "ends", "minutes", "words", "note", "state", "dispute_reason"),
        rows=lambda person: PlacementDay.objects.filter(placement__enrolment__person=person).order_by("pk"),
        on_close=Close.BLANK,
        blank={"words": "–", "note": ""},
    ),
    Source(
        "training_placement_grades",
        "training.PlacementGrade",
        _("Grades of your placements"),
        LEARNING,
        traces=("person",),
        fields=("id", "side", "competency__code", "grade", "given_at"),
        rows=lambda person: PlacementGrade.objects.filter(placement__enrolment__person=person).order_by("pk"),
    ),
    Source(
        "training_signatures",
        "training.PlacementSignature",
        _("Signatures under placements"),
        LEARNING,
        person=("person",),
        fields=("id", "placement__place__company_zh", "party", "signer_name", "signed_at"),
        on_close=Close.BLANK,
        blank={"signer_name": "–"},
    ),
    Source(
        "training_visits",
        "training.TutorVisit",
        _("Logs you looked at as a tutor"),
        WORK,
        person=("seen_by",),
        fields=("id", "seen_at", "note"),
        on_close=Close.BLANK,
        blank={"note": ""},
    ),
    Source(
        "training_incidents",
        "training.SafetyIncident",
        _("Safety incidents you reported"),
        WORK,
        person=("reported_by",),
        traces=("cleared_by",),
        fields=("id", "place__company_zh", "words", "reported_at", "cleared_at"),
    ),
    Source("training_places", "training.HostPlace", _("Host places"), WORK, traces=("created_by",), is_listed=False),
    Source(
        "training_rules",
        "training.PlacementRule",
        _("Rules for placements"),
        WORK,
        traces=("decided_by",),
        is_listed=False,
    ),
)
SUPERVISOR = "a supervisor at a company, as the placement partner enters it; no account here"
not_personal("training.HostPlace", "supervisor_email", why=SUPERVISOR)
not_personal("training.HostPlace", "state_reason", why="about the place")
not_personal(
    "training.PlacementDay", "dispute_reason", why="a supervisor's words about a day; gone when it is corrected"
)
not_personal("training.SafetyIncident", "words", "answer", why="an incident is kept for those who answer for safety")
