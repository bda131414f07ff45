"""The stand-alone checker: the standard library alone, started as a stranger would start it."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core import chain_check

SCRIPT = Path(chain_check.__file__)


def make_chain(length: int = 5) -> list[dict]:
    events: list[dict] = []
    prev_hash = chain_check.GENESIS
    for seq in range(1, length + 1):
        event = {
            "seq": seq,
            "at": f"2026-11-21T08:00:0{seq % 10}+00:00",
            "actor": "7",
            "on_behalf_of": "",
            "verb": "park.listed",
            "object_type": "parks.park",
            "object_id": str(seq),
            "payload": {"from": "catalogued", "to": "listed", "amount": seq * 100, "名": "园区"},
            "prev_hash": prev_hash,
        }
        event["hash"] = prev_hash = chain_check.event_hash(prev_hash, event)
        events.append(event)
    return events


def write(path: Path, events: list[dict]) -> str:
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")
    return str(path)


def write_heads(path: Path, events: list[dict]) -> str:
    rows = [f"2026-11-{event['seq']:02},{event['seq']},{event['hash']}" for event in events]
    path.write_text("\n".join(["date,seq,hash", *rows]) + "\n", encoding="utf-8-sig")
    return str(path)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", "-I", str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


class TestScript:
    def test_a_whole_chain_is_ok(self, tmp_path):
        events = make_chain(5)

        done = run(write(tmp_path / "chain.jsonl", events))

        assert (done.returncode, done.stdout) == (0, f"OK: 5 events, head {events[-1]['hash']}\n")

    def test_an_empty_chain_is_ok(self, tmp_path):
        done = run(write(tmp_path / "chain.jsonl", []))

        assert (done.returncode, done.stdout) == (0, f"OK: 0 events, head {'0' * 64}\n")

    def test_a_changed_event_is_named(self, tmp_path):
        events = make_chain(5)
        events[2]["payload"]["amount"] = 299

        done = run(write(tmp_path / "chain.jsonl", events))

        assert (done.returncode, done.stdout) == (1, "BROKEN at event 3: its content does not match its hash\n")

    def test_published_heads_are_found_in_the_chain(self, tmp_path):
        events = make_chain(5)

        done = run(write(tmp_path / "c.jsonl", events), write_heads(tmp_path / "h.csv", [events[1], events[4]]))

        assert (done.returncode, done.stdout) == (
            0,
            f"OK: 5 events, head {events[-1]['hash']}, 2 published heads found\n",
        )

    def test_a_chain_rewritten_as_a_whole_does_not_hold_against_a_published_head(self, tmp_path):
        published = make_chain(5)
        rewritten = make_chain(5)
        prev_hash = rewritten[0]["hash"]
        for event in rewritten[1:]:
            event |= {"actor": "8", "prev_hash": prev_hash}
            event["hash"] = prev_hash = chain_check.event_hash(prev_hash, event)

        alone = run(write(tmp_path / "c.jsonl", rewritten))
        beside = run(str(tmp_path / "c.jsonl"), write_heads(tmp_path / "h.csv", [published[2]]))

        assert alone.returncode == 0
        assert (beside.returncode, beside.stdout) == (
            1,
            "BROKEN at event 3: its hash is not the one that was published\n",
        )

    def test_a_cut_tail_does_not_hold_against_a_published_head(self, tmp_path):
        events = make_chain(5)

        done = run(write(tmp_path / "c.jsonl", events[:3]), write_heads(tmp_path / "h.csv", [events[4]]))

        assert (done.returncode, done.stdout) == (
            1,
            "BROKEN at event 4: the chain ends here, but event 5 was published\n",
        )

    @pytest.mark.parametrize("content", ["{not json}\n", "[1, 2]\n", "7\n"])
    def test_what_is_no_chain_is_refused_with_a_sentence(self, tmp_path, content):
        path = tmp_path / "chain.jsonl"
        path.write_text(content)

        done = run(str(path))

        assert done.returncode in (1, 2)
        assert done.stdout.startswith(("BROKEN", "UNREADABLE"))
        assert done.stderr == ""

    def test_a_missing_file_is_refused_with_a_sentence(self, tmp_path):
        done = run(str(tmp_path / "nothing.jsonl"))

        assert done.returncode == 2
        assert done.stdout.startswith("UNREADABLE")

    def test_without_a_file_it_explains_itself(self):
        done = run()

        assert done.returncode == 1
        assert "python chain_check.py chain.jsonl" in done.stderr

    def test_it_imports_the_standard_library_alone(self):
        imported = set()
        for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))

        assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)


class TestCanonical:
    def test_keys_are_sorted_and_nothing_else_is_written(self):
        event = make_chain(1)[0]

        assert chain_check.canonical(event).decode() == (
            '{"actor":"7","at":"2026-11-21T08:00:01+00:00","object_id":"1","object_type":"parks.park","on_behalf_of":"",'
            '"payload":{"amount":100,"from":"catalogued","to":"listed","名":"园区"},"seq":1,"verb":"park.listed"}'
        )

    def test_the_hash_is_sha256_of_the_previous_hash_and_the_form(self):
        event = make_chain(1)[0]

        assert event["hash"] == hashlib.sha256(b"0" * 64 + chain_check.canonical(event)).hexdigest()
        # A literal too: published heads must still hold after any rewriting of the code.
        assert event["hash"].startswith("666a29670449b50397e74df24497edd0")

    @pytest.mark.parametrize("payload", [{"a": 0.5}, {"a": {"b": [1, 2.0]}}, {"a": float("nan")}])
    def test_fractions_have_no_canonical_form(self, payload):
        event = make_chain(1)[0] | {"payload": payload}

        with pytest.raises(TypeError):
            chain_check.canonical(event)

    @given(
        st.dictionaries(
            st.text(max_size=8),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
                max_leaves=6,
            ),
            max_size=4,
        )
    )
    def test_the_form_survives_writing_and_reading(self, payload):
        event = make_chain(1)[0] | {"payload": payload}

        read_back = json.loads(json.dumps(event, indent=2))

        assert chain_check.canonical(read_back) == chain_check.canonical(event)


class TestCheck:
    @given(st.data())
    def test_any_single_tampering_is_found_at_or_before_its_place(self, data):
        events = make_chain(6)
        place = data.draw(st.integers(0, 5))
        way = data.draw(st.sampled_from(["change", "remove", "repeat", "swap", "rehash"]))
        head = (6, events[-1]["hash"])
        match way:
            case "change":
                field = data.draw(st.sampled_from([f for f in chain_check.FIELDS if f not in {"seq", "payload"}]))
                events[place] = events[place] | {field: events[place][field] + "x"}
            case "remove":
                del events[place]
            case "repeat":
                events.insert(place, events[place])
            case "swap":
                other = (place + 1) % 6
                events[place], events[other] = events[other], events[place]
            case "rehash":
                changed = events[place] | {"actor": "8"}
                events[place] = changed | {"hash": chain_check.event_hash(changed["prev_hash"], changed)}

        broken = chain_check.check(events, head=head)

        assert broken is not None
        assert broken.seq <= place + 2

    def test_a_cut_tail_is_found_by_the_head(self):
        events = make_chain(6)

        assert chain_check.check(events[:4]) is None
        assert chain_check.check(events[:4], head=(6, events[-1]["hash"])) == (
            5,
            "the chain ends here, but its head is event 6",
        )
