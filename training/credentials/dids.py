"""did:web: the issuer's name is an address of ours, and the document there lists the keys that may sign (4.4)."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from . import contexts

MEDIA_TYPE = "application/did+json"


def of(origin: str) -> str:
    """The issuer whose document lies at <origin>/.well-known/did.json."""
    return "did:web:" + quote(urlsplit(origin).netloc, safe=".-")


def method(did: str, fragment: str) -> str:
    """The address of one key."""
    return f"{did}#{fragment}"


def document(did: str, listed: Iterable[tuple[str, str]], trusted: Iterable[str]) -> dict[str, Any]:
    """The document with all keys `listed` as (fragment, multibase).

    The `trusted` ones may have signed: retired keys stay among them, else every badge they signed would turn invalid.
    """
    return {
        "@context": [contexts.DID, contexts.MULTIKEY],
        "id": did,
        "verificationMethod": [
            {
                "id": method(did, fragment),
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multibase,
            }
            for fragment, multibase in listed
        ],
        "assertionMethod": [method(did, fragment) for fragment in trusted],
    }


def of_partner(did: str, slug: str) -> str:
    """A partner whom badges name; its document lies at <origin>/issuers/<slug>/did.json."""
    return f"{did}:issuers:{slug}"


def partner_document(did: str, slug: str, name: str) -> dict[str, Any]:
    """Who a partner is, as its controller `did` says. It has no keys: `did` alone signs."""
    return {
        "@context": [contexts.DID, {"name": "https://schema.org/name"}],
        "id": of_partner(did, slug),
        "name": name,
        "controller": did,
    }


def key_for_assertions(document: Mapping[str, Any], address: str) -> str | None:
    """The multibase of a key that this document lets sign credentials; None for any other."""
    allowed = document.get("assertionMethod")
    methods = document.get("verificationMethod")
    if not isinstance(allowed, list) or not isinstance(methods, list) or address not in allowed:
        return None
    for listed in methods:
        if isinstance(listed, dict) and listed.get("id") == address:
            found = listed.get("publicKeyMultibase")
            return found if isinstance(found, str) else None
    return None
