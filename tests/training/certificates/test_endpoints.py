"""4.5: the addresses in signed files, as machines and people ask for them."""

import io
import json
import zipfile
from datetime import timedelta

import pikepdf
import pytest
import segno
from django.core.management import call_command
from django.utils import timezone

from tests.factories import make_organisation
from tests.reports.test_document import elements, text_of
from training.certificates import checking, keys, lists, printing
from training.credentials import badge as badges
from training.credentials import baking, proofs
from training.credentials import keys as files
from training.models import Certificate

from .paper import Issuer
from .test_revoking import revoke

VC = "application/vc"


@pytest.fixture
def certificate(school) -> Certificate:
    return school.certificate()


def path(certificate: Certificate, ending: str = "") -> str:
    return f"/credentials/{certificate.token}{ending}"


def document_of(did: str) -> str:
    """Where did:web says that its document lies."""
    host, *parts = did.removeprefix("did:web:").split(":")
    return f"https://{host}/{'/'.join(parts) or '.well-known'}/did.json"


class TestCredential:
    @pytest.mark.parametrize(
        "accept", [VC, "application/vc+ld+json", "application/ld+json", "application/json", f"{VC}, text/html;q=0.5"]
    )
    def test_gives_the_stored_bytes_to_whoever_asks_for_a_credential(self, certificate, client, accept):
        response = client.get(path(certificate), headers={"accept": accept})

        assert response.content.decode() == certificate.body
        assert response["Content-Type"].split(";")[0] == accept.split(",")[0]
        assert response["ETag"] == f'"{certificate.body_sha256}"'
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Accept" in response["Vary"].split(", ")

    @pytest.mark.parametrize("accept", ["text/html", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", ""])
    def test_gives_a_page_to_everybody_else(self, certificate, client, accept):
        response = client.get(path(certificate), headers={"accept": accept} if accept else {})

        assert response["Content-Type"].startswith("text/html")
        assert "Accept" in response["Vary"]

    def test_the_suffix_json_is_always_json_and_the_etag_saves_sending_it(self, certificate, client):
        whole = client.get(path(certificate, ".json"), headers={"accept": "text/html"})
        nothing = client.get(path(certificate, ".json"), headers={"if-none-match": whole["ETag"]})

        assert whole.content.decode() == certificate.body
        assert (nothing.status_code, nothing.content) == (304, b"")

    def test_pictures_carry_the_same_bytes(self, certificate, client, foreign):
        png, svg = (client.get(path(certificate, ending)) for ending in (".png", ".svg"))

        assert baking.out_of(png.content) == baking.out_of(svg.content) == certificate.body
        assert (png["Content-Type"], svg["Content-Type"]) == ("image/png", "image/svg+xml")
        given = {
            "https://alliance.example/.well-known/did.json": client.get("/.well-known/did.json").content.decode(),
            lists.address(1): client.get("/credentials/status/revocation/1").content.decode(),
        }
        said = foreign.all({"a.png": png.content, "b.svg": svg.content}, given)
        assert {opinion.verdict for opinion in said.values()} == {"valid"}

    def test_the_foreign_verifier_accepts_refuses_and_sees_the_revocation(self, school, certificate, client, foreign):
        """The one sentence of the issue, over the real addresses."""

        def given() -> dict[str, str]:
            return {
                "https://alliance.example/.well-known/did.json": client.get("/.well-known/did.json").content.decode(),
                lists.address(1): client.get("/credentials/status/revocation/1").content.decode(),
            }

        served = client.get(path(certificate), headers={"accept": VC}).content
        changed = served.replace(b'"Completed"', b'"completed"', 1)

        assert foreign.one(served, given()).verdict == "valid"
        assert foreign.one(changed, given()).verdict == "invalid"
        revoke(school, certificate)
        assert foreign.one(served, given()).verdict == "revoked"

    def test_revoked_ones_stay_reachable_and_say_the_category_never_the_reasons(self, school, certificate, client):
        revoke(school, certificate)

        page = client.get(path(certificate), headers={"accept-language": "en"})

        assert page.status_code == 200
        assert "Misconduct" in page.content.decode()
        assert "样例理由" not in page.content.decode()
        assert client.get(path(certificate, ".json")).content.decode() == certificate.body

    @pytest.mark.parametrize("ending", ["", ".json", ".png", ".pdf"])
    def test_an_unknown_token_is_not_found(self, school, client, ending):
        assert client.get(f"/credentials/{'a' * 22}{ending}").status_code == 404

    def test_what_the_page_shows_follows_the_consents(self, certificate, client):
        shown = client.get(path(certificate)).content.decode()
        Certificate.objects.filter(pk=certificate.pk).update(shows_name=False, shows_mark=True)
        hidden = client.get(path(certificate)).content.decode()

        assert "李伟" in shown
        assert ">84<" not in shown
        assert "李伟" not in hidden
        assert ">84<" in hidden

    def test_the_page_names_every_signed_field(self, certificate, client):
        page = client.get(path(certificate), headers={"accept-language": "en"}).content.decode()
        document = json.loads(certificate.body)

        for value in (
            document["proof"]["proofValue"],
            document["credentialSubject"]["licenseNumber"],
            document["credentialSubject"]["identifier"][0]["salt"],
            document["credentialStatus"]["statusListIndex"],
            document["credentialSchema"][0]["id"],
            document["@context"][1],
        ):
            assert value in page
        assert 'name="robots" content="noindex"' in page

    @pytest.mark.parametrize(
        ("lang", "words"), [("zh-hans", "请与手中纸质证书逐项核对"), ("en", "Compare with the paper")]
    )
    def test_it_speaks_both_languages(self, certificate, client, lang, words):
        page = client.get(f"{path(certificate)}?lang={lang}").content.decode()

        assert words in page
        assert f'href="{path(certificate)}?lang={"en" if lang == "zh-hans" else "zh-hans"}"' in page

    def test_addresses_come_from_the_setting_and_never_from_the_request(self, certificate, client):
        response = client.get("/.well-known/did.json", headers={"host": "localhost"})

        assert json.loads(response.content)["id"] == "did:web:alliance.example"
        assert json.loads(certificate.body)["id"].startswith("https://alliance.example/credentials/")


class TestDidAndList:
    def test_the_did_document_names_the_keys(self, certificate, client):
        response = client.get("/.well-known/did.json")
        document = json.loads(response.content)

        assert response["Content-Type"] == "application/did+json"
        assert response["Cache-Control"] == "public, max-age=3600"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert document["assertionMethod"] == [f"did:web:alliance.example#{keys.active().fragment}"]
        assert document["verificationMethod"][0]["type"] == "Multikey"

    @pytest.mark.parametrize(("accept", "kind"), [("*/*", VC), ("", VC), ("application/vc+jwt", "application/vc+jwt")])
    def test_the_list_is_json_unless_a_token_is_asked_for(self, certificate, client, accept, kind):
        response = client.get("/credentials/status/revocation/1", headers={"accept": accept} if accept else {})

        assert response["Content-Type"] == kind
        assert response["Cache-Control"] == "public, max-age=300"
        assert (response.content.count(b".") == 2 and not response.content.startswith(b"{")) == (kind != VC)

    def test_other_lists_do_not_exist(self, certificate, client):
        assert client.get("/credentials/status/revocation/2").status_code == 404
        assert client.get(f"/credentials/status/revocation/{10**12}").status_code == 404


class TestWhatItPointsAt:
    def test_every_address_in_the_file_answers(self, certificate, client):
        document = json.loads(certificate.body)
        achievement = document["credentialSubject"]["achievement"]
        addresses = [
            document["id"],
            achievement["id"],
            document["evidence"][0]["id"],
            document["credentialStatus"]["statusListCredential"],
            *[one["targetUrl"] for one in achievement.get("alignment", [])],
            document_of(document["issuer"]["id"]),
            document_of(achievement["creator"]["id"]),
            document_of(document["credentialSubject"]["source"]["id"]),
        ]

        for address in addresses:
            response = client.get(address.removeprefix("https://alliance.example"))
            assert response.status_code == 200, address

    @pytest.mark.parametrize(("member", "name"), [("creator", "样例大学 · Sample University"), ("source", "样例学院")])
    def test_partners_that_it_names_are_described_and_have_no_keys(self, certificate, client, member, name):
        subject = json.loads(certificate.body)["credentialSubject"]
        named = subject["achievement"]["creator"] if member == "creator" else subject["source"]

        response = client.get(document_of(named["id"]).removeprefix("https://alliance.example"))
        document = json.loads(response.content)

        assert response["Content-Type"] == "application/did+json"
        assert response["Cache-Control"] == "public, max-age=3600"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert (document["id"], document["name"]) == (named["id"], named["name"])
        assert document["name"].startswith(name)
        assert document["controller"] == "did:web:alliance.example"
        assert not {"verificationMethod", "assertionMethod", "authentication"} & set(document)

    def test_the_yearly_archive_keeps_what_a_certificate_names(self, certificate, tmp_path):
        """4.4: for the day the domain is no longer ours."""
        subject = json.loads(certificate.body)["credentialSubject"]
        named = {subject["achievement"]["creator"]["id"], subject["source"]["id"]}
        file = tmp_path / "archive.zip"

        call_command("issuer_keys", "archive", str(file), stdout=io.StringIO())

        with zipfile.ZipFile(file) as kept:
            assert kept.read(f"certificates/{certificate.number}.json").decode() == certificate.body
            described = {json.loads(kept.read(name))["id"] for name in kept.namelist() if name.startswith("issuers/")}
        assert named <= described

    def test_an_organisation_that_no_certificate_names_has_no_document(self, certificate, client):
        assert client.get(f"/issuers/{make_organisation().slug}/did.json").status_code == 404
        assert client.get("/issuers/nobody/did.json").status_code == 404

    def test_nothing_is_signed_by_a_partner(self, certificate):
        """Somebody with a key of their own takes the name of one."""
        creator = json.loads(certificate.body)["credentialSubject"]["achievement"]["creator"]["id"]
        thief = Issuer()
        document = thief.badge(issuer=badges.Party(creator, "样例大学")).document()
        signer = files.KeySigner(f"{creator}#key-1", thief.held["key-1"])

        text = json.dumps(proofs.signed(document, signer, timezone.now().replace(microsecond=0)))

        assert checking.of_text(text).verdict == checking.Verdict.FORGED

    def test_the_version_gives_its_json_as_certificates_hold_it(self, certificate, client):
        inside = json.loads(certificate.body)["credentialSubject"]["achievement"]
        where = inside["id"].removeprefix("https://alliance.example")

        found = json.loads(client.get(where, headers={"accept": "application/ld+json"}).content)

        assert {key: found[key] for key in inside if key != "resultDescription"} == {
            key: inside[key] for key in inside if key != "resultDescription"
        }
        assert next(one["id"] for one in found["resultDescription"]).endswith("#final")

    def test_evidence_names_nobody_who_does_not_want_it(self, certificate, client):
        where = f"/evidence/{certificate.evidence.get().token}"
        Certificate.objects.filter(pk=certificate.pk).update(shows_name=False)

        page = client.get(where).content.decode()

        assert "128" in page
        assert "李伟" not in page

    def test_the_keys_page_tells_what_happened(self, certificate, client):
        keys.compromise(keys.active(), by=None, incident_zh="样例事故", incident_en="A sample incident")

        assert "A sample incident" in client.get("/credentials/keys?lang=en").content.decode()


class TestPrints:
    @pytest.mark.parametrize(
        ("ending", "zh", "en"),
        [
            (".pdf", "结业证书", "Certificate of Completion"),
            (".transcript.pdf", "学习成绩单", "Transcript of Learning"),
        ],
    )
    def test_are_tagged_say_it_in_both_languages_and_lead_to_the_page(self, certificate, client, ending, zh, en):
        response = client.get(path(certificate, ending))

        assert response["Content-Type"] == "application/pdf"
        with pikepdf.open(io.BytesIO(response.content)) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert "/StructTreeRoot" in pdf.Root
            with pdf.open_metadata() as metadata:
                assert metadata["dc:title"] == f"{zh} · {en} {certificate.number}"
                assert metadata["pdfuaid:part"] == "1"
            said = "".join(text_of(pdf).split())
            texts_of_pictures = [str(figure.Alt) for figure in elements(pdf, "Figure")]
        for words in (
            zh,
            en,
            certificate.number,
            certificate.address,
            certificate.version.title_zh,
            certificate.version.title_en,
            "中国文化产业园区区域联盟",
            "China Cultural Industry Park Regional Alliance",
            "样例大学 · Sample University",
        ):
            assert "".join(words.split()) in said, words
        assert f"核验地址 {certificate.address}" in texts_of_pictures
        assert len(response.content) > 10_000

    def test_the_code_holds_the_address_of_the_page(self, certificate):
        code = io.BytesIO()
        segno.make(certificate.address, error="m", micro=False).save(
            code, kind="svg", border=2, xmldecl=False, svgns=True, scale=4
        )

        said = printing.page(printing.loaded().get(pk=certificate.pk), with_name=True, with_mark=True)

        assert certificate.address == json.loads(certificate.body)["id"]
        assert said["address"] == certificate.address
        assert said["svg"] == code.getvalue().decode()

    def test_the_transcript_has_the_mark_of_each_unit(self, certificate):
        row = printing.loaded().get(pk=certificate.pk)
        shown, hidden = (printing.page(row, with_name=True, with_mark=wanted) for wanted in (True, False))

        assert [unit["mark"] for unit in shown["units"]] == ["81", "87"]
        assert (shown["mark"], hidden["mark"], [unit["mark"] for unit in hidden["units"]]) == ("84", "", ["", ""])

    def test_five_hundred_are_one_job(self, school, certificate):
        """One document with a page for each; tried with fewer."""
        from alliance.core.jobs import running
        from training.certificates import batches

        other = school.certificate()
        job = batches.print_batch([certificate, other], what="certificates", by=school.officer)
        running.run(job.pk)
        job.refresh_from_db()

        assert (job.state, job.result) == ("done", {"printed": 2})
        assert batches.MOST >= 500
        row = printing.loaded().get(pk=certificate.pk)
        pages = [printing.page(row, with_name=True, with_mark=True)] * 30
        with pikepdf.open(io.BytesIO(printing.pdf_of(pages, "certificates", made_at=timezone.now()))) as pdf:
            assert len(pdf.pages) == 30


class TestBatch:
    def test_is_one_job_and_one_refusal_keeps_nobody_from_theirs(self, school, facts):
        from alliance.core.jobs import running
        from training.certificates import batches

        good, bad = school.approved(), school.approved()
        bad.enrolment.person.name = "李炜"
        bad.enrolment.person.save()
        job = batches.issue_batch([good, bad], by=school.officer)
        assert batches.issue_batch([bad, good], by=school.officer) == job

        running.run(job.pk)

        job.refresh_from_db()
        assert job.state == "done"
        assert (len(job.result["issued"]), list(job.result["refused"])) == (1, [str(bad.pk)])

    def test_asks_for_the_right_again_when_it_runs(self, school):
        from alliance.core.jobs import running
        from training.certificates import batches

        job = batches.issue_batch([school.approved()], by=school.officer)
        school.officer.duties.update(ends_on=timezone.localdate() - timedelta(days=1))

        running.run(job.pk)

        job.refresh_from_db()
        assert (job.state, job.error) == ("failed", "not_allowed")
        assert not Certificate.objects.exists()
