"""Taking a certificate back: proposed with reasons, the holder heard, decided by another, final (X-9)."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import acting
from ..models import Certificate, CertificateEvent, ProgrammePartner, RevocationCase
from . import lists, notices, policies

Role = ProgrammePartner.Role
HEARING = timedelta(days=10)
Category, Kind, State = Certificate.Category, CertificateEvent.Kind, RevocationCase.State
# A correction replaces, and nobody proposes that by hand.
PROPOSED = tuple(category for category in Category if category != Category.REPLACED)


def flow() -> workflow.Workflow:
    from ..workflows.certificates import REVOCATION

    return REVOCATION


@transaction.atomic
def propose(certificate: Certificate, category: str, reason: str, *, by: User) -> RevocationCase:
    """Open the case. The holder is told and has ten days to speak, except where the key was compromised.

    The holder may ask for it too, and then nobody has to be heard.
    """
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    own = policies.is_holder(by, certificate) and category == Category.HOLDER_REQUEST
    if not (own or policies.can_propose_revocation(by, certificate)):
        raise PermissionDenied
    if certificate.revoked_at is not None:
        raise RuleBroken(_("This certificate is revoked already."))
    if category not in PROPOSED:
        raise RuleBroken(_("Please choose a category."))
    if not reason.strip():
        raise RuleBroken(_("Please give a reason. The other side will read it."))
    now = timezone.now()
    heard_at_once = own or category == Category.KEY_COMPROMISE
    try:
        with transaction.atomic():
            case = RevocationCase.objects.create(
                certificate=certificate,
                category=category,
                reason=reason.strip(),
                proposed_by=by,
                proposed_at=now,
                heard_until=now if heard_at_once else now + HEARING,
            )
    except IntegrityError:
        raise RuleBroken(_("The revocation of this certificate is under way already.")) from None
    CertificateEvent.objects.create(certificate=certificate, kind=Kind.CASE_OPENED, actor=by, detail=category)
    audit.record(
        "revocation.proposed",
        case,
        by=by,
        on_behalf_of=acting.acting_for(by, certificate, Role.AWARDING),
        certificate=certificate.pk,
        category=category,
        reason=audit.text_digest(reason),
    )
    notices.tell_case_opened(case, by=by)
    return case


@transaction.atomic
def state(case: RevocationCase, words: str, *, by: User) -> RevocationCase:
    """The holder speaks, as often as they like until it is decided."""
    case = RevocationCase.objects.select_for_update(of=("self",)).select_related("certificate").get(pk=case.pk)
    if not policies.is_holder(by, case.certificate):
        raise PermissionDenied
    if case.state != State.OPEN:
        raise RuleBroken(_("It is decided already."))
    if not words.strip():
        raise RuleBroken(_("Please write what the deciders should know."))
    case.statement, case.stated_at = words.strip(), timezone.now()
    case.save(update_fields=["statement", "stated_at"])
    audit.record("revocation.heard", case, by=by, words=audit.text_digest(words))
    notices.tell_heard(case, by=by)
    return case


@transaction.atomic
def decide(case: RevocationCase, verb: str, decision: str, *, by: User) -> RevocationCase:
    """`revoke` or `drop`, with reasons, by somebody other than who proposed it."""
    # The certificate's row first, as everywhere.
    Certificate.objects.select_for_update(of=("self",)).get(pk=case.certificate_id)
    return acting.apply(flow(), case, verb, by=by, roles=(Role.AWARDING,), reason=decision)


def revoke_now(certificate: Certificate, category: str, *, by: User) -> None:
    """The moment itself: row, event, list. Called by what has decided it; who is revoked stays revoked."""
    certificate = (
        Certificate.objects.select_for_update(of=("self",)).select_related("place__listed").get(pk=certificate.pk)
    )
    if certificate.revoked_at is not None:
        return
    certificate.revoked_at, certificate.revoked_category = timezone.now(), category
    certificate.save(update_fields=["revoked_at", "revoked_category"])
    CertificateEvent.objects.create(certificate=certificate, kind=Kind.REVOKED, actor=by, detail=category)
    audit.record(
        "certificate.revoked",
        certificate,
        by=by,
        on_behalf_of=acting.acting_for(by, certificate, Role.AWARDING),
        number=certificate.number,
        category=category,
    )
    lists.changed(certificate.place.listed)
    notices.tell_revoked(certificate, by=by)
