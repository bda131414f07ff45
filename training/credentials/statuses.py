"""The list of revoked certificates: a bit for each, worked out anew whenever it is signed (X-12, X-13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from openbadgeslib.ob3.status import decode_encoded_list
from openbadgeslib.ob3.status_list import encode_bitstring

from . import contexts
from .proofs import moment

PLACES = 131_072  # the standard's least: a list hides who is on it among so many
PURPOSE = "revocation"
LASTS = timedelta(hours=24)
RENEWED_WHEN_LEFT = timedelta(hours=12)


class Unreadable(Exception):
    """Why a list says nothing. Never to be taken for "not revoked"."""


def document(address: str, issuer: str, revoked: Iterable[int], *, at: datetime) -> dict[str, Any]:
    """The list as it is to be signed."""
    return {
        "@context": list(contexts.OF_LISTS),
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": moment(at),
        "validUntil": moment(at + LASTS),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encode_bitstring(revoked, PLACES),
        },
    }


def entry(address: str, index: int) -> dict[str, str]:
    """What stands in the certificate: one object, never a list of them (4.7-5)."""
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


@dataclass(frozen=True)
class Place:
    """Where a certificate's bit stands, as its file says."""

    address: str
    index: int


def place(badge: Mapping[str, Any]) -> Place | None:
    """None for a file without a status. Raises Unreadable for one that nobody can follow."""
    status = badge.get("credentialStatus")
    if status is None:
        return None
    if not isinstance(status, dict):
        raise Unreadable("several statuses")
    index = status.get("statusListIndex")
    address = status.get("statusListCredential")
    if (
        status.get("type") != "BitstringStatusListEntry"
        or status.get("statusPurpose") != PURPOSE
        or not isinstance(address, str)
        or not isinstance(index, str)
        or not (index.isascii() and index.isdigit())
    ):
        raise Unreadable("a status of another kind")
    return Place(address, int(index))


def is_set(listed: Mapping[str, Any], at: Place, *, issuer: str, now: datetime) -> bool:
    """The bit, from a list whose proof was checked. Stale, short or foreign lists say nothing (4.7-9)."""
    subject = listed.get("credentialSubject")
    types = listed.get("type")
    if not isinstance(subject, dict) or not isinstance(types, list) or "BitstringStatusListCredential" not in types:
        raise Unreadable("not a list")
    if listed.get("id") != at.address:
        raise Unreadable("another list")
    if _issuer(listed) != issuer:
        raise Unreadable("a list of another issuer")
    if subject.get("type") != "BitstringStatusList" or subject.get("statusPurpose") != PURPOSE:
        raise Unreadable("a list for another purpose")
    if subject.get("statusSize", 1) != 1:
        raise Unreadable("more than one bit each")
    if _time(listed.get("validFrom")) > now + timedelta(minutes=5):
        raise Unreadable("a list from the future")
    if _time(listed.get("validUntil")) < now:
        raise Unreadable("a stale list")
    try:
        bits = decode_encoded_list(subject["encodedList"])
    except Exception as error:  # whatever a package makes of foreign bytes
        raise Unreadable("not decodable") from error
    if len(bits) * 8 < PLACES:
        raise Unreadable("a short list")
    if at.index >= len(bits) * 8:
        raise Unreadable("a place outside the list")
    return bool(bits[at.index // 8] & (0x80 >> (at.index % 8)))


def _issuer(listed: Mapping[str, Any]) -> Any:
    issuer = listed.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _time(value: Any) -> datetime:
    if not isinstance(value, str):
        raise Unreadable("a list without dates")
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise Unreadable("a list with odd dates") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
