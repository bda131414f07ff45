"""The second library's opinion of a file that was just signed, before it is kept (rule X-5).

PyLD has no safe mode: what no context defines it drops without a word, and it stands in the file unsigned. This
verifier refuses such a file (training spec, 4.7-2).
"""

import re

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3LdpVerifier

# How the library says that a file is sound and its dates alone are not (pinned; a test breaks if it speaks anew).
_ONLY_DATES = re.compile(r"^Credential (has expired|is not yet valid)\b")


class Refused(Exception):
    """The second library does not accept the file."""


class OutsideItsDates(Refused):
    """All of it holds but its dates."""


def require_sound(text: str, key_pem: bytes, did: str) -> None:
    """Form, issuer and proof of a badge with this key. Raises Refused."""
    try:
        OB3LdpVerifier(pubkey_pem=key_pem, issuer_did=did).verify(text)
    except LibOpenBadgesException as error:
        kind = OutsideItsDates if _ONLY_DATES.match(str(error)) else Refused
        raise kind(str(error)) from error
