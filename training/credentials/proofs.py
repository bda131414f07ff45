"""The proof of a signed file: Data Integrity with the suite eddsa-rdfc-2022 (training spec, 4.2).

What is signed is what the JSON means (its RDF statements in one canonical order), so a file may be indented anew and
still holds. The same key, document and time give the same proof.
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pyld import jsonld

from . import contexts
from .keys import Signer

SUITE = "eddsa-rdfc-2022"
_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
Document = dict[str, Any]

# PyLD keeps what it knows of contexts in one place for the whole process.
_one_at_a_time = threading.Lock()


def canonical(document: Mapping[str, Any]) -> bytes:
    """The statements of a document, sorted and written in one way."""
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": contexts.loader,
    }
    with _one_at_a_time:
        return jsonld.normalize(document, options).encode()


def signed(document: Mapping[str, Any], signer: Signer, created: datetime) -> Document:
    """The document with its proof."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(created),
        "verificationMethod": signer.method,
        "proofPurpose": "assertionMethod",
    }
    # The options of the proof are read by the document's own contexts, which stand in the file once.
    options = {"@context": document["@context"], **proof}
    hashed = sha256(canonical(options)).digest() + sha256(canonical(document)).digest()
    value = "z" + _base58(signer.sign(hashed))
    return {**document, "proof": {**proof, "proofValue": value}}


def moment(at: datetime) -> str:
    """A time as signed files write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _base58(data: bytes) -> str:
    """Base 58 as Bitcoin writes it; a zero byte at the front is a 1."""
    number, written = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        written = _LETTERS[digit] + written
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + written
