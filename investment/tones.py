"""With which tone the states of joint investment are shown."""

from django.db.models import Model

from .models import (
    EventMeeting,
    Interest,
    Investor,
    Meeting,
    Project,
    ProjectApproval,
    ProjectOutcome,
    ProjectVersion,
    PromotionEvent,
    Question,
)

PROJECTS: dict[str, str] = {
    Project.State.SUBMITTED: "wait",
    Project.State.IN_REVIEW: "wait",
    Project.State.RETURNED: "bad",
    Project.State.REJECTED: "bad",
    Project.State.ADMITTED: "info",
    Project.State.PUBLISHED: "ok",
    Project.State.ON_HOLD: "wait",
    Project.State.EXPIRED: "wait",
    Project.State.IN_DIALOGUE: "ok",
    Project.State.DUE_DILIGENCE: "info",
    Project.State.IC_REVIEW: "info",
    Project.State.FINANCING_AGREED: "ok",
    Project.State.IMPLEMENTATION: "info",
    Project.State.OPERATION: "ok",
    Project.State.COMPLETED: "ok",
    Project.State.CANCELLED: "bad",
}
VERSIONS: dict[str, str] = {
    ProjectVersion.State.OFFERED: "wait",
    ProjectVersion.State.IN_FORCE: "ok",
    ProjectVersion.State.WITHDRAWN: "bad",
}
APPROVALS: dict[str, str] = {
    ProjectApproval.State.SUBMITTED: "wait",
    ProjectApproval.State.ACCEPTED: "info",
    ProjectApproval.State.SUPPLEMENT: "wait",
    ProjectApproval.State.GRANTED: "ok",
    ProjectApproval.State.REFUSED: "bad",
    ProjectApproval.State.LAPSED: "bad",
}
INVESTORS: dict[str, str] = {
    Investor.State.CONTACT_VERIFIED: "wait",
    Investor.State.ORGANISATION_VERIFIED: "ok",
    Investor.State.ASSESSED: "ok",
    Investor.State.QUALIFICATION_SUBMITTED: "ok",
    Investor.State.QUALIFIED: "ok",
    Investor.State.REFUSED: "bad",
    Investor.State.EXPIRED: "bad",
    Investor.State.SUSPENDED: "bad",
    Investor.State.REVOKED: "bad",
}
INTERESTS: dict[str, str] = {
    Interest.State.SENT: "wait",
    Interest.State.ACKNOWLEDGED: "wait",
    Interest.State.UNDER_REVIEW: "wait",
    Interest.State.ACCEPTED: "ok",
    Interest.State.NDA_SIGNED: "ok",
    Interest.State.DD_OPEN: "info",
    Interest.State.NEGOTIATING: "info",
    Interest.State.TERM_SHEET: "ok",
    Interest.State.CLOSED_WON: "ok",
    Interest.State.DECLINED: "bad",
    Interest.State.CLOSED_LOST: "bad",
}
QUESTIONS: dict[str, str] = {
    Question.State.ASKED: "wait",
    Question.State.ANSWERED: "ok",
    Question.State.IN_MODERATION: "wait",
    Question.State.PUBLISHED: "ok",
    Question.State.REFUSED: "bad",
    Question.State.UNANSWERED: "bad",
}
MEETINGS: dict[str, str] = {
    Meeting.State.OFFERED: "info",
    Meeting.State.REQUESTED: "wait",
    Meeting.State.CONFIRMED: "ok",
    Meeting.State.HELD: "ok",
    Meeting.State.NO_SHOW: "bad",
    Meeting.State.CANCELLED: "bad",
}
EVENTS: dict[str, str] = {
    PromotionEvent.State.OPEN: "ok",
    PromotionEvent.State.PLANNED: "info",
    PromotionEvent.State.CANCELLED: "bad",
}
EVENT_MEETINGS: dict[str, str] = {
    EventMeeting.State.HELD: "ok",
    EventMeeting.State.NO_SHOW: "bad",
}
OUTCOMES: dict[str, str] = {
    ProjectOutcome.Kind.FINANCED: "ok",
    ProjectOutcome.Kind.PARTLY: "wait",
    ProjectOutcome.Kind.NOT_FINANCED: "bad",
    ProjectOutcome.Kind.DELIVERED: "ok",
    ProjectOutcome.Kind.FAILED: "bad",
}
BY_MODEL: dict[type[Model], dict[str, str]] = {
    Project: PROJECTS,
    ProjectVersion: VERSIONS,
    ProjectApproval: APPROVALS,
    Investor: INVESTORS,
    Interest: INTERESTS,
    Question: QUESTIONS,
    Meeting: MEETINGS,
    PromotionEvent: EVENTS,
    EventMeeting: EVENT_MEETINGS,
}


Shown = (
    Project
    | ProjectVersion
    | ProjectApproval
    | Investor
    | Interest
    | Question
    | Meeting
    | PromotionEvent
    | EventMeeting
)


def tone_of(obj: Shown) -> str:
    return BY_MODEL[type(obj)].get(obj.state, "")


def tone_of_public(project: Project) -> str:
    """The tone of the state that the public sees (J-3)."""
    return PROJECTS.get(project.public_state, "")
