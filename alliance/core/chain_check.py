"""Check an exported audit chain with Python's standard library alone.

    python chain_check.py chain.jsonl                 does every event follow the one before it?
    python chain_check.py chain.jsonl heads.csv       and does it contain every head that was published?

Each line of the first file is one event as JSON: seq, at, actor, on_behalf_of, verb, object_type, object_id, payload,
prev_hash, hash. The rule (H-1): hash = SHA-256 of prev_hash followed by the canonical JSON of all other fields, and
prev_hash is the hash of the event before; the first event follows 64 zeros. The second file is the list of daily heads
from the portal's public page (or your own older copy of it): date, seq, hash. Exit code 0: the chain holds; 1: it is
broken; 2: unreadable. The portal itself computes and checks its hashes with this same file.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
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
    _refuse_fractions(body)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r} has no canonical form")
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for item in value:
        _refuse_fractions(item)


def event_hash(prev_hash: str, event: Mapping[str, Any]) -> str:
    return hashlib.sha256(prev_hash.encode() + canonical(event)).hexdigest()


def check(
    events: Iterable[Mapping[str, Any]],
    *,
    head: tuple[int, str] | None = None,
    published: Mapping[int, str] | None = None,
) -> Broken | None:
    """The first broken event, or None.

    `head` is the last known (seq, hash): with it a cut-off tail is found too. `published` are heads by number that
    outsiders hold: with them a chain that was rewritten as a whole is found too.
    """
    published = published or {}
    expected_seq, prev_hash = 1, GENESIS
    for event in events:
        try:
            seq, prev, stated = event["seq"], event["prev_hash"], event["hash"]
            computed = event_hash(prev_hash, event)
        except (KeyError, TypeError) as error:
            return Broken(expected_seq, f"is not an event: {error}")
        if seq != expected_seq:
            return Broken(expected_seq, f"expected event {expected_seq}, found {seq}: one is missing, added or moved")
        if prev != prev_hash:
            return Broken(seq, "does not follow the event before it")
        if computed != stated:
            return Broken(seq, "its content does not match its hash")
        if published.get(seq, stated) != stated:
            return Broken(seq, "its hash is not the one that was published")
        expected_seq, prev_hash = seq + 1, stated
    if head is not None and head != (expected_seq - 1, prev_hash):
        return Broken(expected_seq, f"the chain ends here, but its head is event {head[0]}")
    if missing := [seq for seq in published if seq >= expected_seq]:
        return Broken(expected_seq, f"the chain ends here, but event {min(missing)} was published")
    return None


def _read_events(path: str) -> Iterator[dict]:
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _read_heads(path: str) -> dict[int, str]:
    with open(path, encoding="utf-8-sig", newline="") as rows:
        return {int(row["seq"]): row["hash"] for row in csv.DictReader(rows)}


def main(chain: str, heads: str = "") -> int:
    count, last = 0, GENESIS

    def counted() -> Iterator[dict]:
        nonlocal count, last
        for event in _read_events(chain):
            yield event
            count, last = count + 1, event["hash"]

    try:
        published = _read_heads(heads) if heads else {}
        broken = check(counted(), published=published)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        print(f"UNREADABLE: {error}")
        return 2
    if broken:
        print(f"BROKEN at event {broken.seq}: {broken.reason}")
        return 1
    print(f"OK: {count} events, head {last}" + (f", {len(published)} published heads found" if heads else ""))
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
