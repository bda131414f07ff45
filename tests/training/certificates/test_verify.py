"""4.6: what strangers are told, by number, by file, and when something is wrong on our side."""

import json
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alliance.core import limits
from alliance.notifications.models import Notice
from training.certificates import checking, lists
from training.credentials import baking
from training.credentials.checking import Verdict
from training.models import Certificate, StatusList

from .paper import Issuer, altered
from .pictures import PNG, SVG
from .rows import make_training_desk
from .test_revoking import revoke

ADDRESS = "/en/verify/"


@pytest.fixture
def certificate(school) -> Certificate:
    return school.certificate(is_searchable=True)


def by_number(client, number: str, name: str):
    return client.post(ADDRESS, {"number": number, "name": name, "by_number": "1"})


def by_file(client, content: bytes | str, name: str = "badge.json"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(ADDRESS, {"by_file": "1", "file": SimpleUploadedFile(name, data)})


def verdict(response) -> str:
    return response.context["verdict"].code


class TestByNumber:
    def test_number_and_family_name_lead_to_the_verdict_and_every_field(self, certificate, client):
        response = by_number(client, certificate.number.lower().replace("-", " "), "李")

        assert verdict(response) == "valid"
        text = response.content.decode()
        assert 'aria-live="polite"' in text
        assert json.loads(certificate.body)["proof"]["proofValue"] in text
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"

    @pytest.mark.parametrize(
        ("holder", "typed", "fits"),
        [
            ("李伟", "李", True),
            ("李伟", "李伟", True),
            ("欧阳修文", "欧阳", True),
            ("Li Wei", "li", True),
            ("Li Wei", "WEI", True),
            ("Ana María Ruiz", "ruiz", True),
            ("李伟", "王", False),
            ("李伟", "伟", False),
            ("Li Wei", "L", False),
            ("李伟", "", False),
        ],
    )
    def test_a_family_name_is_enough(self, holder, typed, fits):
        assert checking._fits(holder, typed) == fits

    def test_no_such_number_another_name_and_no_consent_answer_alike_in_content_and_time(self, certificate, client):
        known, unknown = certificate.number, "CC-ANI201-2026-000123-42"
        took, answers = [], []
        for number, name, consent in ((unknown, "李", True), (known, "王", True), (known, "李", False)):
            Certificate.objects.filter(pk=certificate.pk).update(is_searchable=consent)
            began = time.monotonic()
            response = by_number(client, number, name)
            took.append(time.monotonic() - began)
            assert verdict(response) == "unknown"
            said = response.context
            answers.append((said["verdict"].title, said["verdict"].text, len(said["steps"]), said["certificate"]))

        assert len(set(answers)) == 1
        assert min(took) >= checking.AT_LEAST

    def test_what_is_no_number_is_unknown_too(self, certificate, client):
        assert verdict(by_number(client, "12345", "李")) == "unknown"
        assert by_number(client, "", "").status_code == 422

    def test_ten_a_minute_for_one_address(self, certificate, client, settings):
        settings.RATE_LIMITS = True
        limits._here.clear()
        found = [by_number(client, "CC-1", "").status_code for _ in range(12)]

        assert found.count(429) >= 1
        assert found[:10].count(429) == 0

    def test_search_is_off_until_the_holder_says_so(self, school, client):
        assert verdict(by_number(client, school.certificate().number, "李")) == "unknown"


class TestByFile:
    def test_json_pictures_and_text_are_all_read(self, certificate, client):
        for file in (certificate.body, baking.into_png(PNG, certificate.body), baking.into_svg(SVG, certificate.body)):
            assert verdict(by_file(client, file)) == "valid"
        response = client.post(ADDRESS, {"by_file": "1", "text": json.dumps(json.loads(certificate.body), indent=4)})
        assert verdict(response) == "valid"

    def test_one_changed_mark_is_not_genuine(self, certificate, client):
        changed = altered(certificate.body, ["credentialSubject", "result", 0, "value"], "999")

        assert verdict(by_file(client, changed)) == "forged"

    @pytest.mark.parametrize("file", [b"hello", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"{}", b"\x00" * 100])
    def test_what_is_no_badge_is_said_to_be_none(self, school, client, file):
        assert verdict(by_file(client, file)) == "unknown"

    def test_another_issuer_is_named_as_that(self, school, client):
        """4.6-4: no server is asked on a stranger's behalf, so the page says whose it is and where to check it."""
        stranger = Issuer(origin="https://elsewhere.example")

        response = by_file(client, stranger.issue())

        assert verdict(response) == "elsewhere"
        said = response.content.decode()
        assert "Another issuer, not checked here: did:web:elsewhere.example" in said
        assert "We do not fetch the keys of other issuers" in said
        assert "try again" not in str(response.context["verdict"].text)
        assert "--resolve-did" in said

    def test_another_issuer_that_takes_the_address_of_ours_leads_to_no_page(self, certificate, client):
        stranger = Issuer(origin="https://elsewhere.example")

        response = by_file(client, stranger.issue(address=certificate.address))

        assert verdict(response) == "elsewhere"
        assert response.context["certificate"] is None

    def test_what_is_uploaded_is_never_stored(self, certificate, client, settings, tmp_path):
        kept = tmp_path / "kept"
        kept.mkdir()
        settings.FILE_UPLOAD_TEMP_DIR = str(kept)
        settings.MEDIA_ROOT = str(kept)
        large = b"{" + b" " * (baking.LARGEST - 10) + b"}"

        by_file(client, large)
        response = by_file(client, b"{" + b" " * (baking.LARGEST * 2))

        assert list(kept.iterdir()) == []
        assert response.status_code in {200, 422}

    def test_an_empty_form_says_what_is_missing(self, school, client):
        assert client.post(ADDRESS, {"by_file": "1"}).status_code == 422


class TestVerdicts:
    def test_revoked_says_day_and_category(self, school, certificate, client):
        revoke(school, certificate)

        response = by_number(client, certificate.number, "李")

        assert verdict(response) == "revoked"
        assert "Misconduct" in response.content.decode()

    def test_an_unreadable_list_is_never_shown_as_not_revoked(self, certificate, monkeypatch):
        monkeypatch.setattr(lists, "find", lambda address: None)

        finding = checking.of_certificate(certificate)

        assert finding.verdict == Verdict.UNCHECKABLE
        assert next(step.outcome for step in finding.steps if step.code == "status") == "unknown"

    def test_a_register_that_says_otherwise_raises_an_alarm(self, school, certificate):
        """Somebody put an old list back: the row says revoked, the list does not."""
        desk = make_training_desk()
        old = StatusList.objects.get().signed
        lists.served(1)
        old = StatusList.objects.get().signed
        revoke(school, certificate)
        StatusList.objects.update(signed=old)

        for _ in range(2):
            assert checking.of_certificate(certificate).verdict == Verdict.UNCONFIRMED

        assert Notice.objects.filter(event__kind="training.certificate_mismatch", recipient=desk).count() == 1

    def test_a_file_signed_with_our_key_and_not_in_the_register_is_not_confirmed(self, certificate):
        from training.certificates import keys
        from training.credentials import proofs

        document = json.loads(certificate.body)
        document.pop("proof")
        document["id"] = document["id"][:-22] + "b" * 22
        signed = proofs.signed(document, keys.signer_of(keys.active()), certificate.valid_from)

        assert checking.of_text(json.dumps(signed)).verdict == Verdict.UNCONFIRMED

    def test_the_page_and_its_part_are_one_markup(self, certificate, client):
        part = client.post(
            reverse("training:verify"),
            {"number": certificate.number, "name": "李", "by_number": "1"},
            headers={"hx-request": "true"},
        )

        assert part.content.decode().strip().startswith('<div id="verified"')

    def test_it_counts_nobody(self, certificate, client):
        """No table grows by being looked at."""
        from alliance.core.models import AuditEvent
        from training.models import CertificateEvent

        before = (AuditEvent.objects.count(), CertificateEvent.objects.count())
        by_number(client, certificate.number, "李")
        client.get(certificate.get_absolute_url())

        assert (AuditEvent.objects.count(), CertificateEvent.objects.count()) == before
