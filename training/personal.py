"""Which rows of training are a person's (alliance/accounts/personal_data.py)."""

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Source, not_personal, register

WORK = _("So that it can be seen who did what in joint training.")
LEARNING = _("Your learning record, as long as certificates that rest on it can be checked.")

register(
    Source(
        "training_enrolments",
        "training.Enrolment",
        _("Your places in cohorts"),
        LEARNING,
        person=("person",),
        traces=("nominated_by", "home_approved_by", "host_approved_by"),
        fields=(
            "id",
            "cohort__code",
            "park__name_zh",
            "learner",
            "state",
            "queue_no",
            "submitted_at",
            "enrolled_at",
            "ended_at",
            "reason",
        ),
        blank={"reason": ""},
    ),
    Source(
        "training_steps", "training.EnrolmentLog", _("Steps of enrolments"), WORK, traces=("actor",), is_listed=False
    ),
    Source(
        "training_sessions",
        "training.Session",
        _("Sessions you taught"),
        WORK,
        person=("trainer",),
        fields=("id", "cohort__code", "starts_at", "ends_at", "state"),
    ),
    Source(
        "training_reviews",
        "training.VersionReview",
        _("Reviews of curricula you wrote"),
        WORK,
        person=("reviewer",),
        fields=("id", "version__curriculum__code", "verdict", "comment", "at"),
    ),
    Source("training_programmes", "training.Programme", _("Programmes"), WORK, traces=("created_by",), is_listed=False),
    Source(
        "training_partners",
        "training.ProgrammePartner",
        _("Partners of programmes"),
        WORK,
        traces=("invited_by", "accepted_by", "declined_by"),
        is_listed=False,
    ),
    Source("training_cohorts", "training.Cohort", _("Cohorts"), WORK, traces=("created_by",), is_listed=False),
    Source("training_unit_maps", "training.UnitMap", _("Transfers"), WORK, traces=("approved_by",), is_listed=False),
    Source("training_asks", "training.ReviewAsk", _("Reviews asked for"), WORK, traces=("asked_by",), is_listed=False),
    Source(
        "training_authors",
        "training.CurriculumVersion_authors",
        _("Curricula you wrote"),
        WORK,
        traces=("user",),
        is_listed=False,
    ),
)
ABOUT_IT = "about the programme, the version or the cohort"
not_personal("training.Programme", "state_reason", why=ABOUT_IT)
not_personal("training.CurriculumVersion", "state_reason", why=ABOUT_IT)
not_personal("training.Cohort", "state_reason", why=ABOUT_IT)
not_personal("training.Session", "state_reason", why=ABOUT_IT)
not_personal("training.ProgrammePartner", "decline_reason", why=ABOUT_IT)
not_personal("training.EnrolmentLog", "words_digest", why="a salted digest; the words stand on the enrolment")
not_personal("training.Room", "address_zh", "address_en", why="where sessions meet")
