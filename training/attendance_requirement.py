"""Attendance among what a certificate needs (X-1)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import attending, requirements
from .attendance import percent
from .models import Enrolment
from .requirements import Requirement


def attendance(enrolments: Sequence[Enrolment]) -> dict[int, list[Requirement]]:
    return {pk: [_requirement(record)] for pk, record in attending.records_of(enrolments).items()}


def _requirement(record: attending.Record) -> Requirement:
    terms = record.terms
    open_sessions = sum(not line.is_settled for line in record.lines)
    value = percent(terms.rate) or str(_("not defined yet"))
    if open_sessions:
        value = ngettext(
            "%(rate)s so far, %(n)d session to come or to be marked",
            "%(rate)s so far, %(n)d sessions to come or to be marked",
            open_sessions,
        ) % {"rate": value, "n": open_sessions}
    return Requirement(
        "attendance",
        _("Attendance"),
        needed=percent(record.minimum),
        value=value,
        is_met=terms.is_met(record.minimum),
        facts={
            "minimum": record.minimum,
            "rate": terms.rate,
            "scheduled": terms.scheduled,
            "excused": terms.excused,
            "deducted": terms.deducted,
            "credited": terms.credited,
            "remaining": terms.remaining,
        },
        evidence=[f"training.Session:{line.meeting.pk}" for line in record.lines if line.is_settled],
        url=reverse("training:learner_attendance", args=[record.enrolment.pk]),
    )


requirements.register("attendance", order=10, of=attendance)
