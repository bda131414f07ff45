"""With which tone the states of investors and interests are shown."""

from .models import Interest, Investor

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


def tone_of(obj: Investor | Interest) -> str:
    return (INVESTORS if isinstance(obj, Investor) else INTERESTS).get(obj.state, "")
