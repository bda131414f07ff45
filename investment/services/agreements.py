"""The confidentiality agreement of a project: the lead park writes it, an investor's signatory accepts it (D-3)."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, canonical, workflow
from alliance.core.errors import RuleBroken

from .. import nda_template, reading
from .. import policies_investors as allowed
from ..models import Agreement, AgreementAcceptance, Interest, Project
from ..notices import interests as notices
from ..workflows.interests import INTEREST
from . import interests

# An acceptance can be renewed when it runs out this soon.
RENEW_BEFORE = timedelta(days=30)
SHORTEST, LONGEST = 30, 1095  # days an acceptance holds


def digest(project: Project, number: int, text_zh: str, text_en: str, valid_days: int) -> str:
    """One hash over all that is accepted: whose project, which version, both texts, how long it holds."""
    values = {
        "project": project.slug,
        "number": number,
        "text_zh": text_zh,
        "text_en": text_en,
        "valid_days": valid_days,
    }
    return canonical.digest(values)


@transaction.atomic
def write_agreement(project: Project, *, text_zh: str, text_en: str, valid_days: int, by: User) -> Agreement:
    """A new version in force from now on. Whoever accepted the one before is asked again before it reads on (D-3)."""
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not allowed.can_write_agreement(by, project):
        raise PermissionDenied
    text_zh, text_en = (text.replace("\r\n", "\n").strip() for text in (text_zh, text_en))
    if not text_zh or not text_en:
        raise RuleBroken(_("Write the agreement in both languages."))
    if nda_template.has_gaps(text_zh) or nda_template.has_gaps(text_en):
        raise RuleBroken(_("Fill every place in square brackets first."))
    if not SHORTEST <= valid_days <= LONGEST:
        raise RuleBroken(_("An acceptance holds %(least)d to %(most)d days.") % {"least": SHORTEST, "most": LONGEST})
    newest = project.agreements.order_by("-number").first()
    if newest and (newest.text_zh, newest.text_en, newest.valid_days) == (text_zh, text_en, valid_days):
        raise RuleBroken(_("This is the version in force already; nothing was changed."))
    number = newest.number + 1 if newest else 1
    agreement = Agreement.objects.create(
        project=project,
        number=number,
        text_zh=text_zh,
        text_en=text_en,
        valid_days=valid_days,
        sha256=digest(project, number, text_zh, text_en, valid_days),
        created_by=by,
    )
    audit.record("agreement.in_force", agreement, by=by, project=project.pk, number=number, content=agreement.sha256)
    notices.written(project, by=by)
    talking = Interest.objects.filter(
        project=project, state__in=(Interest.State.ACCEPTED, *Interest.ROOM_STATES)
    ).select_related("project", "investor__organisation")
    for interest in talking.order_by("pk"):
        notices.ask_to_accept(interest)
        notices.tell_agreement(agreement, interest, by=by)
    return agreement


@transaction.atomic
def accept_agreement(interest: Interest, *, sha256: str, name: str, by: User) -> AgreementAcceptance:
    """A signatory's word for exactly the text it read; the interest moves on to its dialogue.

    A second click gives the acceptance that holds. Within thirty days of its end it can be renewed.
    """
    interest = interests.lock(interest)
    if not allowed.can_accept_agreement(by, interest):
        raise PermissionDenied
    now = timezone.now()
    agreement = reading.agreement_in_force(interest.project, now)
    if agreement is None:
        raise RuleBroken(_("There is no agreement to accept yet."))
    if sha256 != agreement.sha256:
        raise RuleBroken(_("A newer version is in force. Read it before you accept it."))
    if not name.strip():
        raise RuleBroken(_("Write your name under the agreement."))
    before = reading.newest_acceptance(interest.investor, agreement)
    if before is not None and before.valid_until > now + RENEW_BEFORE:
        acceptance = before
    else:
        acceptance = AgreementAcceptance.objects.create(
            agreement=agreement,
            investor=interest.investor,
            sha256=sha256,
            signed_name=name.strip()[:120],
            accepted_by=by,
            accepted_at=now,
            valid_until=now + timedelta(days=agreement.valid_days),
        )
        audit.record(
            "agreement.accepted",
            agreement,
            by=by,
            on_behalf_of=interest.investor.organisation,
            content=sha256,
            until=acceptance.valid_until,
            interest=interest.pk,
        )
    notices.accepted(interest, by=by)
    if interest.state == Interest.State.ACCEPTED:
        side: Any = interest.investor.organisation
        workflow.apply(INTEREST, interest, "sign_agreement", by=by, on_behalf_of=side)
    return acceptance
