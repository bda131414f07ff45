"""What the data room asks before it opens: is there a dialogue, and does the agreement hold (D-2, D-3)."""

from datetime import datetime

from .models import Agreement, AgreementAcceptance, Interest, Investor, Project


def agreement_in_force(project: Project, now: datetime) -> Agreement | None:
    """The newest version that is in force at this moment."""
    return project.agreements.filter(in_force_from__lte=now).order_by("-number").first()


def newest_acceptance(investor: Investor, agreement: Agreement) -> AgreementAcceptance | None:
    """The acceptance of this very text that lasts longest, past or present."""
    return (
        AgreementAcceptance.objects.filter(investor=investor, agreement=agreement, sha256=agreement.sha256)
        .select_related("accepted_by")
        .order_by("-valid_until")
        .first()
    )


def agreement_holds(investor: Investor, project: Project, now: datetime) -> bool:
    """D-3: a signatory of this investor accepted the version in force at `now`, and the acceptance has not run out.

    An older version, another text or a project without any agreement never hold.
    """
    agreement = agreement_in_force(project, now)
    if agreement is None:
        return False
    return AgreementAcceptance.objects.filter(
        agreement=agreement,
        investor=investor,
        sha256=agreement.sha256,
        accepted_at__lte=now,
        valid_until__gt=now,
    ).exists()


def dialogue_of(investor: Investor, project: Project) -> Interest | None:
    """D-2: the investor's interest in this project between signed confidentiality and term sheet.

    None while the investor is not verified or the interest is at rest.
    """
    if not investor.is_verified:
        return None
    return Interest.objects.filter(
        investor=investor, project=project, state__in=Interest.ROOM_STATES, frozen_at__isnull=True
    ).first()
