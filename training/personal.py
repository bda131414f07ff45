"""Which rows of training are a person's (alliance/accounts/personal_data.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Close, Source, not_personal, register

from .models import Nomination

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
register(
    Source(
        "training_nominations",
        "training.Nomination",
        _("Nominations of your address"),
        _("So that the letter can become a place; deleted with the address when the window has closed."),
        traces=("nominated_by",),
        words=("email", "name"),
        fields=("id", "cohort__code", "park__name_zh", "created_at", "closed_at"),
        rows=lambda person: Nomination.objects.filter(email=person.email).order_by("pk"),
        on_close=Close.DELETE,
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


def _marks_of(person: Any) -> Any:
    from .models import AttendanceMark

    return AttendanceMark.objects.filter(enrolment__person=person).order_by("pk")


def _changes_of(person: Any) -> Any:
    from .models import AttendanceChange

    return AttendanceChange.objects.filter(enrolment__person=person).order_by("pk")


register(
    Source(
        "training_attendance",
        "training.AttendanceMark",
        _("Your attendance"),
        LEARNING,
        traces=("actor", "second"),
        words=("reason", "device_digest"),
        rows=_marks_of,
        fields=("id", "session__starts_at", "kind", "minutes_present", "source", "received_at", "reason"),
        on_close=Close.BLANK,
        # The mark itself is only ever added; its words are the one thing that may go.
        blank={"reason": ""},
    ),
    Source(
        "training_attendance_changes",
        "training.AttendanceChange",
        _("Changes of your attendance"),
        LEARNING,
        traces=("asked_by", "decided_by"),
        rows=_changes_of,
        fields=("id", "session__starts_at", "kind", "minutes_present", "state", "asked_at", "reason", "answer"),
        on_close=Close.BLANK,
        blank={"reason": "", "answer": ""},
    ),
    Source(
        "training_unlisted",
        "training.UnlistedAttendee",
        _("People not on a roster"),
        WORK,
        traces=("actor", "settled_by"),
        is_listed=False,
    ),
    Source(
        "training_feeds",
        "training.CalendarFeed",
        _("Addresses of your calendar"),
        _("So that your calendar program can read your sessions."),
        person=("person",),
        traces=("created_by", "revoked_by"),
        fields=("id", "created_at", "revoked_at"),
        on_close=Close.DELETE,
    ),
)
not_personal("training.UnlistedAttendee", "name", why="what a trainer noted of somebody without an account here")
not_personal("training.AttendanceMark", "nonce", why="a random number of the mark")
not_personal("training.AttendanceChange", "nonce", why="a random number of the mark")
not_personal("training.UnlistedAttendee", "nonce", why="a random number of the mark")
