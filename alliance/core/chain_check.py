"""Check an exported audit chain with Python's standard library alone.

    python chain_check.py chain.jsonl

Each line of the file is one event as JSON: seq, at, actor, on_behalf_of, verb, object_type, object_id, payload, prev_hash,
hash. The rule (H-1): hash = SHA-256 of prev_hash followed by the canonical JSON of all other fields, and prev_hash is the hash
of the event before; the first event follows 64 zeros. The portal itself computes and checks its hashes with this same file.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

GENESIS = "0" * 64
FIELDS = ("seq", "at", "actor", "on_behalf_of", "verb", "object_type", "object_id", "payload")


class Broken(NamedTuple):
    """The first event that does not fit, and why."""

    seq: int
    reason: str


def canonical(event: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8. Fractions are refused: amounts are integers of minor units."""
    body = {field: event[field] for field in FIELDS}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_refuse).encode()


def _refuse(value: Any) -> None:
    raise TypeError(f"{value!r} has no canonical form")


def event_hash(prev_hash: str, event: Mapping[str, Any]) -> str:
    return hashlib.sha256(prev_hash.encode() + canonical(event)).hexdigest()


def check(events: Iterable[Mapping[str, Any]], *, head: tuple[int, str] | None = None) -> Broken | None:
    """The first broken event, or None. `head` is the last known (seq, hash): with it a cut-off tail is found too."""
    expected_seq, prev_hash = 1, GENESIS
    for event in events:
        seq = event["seq"]
        if seq != expected_seq:
            return Broken(expected_seq, f"expected event {expected_seq}, found {seq}: one is missing, added or moved")
        if event["prev_hash"] != prev_hash:
            return Broken(seq, "does not follow the event before it")
        if event_hash(prev_hash, event) != event["hash"]:
            return Broken(seq, "its content does not match its hash")
        expected_seq, prev_hash = seq + 1, event["hash"]
    if head is not None and head != (expected_seq - 1, prev_hash):
        return Broken(expected_seq, f"the chain ends here, but its head is event {head[0]}")
    return None


def main(path: str) -> int:
    with open(path, encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines if line.strip()]
    broken = check(events)
    if broken:
        print(f"BROKEN at event {broken.seq}: {broken.reason}")
        return 1
    last = events[-1]["hash"] if events else GENESIS
    print(f"OK: {len(events)} events, head {last}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
