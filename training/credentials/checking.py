"""What a file turns out to be: the same check for our stored bytes and for a stranger's upload (training spec, 4.6).

Only reads what it is given: DID documents and status lists. What cannot be read is said to be so, and never taken for
"not revoked". Each step says what was looked at, how it ended and when.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import resolve_did, verify_data_integrity_proof

from . import dids, second, statuses

LARGEST = 256 * 1024  # bytes of a document
Document = Mapping[str, Any]


class Verdict(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_YET = "not_yet"
    UNCHECKABLE = "uncheckable"  # list or key cannot be read now
    UNCONFIRMED = "unconfirmed"  # the file and our register do not say the same
    FORGED = "forged"  # the signature does not fit
    FOREIGN = "foreign"  # the signature fits, and the issuer is not ours
    ELSEWHERE = "elsewhere"  # the issuer is not ours, and we do not fetch its keys
    UNKNOWN = "unknown"  # no such certificate, or no certificate at all


class Outcome(StrEnum):
    OK = "ok"
    BAD = "bad"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Step:
    """One thing that was looked at. `code` names it, `detail` is a code or a value of the file, never a sentence."""

    code: str
    outcome: Outcome
    at: datetime
    detail: str = ""


@dataclass
class Report:
    verdict: Verdict = Verdict.UNKNOWN
    badge: dict[str, Any] | None = None
    steps: list[Step] = field(default_factory=list)

    def outcome(self, code: str) -> Outcome:
        return next((step.outcome for step in self.steps if step.code == code), Outcome.SKIPPED)


@dataclass(frozen=True)
class Sources:
    """What a check may read. Both give None for what cannot be read now."""

    did: str  # of the issuer that is ours
    did_document: Callable[[str], Document | None]
    status_list: Callable[[str], str | None]


class _Over(Exception):
    """The verdict is certain."""


def check(text: str, sources: Sources, *, now: datetime, clock: Callable[[], datetime] | None = None) -> Report:
    """Look at everything, in order."""
    return _Check(sources, now, clock or (lambda: datetime.now(UTC))).of(text)


class _Check:
    def __init__(self, sources: Sources, now: datetime, clock: Callable[[], datetime]) -> None:
        self.sources = sources
        self.now = now
        self.clock = clock
        self.report = Report()

    def of(self, text: str) -> Report:
        try:
            badge = self._form(text)
            issuer = self._issuer(badge)
            pem = self._key(badge, issuer)
            self._signature(text, badge, pem, issuer)
            revoked = self._status(badge, issuer)
            self.report.verdict = self._by_dates(badge, revoked)
        except _Over:
            pass
        return self.report

    def _note(self, code: str, outcome: Outcome, detail: str = "") -> None:
        self.report.steps.append(Step(code, outcome, self.clock(), detail[:300]))

    def _end(self, verdict: Verdict, code: str, outcome: Outcome, detail: str = "") -> _Over:
        self._note(code, outcome, detail)
        self.report.verdict = verdict
        return _Over()

    def _form(self, text: str) -> dict[str, Any]:
        if len(text.encode("utf-8", "replace")) > LARGEST:
            raise self._end(Verdict.UNKNOWN, "form", Outcome.BAD, "too large")
        try:
            badge = _read(text)
        except ValueError:
            raise self._end(Verdict.UNKNOWN, "form", Outcome.BAD, "no json") from None
        types = badge.get("type") if isinstance(badge, dict) else None
        if not isinstance(types, list) or not {"VerifiableCredential", "OpenBadgeCredential"} <= {
            kind for kind in types if isinstance(kind, str)
        }:
            raise self._end(Verdict.UNKNOWN, "form", Outcome.BAD, "no badge")
        self.report.badge = badge
        self._note("form", Outcome.OK)
        return badge

    def _issuer(self, badge: dict[str, Any]) -> str:
        found = _id(badge.get("issuer"))
        if not isinstance(found, str) or not found:
            raise self._end(Verdict.FORGED, "issuer", Outcome.BAD, "no issuer")
        self._note("issuer", Outcome.OK if found == self.sources.did else Outcome.UNKNOWN, found)
        return found

    def _key(self, badge: dict[str, Any], issuer: str) -> bytes:
        """The key that the issuer itself lets sign. A key inside the file would prove nothing (4.7-11)."""
        proof = badge.get("proof")
        address = proof.get("verificationMethod") if isinstance(proof, dict) else None
        if not isinstance(address, str):
            raise self._end(Verdict.FORGED, "key", Outcome.BAD, "no proof")
        if address.partition("#")[0] != issuer:
            raise self._end(Verdict.FORGED, "key", Outcome.BAD, address)
        if issuer.startswith("did:key:"):
            multibase: str | None = issuer.removeprefix("did:key:")
        else:
            document = self.sources.did_document(issuer)
            if document is None and issuer != self.sources.did:
                # Waiting changes nothing: no server is asked on a stranger's behalf (4.6-4).
                raise self._end(Verdict.ELSEWHERE, "key", Outcome.SKIPPED, address)
            if document is None:
                raise self._end(Verdict.UNCHECKABLE, "key", Outcome.UNKNOWN, address)
            multibase = dids.key_for_assertions(document, address)
        if multibase is None:
            raise self._end(Verdict.FORGED, "key", Outcome.BAD, address)
        try:
            pem = resolve_did(f"did:key:{multibase}")
        except LibOpenBadgesException:
            raise self._end(Verdict.FORGED, "key", Outcome.BAD, address) from None
        self._note("key", Outcome.OK, address)
        return pem

    def _signature(self, text: str, badge: dict[str, Any], pem: bytes, issuer: str) -> None:
        """Dates are judged apart: the library throws on them, and expired is not forged (4.7-8)."""
        try:
            second.require_sound(text, pem, issuer)
        except second.OutsideItsDates:
            pass
        except second.Refused as error:
            raise self._end(Verdict.FORGED, "signature", Outcome.BAD, str(error)) from None
        self._note("signature", Outcome.OK, str(badge["proof"].get("created", "")))

    def _status(self, badge: dict[str, Any], issuer: str) -> bool | None:
        """None where nobody can say."""
        try:
            place = statuses.place(badge)
            if place is None:
                self._note("status", Outcome.SKIPPED)
                return False
            revoked = statuses.is_set(self._list(place.address, issuer), place, issuer=issuer, now=self.now)
        except statuses.Unreadable as error:
            self._note("status", Outcome.UNKNOWN, str(error))
            return None
        self._note("status", Outcome.BAD if revoked else Outcome.OK, f"{place.address}#{place.index}")
        return revoked

    def _list(self, address: str, issuer: str) -> dict[str, Any]:
        text = self.sources.status_list(address)
        if text is None:
            raise statuses.Unreadable("the list cannot be read")
        try:
            listed = _read(text)
            method = listed["proof"]["verificationMethod"]
            document = self.sources.did_document(issuer)
            multibase = dids.key_for_assertions(document, method) if document is not None else None
            if not isinstance(method, str) or method.partition("#")[0] != issuer or multibase is None:
                raise statuses.Unreadable("a list signed by another key")
            verify_data_integrity_proof(listed, resolve_did(f"did:key:{multibase}"))
        except (KeyError, TypeError, ValueError, LibOpenBadgesException) as error:
            raise statuses.Unreadable("a list whose signature does not fit") from error
        return listed

    def _by_dates(self, badge: dict[str, Any], revoked: bool | None) -> Verdict:
        begins, ends = _time(badge.get("validFrom")), _time(badge.get("validUntil"))
        early, late = begins is not None and begins > self.now, ends is not None and ends < self.now
        self._note("dates", Outcome.BAD if early or late else Outcome.OK, str(badge.get("validUntil", "")))
        if _id(badge["issuer"]) != self.sources.did:
            return Verdict.FOREIGN
        if revoked:
            return Verdict.REVOKED
        if late:
            return Verdict.EXPIRED
        if early:
            return Verdict.NOT_YET
        return Verdict.UNCHECKABLE if revoked is None else Verdict.VALID


def _read(text: str) -> Any:
    """JSON that comes from strangers: however deep it is nested, it is an error and not the end of the process."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None


def _id(issuer: Any) -> Any:
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _time(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
