"""The approvals of a project as its pages show them: each with its steps and its clock."""

from dataclasses import dataclass

from django.utils import timezone

from alliance.core.calendar import working_days_between

from .approval_clock import Clock, clock
from .models import ApprovalStep, Project, ProjectApproval
from .tones import tone_of


@dataclass(frozen=True)
class Line:
    approval: ProjectApproval
    steps: list[ApprovalStep]
    clock: Clock | None
    tone: str


def lines_of(project: Project) -> list[Line]:
    """Two queries, however many there are."""
    today = timezone.localdate()
    found = []
    for approval in project.approvals.prefetch_related("steps"):
        steps = list(approval.steps.all())
        found.append(
            Line(
                approval,
                steps,
                clock(
                    [(step.to_state, step.on) for step in steps],
                    allowed=approval.legal_days,
                    today=today,
                    working_days=working_days_between,
                ),
                tone_of(approval),
            )
        )
    return found
