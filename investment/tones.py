"""With which tone the states of investors, interests, questions and meetings are shown."""

from .models import Interest, Investor, Meeting, Question

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
TONES = {Investor: INVESTORS, Interest: INTERESTS, Question: QUESTIONS, Meeting: MEETINGS}


def tone_of(obj: Investor | Interest | Question | Meeting) -> str:
    return TONES[type(obj)].get(obj.state, "")
