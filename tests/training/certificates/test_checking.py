"""Pitfalls 1 to 5 and 7 to 14, T-X6 and T-X7 without the database: our check and a foreign one, side by side.

Every case runs through both. Where they should agree, they are asked for the same answer.
"""

import json
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3LdpVerifier
from pyld import jsonld

from training.credentials import badge as badges
from training.credentials import baking, checking, keys, proofs, second, statuses

from .foreign import CODES, Verifier
from .paper import EMAIL, LIST, NOW, Issuer, altered, check
from .pictures import PNG, SVG

V = checking.Verdict


@dataclass(frozen=True)
class Case:
    text: str
    ours: checking.Verdict
    theirs: str
    listed: str | None = None


def tampered(issuer: Issuer) -> dict[str, Case]:
    """What somebody may try with a good file."""
    good = issuer.issue()
    other = Issuer()
    revoked = Issuer(held=issuer.held, revoked={94567})
    without_context = issuer.badge().document()
    without_context["@context"] = without_context["@context"][:2]
    undefined = issuer.badge().document() | {"homePark": "样例园区"}
    relative = issuer.badge().document()
    relative["evidence"][0]["id"] = "evidence/1"
    stolen = json.loads(good)
    stolen["issuer"]["id"] = "did:web:elsewhere.example"
    return {
        "good": Case(good, V.VALID, "valid"),
        "mark": Case(altered(good, ["credentialSubject", "result", 0, "value"], "94"), V.FORGED, "invalid"),
        "name": Case(
            altered(good, ["credentialSubject", "identifier", 1, "identityHash"], "别人"), V.FORGED, "invalid"
        ),
        "dates": Case(altered(good, ["validUntil"], "2099-01-01T00:00:00Z"), V.FORGED, "invalid"),
        "added": Case(altered(good, ["homePark"], "样例园区"), V.FORGED, "invalid"),
        "undefined term": Case(issuer.sign(undefined), V.FORGED, "invalid"),
        "relative id": Case(issuer.sign(relative), V.FORGED, "invalid"),
        "no extensions context": Case(issuer.sign(without_context), V.FORGED, "invalid"),
        "other key": Case(other.issue(), V.FORGED, "invalid"),
        "other issuer": Case(json.dumps(stolen), V.FORGED, "invalid"),
        "no proof": Case(json.dumps({k: v for k, v in json.loads(good).items() if k != "proof"}), V.FORGED, "invalid"),
        "expired": Case(issuer.issue(valid_until=NOW - timedelta(days=1)), V.EXPIRED, "expired"),
        "not yet": Case(issuer.issue(valid_from=NOW + timedelta(days=9)), V.NOT_YET, "not-yet-valid"),
        "revoked": Case(good, V.REVOKED, "revoked", revoked.status_list()),
        "stale list": Case(good, V.UNCHECKABLE, "status-unknown", revoked.status_list(at=NOW - timedelta(hours=25))),
        "list without an end": Case(good, V.UNCHECKABLE, "status-unknown", issuer.status_list(validUntil=None)),
        "short list": Case(
            good,
            V.UNCHECKABLE,
            "status-unknown",
            issuer.status_list(credentialSubject={"encodedList": statuses.encode_bitstring([], 100_000)}),
        ),
        "forged list": Case(
            good, V.UNCHECKABLE, "status-unknown", altered(issuer.status_list(), ["validUntil"], "2099-01-01T00:00:00Z")
        ),
        "list of another key": Case(good, V.UNCHECKABLE, "status-unknown", other.status_list()),
        "another list": Case(good, V.UNCHECKABLE, "status-unknown", issuer.status_list(id=LIST.replace("/1", "/2"))),
        "list for another purpose": Case(
            good, V.UNCHECKABLE, "status-unknown", issuer.status_list(credentialSubject={"statusPurpose": "suspension"})
        ),
        "no list": Case(good, V.UNCHECKABLE, "status-unknown", ""),
        "no badge": Case('{"type": ["VerifiableCredential"]}', V.UNKNOWN, "no-badge"),
        "no json": Case("{", V.UNKNOWN, "no-badge"),
    }


NAMES = list(tampered(Issuer()))


class TestOurCheck:
    @pytest.mark.parametrize("name", NAMES)
    def test_says_what_it_is(self, issuer, name):
        case = tampered(issuer)[name]

        assert check(issuer, case.text, case.listed).verdict == case.ours

    def test_names_each_step_with_its_time(self, issuer):
        report = check(issuer, issuer.issue())

        assert [step.code for step in report.steps] == ["form", "issuer", "key", "signature", "status", "dates"]
        assert all(step.outcome == "ok" and step.at.tzinfo for step in report.steps)

    def test_a_file_nested_without_end_is_refused_quietly(self, issuer):
        assert check(issuer, "[" * 100_000).verdict == V.UNKNOWN
        assert check(issuer, '{"a":' * 40_000).verdict == V.UNKNOWN


class TestTX6ForeignVerifier:
    def test_agrees_about_every_fixture(self, issuer, foreign: Verifier):
        """One by one, so that each has an exit code of its own."""
        cases = tampered(issuer)
        groups: dict[str | None, dict[str, str]] = {}
        for name, case in cases.items():
            groups.setdefault(case.listed, {})[name] = case.text

        said: dict[str, Any] = {}
        for listed, files in groups.items():
            said |= foreign.all(files, issuer.given(listed))

        assert {name: opinion.verdict for name, opinion in said.items()} == {
            name: case.theirs for name, case in cases.items()
        }
        assert {name: opinion.code for name, opinion in said.items()} == {
            name: CODES[case.theirs] for name, case in cases.items()
        }

    def test_refuses_a_file_with_any_one_byte_changed(self, issuer, foreign: Verifier):
        good = issuer.issue().encode()
        changed = {}
        for at in range(0, len(good), 37):
            flipped = bytearray(good)
            flipped[at] ^= 1
            changed[f"byte {at}"] = bytes(flipped)

        said = foreign.all(changed, issuer.given())

        assert len(said) > 60
        assert {opinion.verdict for opinion in said.values()} <= {"invalid", "no-badge"}
        ours = {check(issuer, text.decode("utf-8", "replace")).verdict for text in changed.values()}
        assert ours <= {V.FORGED, V.UNKNOWN, V.UNCHECKABLE}

    def test_reads_our_pictures(self, issuer, foreign: Verifier):
        text = issuer.issue(name="引号 \"与\" <尖括号> & 'so' ]]> on")
        said = foreign.all({"a.png": baking.into_png(PNG, text), "a.svg": baking.into_svg(SVG, text)}, issuer.given())

        assert {opinion.verdict for opinion in said.values()} == {"valid"}


class TestTX7KeyRotation:
    def test_a_retired_key_still_vouches_for_what_it_signed(self, issuer, foreign: Verifier):
        old = issuer.issue()
        issuer.held["key-2"] = keys.generate()
        issuer.trusted.add("key-2")
        listed = issuer.status_list(fragment="key-2")

        assert check(issuer, old, listed).verdict == V.VALID
        assert foreign.one(old, issuer.given(listed)).verdict == "valid"

    def test_a_withdrawn_key_vouches_for_nothing(self, issuer, foreign: Verifier):
        old = issuer.issue()
        issuer.held["key-2"] = keys.generate()
        issuer.trusted = {"key-2"}
        listed = issuer.status_list(fragment="key-2")

        assert check(issuer, old, listed).verdict == V.FORGED
        assert foreign.one(old, issuer.given(listed)).verdict == "invalid"


class TestPitfalls:
    def test_1_read_is_not_the_same_as_clear(self, issuer, foreign: Verifier):
        """The library says `verified` of a revoked badge; the bit decides."""
        issuer.revoked = {94567}
        text = issuer.issue()

        report = check(issuer, text)

        assert report.outcome("signature") == "ok"
        assert report.outcome("status") == "bad"
        assert report.verdict == V.REVOKED
        assert foreign.one(text, issuer.given()).verdict == "revoked"

    def test_2_what_no_context_defines_is_dropped_in_silence_and_found_by_the_second_library(self, issuer):
        document = issuer.badge().document()
        more = document | {"homePark": "样例园区"}
        assert proofs.canonical(more) == proofs.canonical(document)

        with pytest.raises(second.Refused):
            second.require_sound(issuer.sign(more), keys.public_pem(issuer.held["key-1"]), issuer.did)

    def test_2_a_badge_is_built_of_typed_fields_alone(self, issuer):
        with pytest.raises(TypeError):
            issuer.badge(home_park="样例园区")

    def test_3_every_badge_names_the_extensions(self, issuer):
        contexts = issuer.badge().document()["@context"]

        assert contexts[2] == "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

    @pytest.mark.parametrize("odd", ["\u2028", "\u200b", "👩‍💻", "𪚥", "é", "\t", "\ufeff", "\x85", "\ue000"])
    def test_4_what_is_let_through_reads_alike_everywhere(self, issuer, foreign: Verifier, odd):
        text = issuer.issue(
            curriculum=badges.Curriculum(
                **{**vars(issuer.badge().curriculum), "description": f"前{odd}后", "credits_hundredths": 1}
            )
        )

        assert foreign.one(text, issuer.given()).verdict == "valid"
        assert check(issuer, text).verdict == V.VALID

    def test_4_control_characters_never_get_into_a_file(self, issuer):
        document = issuer.badge(name="二维\x00动画\x1f\x7f").document()

        assert document["name"] == "二维动画"

    def test_5_a_badge_has_one_status_and_a_file_with_more_is_not_followed(self, issuer):
        document = issuer.badge().document()
        assert isinstance(document["credentialStatus"], dict)

        document["credentialStatus"] = [document["credentialStatus"]] * 2
        assert check(issuer, issuer.sign(document)).verdict in {V.UNCHECKABLE, V.FORGED}

    def test_7_contexts_come_from_one_package_and_no_other_address_is_asked(self, issuer):
        document = issuer.badge().document()
        document["@context"] = [*document["@context"], "https://elsewhere.example/context.json"]

        with pytest.raises(jsonld.JsonLdError):
            proofs.canonical(document)

    def test_7_no_badge_depends_on_terms_that_packages_disagree_on(self, issuer):
        assert not {"endorsementJwt", "jti", "exp", "nbf"} & set(issuer.badge().document())

    def test_8_expired_and_forged_are_told_apart(self, issuer):
        expired = issuer.issue(valid_until=NOW - timedelta(days=1))
        forged = altered(expired, ["credentialSubject", "result", 0, "value"], "94")

        assert check(issuer, expired).verdict == V.EXPIRED
        assert check(issuer, expired).outcome("signature") == "ok"
        assert check(issuer, forged).verdict == V.FORGED

    def test_9_an_old_list_brings_nothing_back(self, issuer):
        """Genuine, from before the revocation."""
        before = issuer.status_list(at=NOW - timedelta(days=2))
        issuer.revoked = {94567}

        report = check(issuer, issuer.issue(), before)

        assert report.verdict == V.UNCHECKABLE
        assert report.outcome("status") == "unknown"

    def test_10_a_badge_has_one_proof(self, issuer):
        text = issuer.issue()
        assert isinstance(json.loads(text)["proof"], dict)

        two = altered(text, ["proof"], [json.loads(text)["proof"]] * 2)
        assert check(issuer, two).verdict == V.FORGED

    def test_11_a_key_inside_the_file_proves_nothing(self, issuer):
        """Somebody signs with a key of their own and brings it along."""
        thief = Issuer()
        text = thief.issue()
        brought = altered(text, ["proof", "jwk"], {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"})

        assert check(issuer, brought).verdict == V.FORGED

    def test_11_there_are_no_tokens(self, issuer):
        """Only embedded proofs: a JWT is not read as a badge."""
        assert check(issuer, "eyJhbGciOiJub25lIn0.e30.").verdict == V.UNKNOWN

    def test_13_the_address_is_compared_here_and_not_by_the_library(self, issuer):
        text = issuer.issue()
        badge = json.loads(text)

        assert badges.is_for(badge, EMAIL)
        assert badges.is_for(badge, " SAMPLE@example.org ")
        assert not badges.is_for(badge, "other@example.org")
        with pytest.raises(Exception, match="Recipient mismatch"):
            OB3LdpVerifier(keys.public_pem(issuer.held["key-1"])).verify(text, expected_recipient=EMAIL)

    def test_14_nothing_is_asked_of_the_network(self, issuer, monkeypatch):
        import socket

        def refuse(*args, **kwargs):
            raise AssertionError("the network was asked")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        text = issuer.issue()

        assert check(issuer, text).verdict == V.VALID
        stranger = altered(
            altered(text, ["issuer", "id"], "did:web:elsewhere.example"),
            ["proof", "verificationMethod"],
            "did:web:elsewhere.example#key-1",
        )
        assert check(issuer, stranger).verdict == V.ELSEWHERE

    def test_15_signing_in_many_threads_at_once_signs_the_same(self, issuer):
        document = issuer.badge().document()
        alone = issuer.sign(document)
        found: list[str] = []
        threads = [threading.Thread(target=lambda: found.append(issuer.sign(document))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert found == [alone] * 8


class TestForeignIssuer:
    def test_whose_keys_we_do_not_fetch_is_named_and_not_called_unreadable(self, issuer):
        """4.6-4: trying again later would change nothing."""
        report = check(issuer, Issuer(origin="https://elsewhere.example").issue())

        assert report.verdict == V.ELSEWHERE
        assert [(step.code, step.outcome, step.detail) for step in report.steps] == [
            ("form", "ok", ""),
            ("issuer", "unknown", "did:web:elsewhere.example"),
            ("key", "skipped", "did:web:elsewhere.example#key-1"),
        ]

    def test_our_own_document_that_cannot_be_read_is_still_said_to_be_that(self, issuer):
        sources = checking.Sources(issuer.did, lambda did: None, lambda address: None)

        assert checking.check(issuer.issue(), sources, now=NOW).verdict == V.UNCHECKABLE

    def test_a_sound_badge_of_somebody_else_is_said_to_be_that(self, issuer):
        """An issuer that is its own key, which needs no server to be asked."""
        from openbadgeslib.ob3 import did_key_from_pem

        key = keys.generate()
        did = did_key_from_pem(keys.public_pem(key))
        document = issuer.badge(issuer=badges.Party(did, "Another school")).document()
        signer = keys.KeySigner(f"{did}#{did.removeprefix('did:key:')}", key)
        text = json.dumps(proofs.signed(document, signer, NOW))

        assert check(issuer, text).verdict == V.FOREIGN
        assert check(issuer, altered(text, ["name"], "其他")).verdict == V.FORGED
