"""From an approved dossier to a signed, stored certificate: one transaction; whatever fails leaves nothing (X-5)."""

import contextlib
import json
import secrets
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import acting
from ..credentials import badge, keys, numbers, proofs, second
from ..models import (
    Certificate,
    CertificateEvent,
    CertificateEvidence,
    Dossier,
    IssuerKey,
    NumberYear,
    ProgrammePartner,
)
from ..seats import finishing
from ..seats.door import Book, seat_lock
from . import building, dossiers, lists, policies, texts, wording
from . import keys as issuer_keys

State, Purpose = Dossier.State, Dossier.Purpose
Category = Certificate.Category


def issue(dossier: Dossier, *, by: User) -> Certificate:
    """Issue the certificate of an approved dossier. Asked again, it gives the same one (X-4).

    Raises PermissionDenied, RuleBroken; dossiers.Changed when something it quotes is no longer so: it went back.
    """
    if found := Certificate.objects.filter(dossier=dossier).first():
        return found
    # Before the transaction: a place that was given out is never given again, however this ends.
    place = lists.take_place()
    try:
        with transaction.atomic(), _door(dossier) as book:
            return _issue(dossier, place, by, book)
    except dossiers.Changed:
        dossiers.lapse(dossier)
        raise


@contextlib.contextmanager
def _door(dossier: Dossier) -> Iterator[Book | None]:
    """A first certificate is issued behind the door of the cohort's seats: meanwhile nobody leaves it (X-1, E-1)."""
    if dossier.purpose != Purpose.FIRST:
        yield None
        return
    with seat_lock(dossier.enrolment.cohort) as book:
        yield book


def _issue(given: Dossier, place: tuple[int, int, int], by: User, book: Book | None) -> Certificate:
    Dossier.objects.select_for_update(of=("self",)).get(pk=given.pk)
    dossier = dossiers.loaded().get(pk=given.pk)
    if dossier.state == State.ISSUED:
        return dossier.certificate
    if not policies.can_issue(by, dossier):
        raise PermissionDenied
    if dossier.state != State.APPROVED:
        raise RuleBroken(_("Only an approved dossier can be issued."))
    if not dossiers.is_as_frozen(dossier):
        raise dossiers.Changed
    dossiers.require_none_live(dossier)
    certificate, facts = _build(dossier, place, by)
    _settle_earlier(certificate, dossier, by)
    certificate.save(force_insert=True)
    CertificateEvidence.objects.bulk_create(
        CertificateEvidence(certificate=certificate, **vars(piece)) for piece in facts.evidence
    )
    CertificateEvent.objects.create(certificate=certificate, kind=CertificateEvent.Kind.ISSUED, actor=by)
    behalf = acting.acting_for(by, dossier, ProgrammePartner.Role.AWARDING)
    workflow.apply(dossiers.flow(), dossier, "issue", by=by, on_behalf_of=behalf)
    if book is not None:
        finishing.certify(book, dossier.enrolment, by=by)
    audit.record(
        "certificate.issued",
        certificate,
        by=by,
        on_behalf_of=behalf,
        number=certificate.number,
        dossier=dossier.pk,
        body=certificate.body_sha256,
        key=certificate.key.fragment,
    )
    from . import notices

    notices.tell_issued(certificate, by=by)
    return certificate


def _build(dossier: Dossier, place: tuple[int, int, int], by: User) -> tuple[Certificate, building.Facts]:
    """Number, document, proof, and the second library's opinion of it."""
    now = timezone.now().replace(microsecond=0)
    place_id, list_number, index = place
    # Whoever withdraws the key waits until this certificate is stored, and finds it then.
    key = IssuerKey.objects.select_for_update(no_key=True).filter(state=IssuerKey.State.ACTIVE).first()
    if key is None:
        raise issuer_keys.NoKey(_("Nothing can be signed now: no key is in use."))
    signer = issuer_keys.signer_of(key)
    earlier = dossier.earlier
    is_correction = dossier.purpose == Purpose.CORRECTION and earlier is not None
    facts = building.Facts(
        token=secrets.token_urlsafe(16),  # 128 bits, and nothing of the certificate in them
        number=_next_number(dossier.version.curriculum.code),
        awarded_at=earlier.awarded_at if is_correction and earlier else now,
        valid_from=now,
        valid_until=earlier.valid_until
        if is_correction and earlier
        else building.end_of_validity(now, dossier.version.validity_months),
        list_number=list_number,
        index=index,
        evidence=building.evidence(dossier),
    )
    document = building.build(dossier, facts).document()
    # Of what is signed, and not of what was looked at before: names may have changed since the dossier was frozen.
    wording.require_allowed(dossier.version, (*dossiers.words_of(dossier), *building.strings(document)))
    body = texts.compact(proofs.signed(document, signer, now))
    try:
        second.require_sound(body, keys.public_pem(signer.key), issuer_keys.did())
    except second.Refused as refused:
        raise RuleBroken(
            _("The second check refused the signed file, so nothing was issued: %(why)s") % {"why": str(refused)[:300]}
        ) from refused
    if not badge.is_for(json.loads(body), dossier.enrolment.person.email):
        raise RuleBroken(_("The signed file does not name its holder, so nothing was issued."))
    certificate = Certificate(
        person=dossier.enrolment.person,
        dossier=dossier,
        enrolment=dossier.enrolment,
        curriculum=dossier.version.curriculum,
        version=dossier.version,
        major=dossier.version.major,
        number=facts.number,
        token=facts.token,
        place_id=place_id,
        key=key,
        body=body,
        body_sha256=texts.sha256(body),
        holder_name=dossier.holder_name,
        awarded_at=facts.awarded_at,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        issued_at=now,
        issued_by=by,
        renews=earlier if dossier.purpose == Purpose.RENEWAL else None,
        replaces=earlier if is_correction else None,
    )
    return certificate, facts


def _next_number(code: str) -> str:
    """The next number of the year, without gaps: the row stays locked until the certificate is committed (X-6)."""
    year = timezone.localdate().year
    NumberYear.objects.get_or_create(year=year)
    counter = NumberYear.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return numbers.compose(code, year, counter.last)


def _settle_earlier(certificate: Certificate, dossier: Dossier, by: User) -> None:
    """What this certificate means for those before it (X-10, X-11)."""
    now = certificate.issued_at
    if certificate.replaces is not None:
        from . import revoking

        earlier = certificate.replaces
        withdrawn = earlier.key.state == IssuerKey.State.COMPROMISED
        category = Category.KEY_COMPROMISE if withdrawn else Category.REPLACED
        # What the holder agreed to for the old one holds for the new one.
        for consent in ("shows_name", "is_searchable", "shows_mark", "in_directory"):
            setattr(certificate, consent, getattr(earlier, consent))
        revoking.revoke_now(earlier, category, by=by)
    # A renewal follows a certificate that runs on to its end; a new one by the full route follows one that ran out.
    before = (
        Certificate.objects.select_for_update(of=("self",))
        .live()
        .filter(person=certificate.person, curriculum=certificate.curriculum, kind=certificate.kind)
    )
    for earlier in before:
        if earlier.pk == dossier.earlier_id or (earlier.major == certificate.major and earlier.is_expired(now)):
            earlier.superseded_at = now
            earlier.save(update_fields=["superseded_at"])
            CertificateEvent.objects.create(
                certificate=earlier, kind=CertificateEvent.Kind.SUPERSEDED, actor=by, detail=certificate.number
            )
