"""Pitfalls 3, 5 and 6: the form of a certificate by the official schema where it can be fetched, and by ours always."""

import json
import time
from typing import Any

import jsonschema
import pytest
from jsonschema.validators import validator_for

from tests.official import NotFetched, Official
from training.credentials.badge import SCHEMA

from .paper import Issuer
from .shape import CERTIFICATE

OFFICIAL = Official(SCHEMA, "achievementcredential.json", has="credentialSubject")


def complaints(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    found = validator_for(schema, default=jsonschema.Draft201909Validator)(schema).iter_errors(document)
    return sorted(f"{error.json_path}: {error.message[:200]}" for error in found)


def signed(**changes: Any) -> dict[str, Any]:
    return json.loads(Issuer().issue(**changes))


def broken() -> dict[str, dict[str, Any]]:
    """What neither schema may let through; each differs from a good file in one place."""

    def but(path: str, value: Any = None) -> dict[str, Any]:
        document: Any = signed()
        place, *way = document, *path.split(".")
        for step in way[:-1]:
            place = place[int(step) if step.isdigit() else step]
        if value is None:
            del place[way[-1]]
        else:
            place[way[-1]] = value
        return document

    status = signed()["credentialStatus"]
    return {
        "no issuer": but("issuer"),
        "no name": but("name"),
        "name in two languages": but("name", {"zh": "样例", "en": "Sample"}),
        "no start": but("validFrom"),
        "a date without a zone": but("validUntil", "2029-07-01T15:59:59"),
        "two statuses": but("credentialStatus", [status, status]),
        "no achievement": but("credentialSubject.achievement"),
        "no criteria": but("credentialSubject.achievement.criteria"),
        "a number as result": but("credentialSubject.result.0.value", 84),
        "an own achievement type": but("credentialSubject.achievement.achievementType", "AllianceCertificate"),
        "no type": but("type"),
    }


BROKEN = broken()


class TestOurShape:
    """Runs whether or not there is a network."""

    def test_a_certificate_has_it(self):
        assert complaints(CERTIFICATE, signed()) == []

    def test_so_has_one_with_nothing_optional(self):
        bare = signed(valid_until=None, mark=None, evidence=(), began=None, ended=None)

        assert complaints(CERTIFICATE, bare) == []

    @pytest.mark.parametrize("name", list(BROKEN))
    def test_it_can_say_no(self, name):
        assert complaints(CERTIFICATE, BROKEN[name]) != []

    def test_an_extension_context_is_named(self):
        """Without it the signature fails in safe mode elsewhere (4.7-3)."""
        document = signed()
        document["@context"] = document["@context"][:2]

        assert complaints(CERTIFICATE, document) != []

    def test_every_certificate_names_the_official_schema(self):
        assert [one["id"] for one in signed()["credentialSchema"]] == [SCHEMA]


@pytest.fixture
def schema() -> dict[str, Any]:
    """The official one; without it the tests are skipped, and say that it was not fetched."""
    try:
        return OFFICIAL.schema()
    except NotFetched as missing:
        pytest.skip(str(missing))


class TestOfficialSchema:
    def test_a_certificate_is_valid(self, schema):
        assert complaints(schema, signed()) == []

    def test_so_is_one_with_nothing_optional(self, schema):
        assert complaints(schema, signed(valid_until=None, mark=None, evidence=(), began=None, ended=None)) == []

    def test_it_refuses_what_ours_refuses(self, schema):
        assert [name for name, document in BROKEN.items() if not complaints(schema, document)] == []


class TestFetching:
    FOUND = json.dumps({"$id": SCHEMA, "properties": {"credentialSubject": {}}}).encode()

    def test_is_read_once_and_kept(self, tmp_path):
        asked: list[str] = []

        def reader(address: str) -> bytes:
            asked.append(address)
            return self.FOUND

        first, second = (OFFICIAL.schema(tmp_path, reader) for _ in range(2))

        assert first == second == json.loads(self.FOUND)
        assert asked == [SCHEMA]

    def test_a_failure_names_what_was_not_fetched_and_is_believed_for_a_while(self, tmp_path):
        asked: list[str] = []

        def reader(address: str) -> bytes:
            asked.append(address)
            raise OSError("no such name")

        for _ in range(2):
            with pytest.raises(NotFetched) as refused:
                OFFICIAL.schema(tmp_path, reader)
            assert SCHEMA in str(refused.value)
            assert "no such name" in str(refused.value)
        assert asked == [SCHEMA]

    @pytest.mark.parametrize("answer", [b"<html>sign in to this network</html>", b'{"properties": {}}', b"[]"])
    def test_another_answer_is_not_taken_for_it(self, tmp_path, answer):
        with pytest.raises(NotFetched, match="what came"):
            OFFICIAL.schema(tmp_path, lambda address: answer)

    def test_silence_holds_nobody_up(self, tmp_path):
        began = time.monotonic()

        with pytest.raises(NotFetched, match="no answer within"):
            OFFICIAL.schema(tmp_path, lambda address: time.sleep(5) or b"", patience=0.05)

        assert time.monotonic() - began < 2
