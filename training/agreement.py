"""What the parties of a placement sign, as canonical text with a digest; another text needs new signatures (W-2)."""

from alliance.core import canonical

from .models import Placement, PlacementSignature

Party = PlacementSignature.Party


def content_of(placement: Placement) -> dict[str, object]:
    place = placement.place
    return {
        "enrolment": placement.enrolment_id,
        "school": placement.school_id,
        "tutor": placement.tutor_id,
        "host": place.organisation_id,
        "company": place.company_zh,
        "post": place.post_zh,
        "supervisor": place.supervisor_email,
        "starts_on": placement.starts_on.isoformat(),
        "ends_on": placement.ends_on.isoformat(),
        "day": [f"{placement.day_from:%H:%M}", f"{placement.day_until:%H:%M}", placement.pause_minutes],
        "works_on_holidays": placement.works_on_holidays,
        "pay": placement.pay,
        "insurance": placement.insurance,
    }


def digest(placement: Placement) -> str:
    return canonical.digest(content_of(placement))


def parties(placement: Placement) -> list[PlacementSignature.Party]:
    """Who has to sign: a guardian too, where the trainee is under 18 on the first day."""
    always = [Party.SCHOOL, Party.HOST, Party.LEARNER]
    return [*always, Party.GUARDIAN] if placement.is_minor else always


def valid_signatures(placement: Placement) -> dict[str, PlacementSignature]:
    """Those that were put under the agreement as it is now, by party; what was closed by all stays signed."""
    rows = sorted(placement.signatures.all(), key=lambda row: (row.signed_at, row.pk))
    if placement.signed_at is not None:
        return {row.party: row for row in rows}
    now = digest(placement)
    return {row.party: row for row in rows if row.agreement_sha256 == now}


def missing_signatures(placement: Placement) -> list[PlacementSignature.Party]:
    there = valid_signatures(placement)
    return [party for party in parties(placement) if party.value not in there]
