"""Which rows about marks are a person's (alliance/accounts/personal_data.py)."""

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Close, Source, not_personal, register

from .models import Appeal, Attempt, Recognition, WorkFile
from .personal import LEARNING, WORK

register(
    Source(
        "training_attempts",
        "training.Attempt",
        _("Your marks"),
        LEARNING,
        traces=("marker", "moderator", "released_by"),
        fields=(
            "id",
            "enrolment__cohort__code",
            "item__unit__code",
            "item__code",
            "number",
            "state",
            "mark",
            "feedback",
            "submitted_at",
            "released_at",
            "void_reason",
        ),
        rows=lambda person: Attempt.objects.filter(enrolment__person=person).order_by("pk"),
        on_close=Close.BLANK,
        blank={"feedback": "", "void_reason": ""},
    ),
    Source(
        "training_work",
        "training.WorkFile",
        _("Work you handed in"),
        _("Your mark rests on it, so it stays with the mark; what you called it is forgotten."),
        traces=("handed_in_by",),
        fields=(
            "id",
            "attempt__enrolment__cohort__code",
            "attempt__item__code",
            "attempt__number",
            "file__token",
            "file__original_name",
            "file__size",
            "handed_in_at",
        ),
        rows=lambda person: WorkFile.objects.filter(attempt__enrolment__person=person).order_by("pk"),
    ),
    Source(
        "training_appeals",
        "training.Appeal",
        _("Your appeals"),
        LEARNING,
        fields=("id", "attempt__item__code", "words", "made_at", "answer", "decision__outcome", "decision__mark"),
        rows=lambda person: Appeal.objects.filter(attempt__enrolment__person=person).order_by("pk"),
        on_close=Close.BLANK,
        blank={"words": "–", "answer": ""},
    ),
    Source(
        "training_recognitions",
        "training.Recognition",
        _("Your recognitions"),
        LEARNING,
        traces=("decided_by",),
        fields=("id", "unit__code", "state", "words", "mark", "asked_at", "decided_at", "answer"),
        rows=lambda person: Recognition.objects.filter(enrolment__person=person).order_by("pk"),
        on_close=Close.BLANK,
        blank={"words": "–", "answer": ""},
    ),
    Source(
        "training_line_managers",
        "training.LineManager",
        _("Trainees whose line manager you are"),
        WORK,
        person=("person",),
        traces=("named_by",),
        fields=("id", "enrolment__cohort__code", "named_at"),
        on_close=Close.DELETE,
    ),
    Source(
        "training_moderations",
        "training.Moderation",
        _("Checks of marks"),
        WORK,
        traces=("drawn_by", "closed_by"),
        is_listed=False,
    ),
    Source(
        "training_checks",
        "training.ModerationCheck",
        _("Checks of marks"),
        WORK,
        traces=("checked_by",),
        is_listed=False,
    ),
    Source(
        "training_decisions",
        "training.AppealDecision",
        _("Decisions of appeals"),
        WORK,
        traces=("decided_by",),
        is_listed=False,
    ),
    Source(
        "training_drift",
        "training.DriftRequest",
        _("Questions about marks"),
        WORK,
        traces=("answered_by",),
        is_listed=False,
    ),
)
not_personal("training.ModerationCheck", "comment", why="about a mark, gone from view once it is agreed")
not_personal("training.DriftRequest", "answer", why="about the marks of a unit")
not_personal("training.AppealDecision", "words_digest", why="a salted digest; the words stand on the appeal")
