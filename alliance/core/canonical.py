"""One spelling of structured content: equal content is equal text, and has one fingerprint, wherever it is signed.

The audit chain spells its events in `chain_check.py`, which has to run without the portal.
"""

import hashlib
import json
from typing import Any


def canonical(content: Any) -> str:
    """Keys in order, no spaces, no escapes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: Any) -> str:
    """SHA-256 of that text, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
