"""What a certificate or a file turns out to be (training spec, 4.6): the real check, and apart from it the register.

Both must say the same. Where they do not, nothing is confirmed, and the desks are alarmed.
"""

import hmac
import json
import logging
import re
import time
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..credentials import baking, checking, numbers
from ..credentials.checking import Outcome, Report, Step, Verdict
from ..models import Certificate
from . import keys, lists, notices

logger = logging.getLogger(__name__)

# No answer about a number and a name that do not go together comes sooner, whichever of the two was wrong.
AT_LEAST = 0.3
LONGEST_NAME = 120


@dataclass
class Finding:
    """The verdict with all that led to it. `certificate` is the row of ours, where there is one."""

    verdict: Verdict
    checked_at: datetime
    certificate: Certificate | None = None
    badge: dict[str, Any] | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def is_ours(self) -> bool:
        return self.certificate is not None


def sources() -> checking.Sources:
    """Our own DID document and lists, as they are served. No other server is asked on a stranger's behalf."""
    document = keys.did_document()
    own = document["id"]

    def did_document(did: str) -> dict[str, Any] | None:
        if did == own:
            return document
        # Our partners have no keys (building.partner_document): nothing that says it is signed by one of them is.
        return {} if did.startswith(f"{own}:") else None

    return checking.Sources(did=own, did_document=did_document, status_list=lists.find)


def of_certificate(certificate: Certificate, now: datetime | None = None) -> Finding:
    """One of ours, from its stored bytes."""
    return _compared(certificate.body, certificate, now or timezone.now())


def of_file(file: bytes, now: datetime | None = None) -> Finding:
    """A file somebody has: JSON, PNG or SVG. It is looked at in memory and kept nowhere."""
    now = now or timezone.now()
    try:
        text = baking.out_of(file)
    except baking.NoBadge:
        step = Step("form", Outcome.BAD, timezone.now(), "no badge")
        return Finding(Verdict.UNKNOWN, now, steps=[step])
    return of_text(text, now)


def of_text(text: str, now: datetime | None = None) -> Finding:
    """A signed text, of ours or of somebody else."""
    now = now or timezone.now()
    return _compared(text, _named_in(text), now)


def of_number(typed: str, name: str, now: datetime | None = None) -> Finding:
    """By number and family name, where the holder agreed to be found so.

    No such number, another name, not agreed: one and the same answer, and none of them sooner than the others.
    """
    began = time.monotonic()
    now = now or timezone.now()
    number = numbers.read(typed) or ""
    certificate = loaded().filter(number=number).first()
    holder = certificate.holder_name if certificate is not None else "〇"
    fits = _fits(holder, name)
    if certificate is None or not certificate.is_searchable or not fits:
        time.sleep(max(0.0, AT_LEAST - (time.monotonic() - began)))
        return Finding(Verdict.UNKNOWN, now, steps=[Step("register", Outcome.BAD, timezone.now(), "")])
    return of_certificate(certificate, now)


def loaded() -> Any:
    return Certificate.objects.select_related(
        "version__curriculum__programme", "curriculum", "key", "replaces", "renews", "person", "enrolment__cohort"
    )


def _named_in(text: str) -> Certificate | None:
    """The row a file says it is, by its own address."""
    try:
        address = json.loads(text).get("id")
    except (ValueError, AttributeError, RecursionError):
        return None
    begins = f"{settings.CREDENTIAL_ORIGIN}/credentials/"
    if not isinstance(address, str) or not address.startswith(begins) or len(address) > len(begins) + 32:
        return None
    return loaded().filter(token=address.removeprefix(begins).replace("\0", "")).first()


def _compared(text: str, certificate: Certificate | None, now: datetime) -> Finding:
    report = checking.check(text, sources(), now=now)
    finding = Finding(report.verdict, now, certificate, report.badge, list(report.steps))
    if report.verdict in {Verdict.UNKNOWN, Verdict.FORGED, Verdict.FOREIGN, Verdict.ELSEWHERE} or (
        report.badge is not None and report.outcome("signature") != Outcome.OK
    ):
        if certificate is not None and _is_same(text, certificate):
            # Our own bytes do not hold: the key was withdrawn, or somebody changed what was stored.
            _alarm_unless_withdrawn(finding, certificate)
        elif report.verdict in {Verdict.FORGED, Verdict.FOREIGN, Verdict.ELSEWHERE}:
            # It says that it is one of ours, and is not.
            finding.certificate = None
        return finding
    if certificate is None or not _is_same(text, certificate):
        # Signed with our key, and not in our register: somebody else has the key, or a row is missing.
        return _unconfirmed(finding, certificate, "not in the register")
    return _with_register(finding, report, certificate)


def _with_register(finding: Finding, report: Report, certificate: Certificate) -> Finding:
    status = report.outcome("status")
    in_register = certificate.revoked_at is not None
    if status != Outcome.UNKNOWN and (status == Outcome.BAD) != in_register:
        return _unconfirmed(finding, certificate, "list and register differ")
    if in_register:
        # The register says so, even while the list cannot be read.
        finding.verdict = Verdict.REPLACED if _replacement(certificate) else Verdict.REVOKED
    finding.steps.append(Step("register", Outcome.OK, timezone.now(), certificate.number))
    return finding


def _unconfirmed(finding: Finding, certificate: Certificate | None, why: str) -> Finding:
    finding.verdict = Verdict.UNCONFIRMED
    finding.steps.append(Step("register", Outcome.BAD, timezone.now(), why))
    logger.error("certificates: %s (%s)", why, certificate.number if certificate else "no row")
    if certificate is not None:
        with transaction.atomic():
            notices.tell_mismatch(certificate)
    return finding


def _alarm_unless_withdrawn(finding: Finding, certificate: Certificate) -> None:
    if certificate.revoked_at is not None:
        finding.verdict = Verdict.REPLACED if _replacement(certificate) else Verdict.REVOKED
        finding.steps.append(Step("register", Outcome.OK, timezone.now(), certificate.number))
    elif certificate.key.state == certificate.key.State.COMPROMISED:
        finding.verdict = Verdict.UNCONFIRMED
        finding.steps.append(Step("register", Outcome.BAD, timezone.now(), "key withdrawn"))
    else:
        _unconfirmed(finding, certificate, "stored bytes do not hold")


def _replacement(certificate: Certificate) -> Certificate | None:
    return Certificate.objects.filter(replaces=certificate).first()


def _is_same(text: str, certificate: Certificate) -> bool:
    """The same document, however it was indented on its way."""
    if text == certificate.body:
        return True
    try:
        return json.loads(text) == json.loads(certificate.body)
    except (ValueError, RecursionError):
        return False


def _fits(holder: str, typed: str) -> bool:
    """Whether the typed family name is the holder's. Compared in one form, and in a time that says nothing."""
    plain, given = _plain(holder), _plain(typed[:LONGEST_NAME])
    if not given:
        return False
    possible = {plain, *plain.split()}
    if not re.search(r"[a-z]", plain):
        joined = plain.replace(" ", "").replace("·", "")
        # A Chinese family name has one character or two.
        possible |= {joined, joined[:1], joined[:2]}
    fits = False
    for one in sorted(possible):
        fits |= hmac.compare_digest(one.encode(), given.encode())
    return fits


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
