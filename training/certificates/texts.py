"""How documents are written down: one form each, so that their hashes mean something."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def compact(document: Mapping[str, Any]) -> str:
    """A signed document in the order it was built, as it is stored and served."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
