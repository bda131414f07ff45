"""X-15 and 4.6: what the page and the prints of a certificate show, and what they keep to themselves."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alliance.accounts import personal_data
from tests.training.factories import make_version
from training.certificates import batches, consents, issuing, printing
from training.credentials import second
from training.models import Certificate, CurriculumVersion

HIDDEN = "In the signed file; the holder does not show it here."


@pytest.fixture
def full(school) -> Certificate:
    """Name and mark are signed into the file, and the holder shows both."""
    trainee = school.trainee()
    consents.wish(trainee, by=trainee.person, name_in_file=True, mark_in_file=True)
    return school.certificate(trainee, shows_mark=True, is_searchable=True)


@pytest.fixture
def printed(monkeypatch) -> list[dict]:
    """The pages that prints are set from."""
    pages: list[dict] = []

    def keep(given, what, *, made_at):
        pages.extend(given)
        return b"%PDF-1.7"

    monkeypatch.setattr(printing, "pdf_of", keep)
    return pages


def page(client, certificate: Certificate) -> str:
    return client.get(f"/credentials/{certificate.token}?lang=en").content.decode()


def withdraw(certificate: Certificate, *named: str) -> None:
    for consent in named:
        consents.decide(certificate, consent, False, by=certificate.person)


def close_account(certificate: Certificate) -> None:
    for source in personal_data.sources():
        if source.model.startswith("training."):
            source.end(certificate.person)


class TestX15SignedAndNotShown:
    def test_both_stand_on_the_page_while_the_holder_shows_them(self, full, client):
        shown = page(client, full)

        assert "李伟" in shown
        assert ">84<" in shown
        assert HIDDEN not in shown

    def test_a_withdrawn_consent_takes_the_name_off_the_page_and_leaves_the_mark(self, full, client):
        withdraw(full, "shows_name")
        shown = page(client, full)

        assert "李伟" not in shown
        assert ">84<" in shown
        assert shown.count(HIDDEN) == 1

    def test_and_the_mark_likewise(self, full, client):
        withdraw(full, "shows_mark")
        shown = page(client, full)

        assert "李伟" in shown
        assert ">84<" not in shown
        assert shown.count(HIDDEN) == 1

    def test_the_holder_still_sees_all_of_it(self, full, client):
        withdraw(full, "shows_name", "shows_mark")
        client.force_login(full.person)
        shown = page(client, full)

        assert "李伟" in shown
        assert ">84<" in shown
        assert HIDDEN not in shown

    def test_the_file_stays_and_whoever_brings_it_reads_every_field(self, full, client):
        """4.6-3: the full table is for those who have the file."""
        withdraw(full, "shows_name", "shows_mark")
        file = client.get(f"/credentials/{full.token}.json").content

        response = client.post(
            "/en/verify/", {"by_file": "1", "file": SimpleUploadedFile("badge.json", file)}
        ).content.decode()

        assert file.decode() == full.body
        assert "李伟" in response
        assert ">84<" in response

    def test_whoever_brings_the_number_reads_what_the_holder_shows(self, full, client):
        withdraw(full, "shows_name", "shows_mark")

        response = client.post("/en/verify/", {"number": full.number, "name": "李", "by_number": "1"})
        said = response.content.decode()

        assert response.context["verdict"].code == "valid"
        assert "李伟" not in said
        assert ">84<" not in said
        assert said.count(HIDDEN) == 2

    @pytest.mark.parametrize("ending", [".pdf", ".transcript.pdf"])
    def test_prints_follow_the_consents(self, full, client, printed, ending):
        client.get(f"/credentials/{full.token}{ending}")
        withdraw(full, "shows_name", "shows_mark")
        client.get(f"/credentials/{full.token}{ending}")

        assert [(one["name"], one["mark"]) for one in printed] == [("李伟", "84"), ("", "")]
        assert [unit["mark"] for unit in printed[1]["units"]] == ["", ""]
        assert "李伟" not in json.dumps(printed[1], ensure_ascii=False)

    def test_closing_the_account_takes_them_off_the_page_the_prints_and_the_batch(self, school, full, client, printed):
        from alliance.core.jobs import running

        close_account(full)
        shown = page(client, full)
        client.get(f"/credentials/{full.token}.pdf")
        running.run(batches.print_batch([full], what="certificates", by=school.officer).pk)

        assert "李伟" not in shown
        assert ">84<" not in shown
        assert [(one["name"], one["mark"]) for one in printed] == [("", ""), ("", "")]


class TestDatesOfACertificate:
    def test_one_that_ran_out_says_the_day(self, school, client, monkeypatch):
        certificate = school.certificate()
        ended = certificate.valid_until
        assert "Expired" not in page(client, certificate)

        monkeypatch.setattr(timezone, "now", lambda: ended + timedelta(seconds=1))
        response = client.get(f"/credentials/{certificate.token}?lang=en")

        assert response.status_code == 200
        assert f"Expired on {timezone.localtime(ended):%Y-%m-%d}" in response.content.decode()
        assert 'data-verdict="expired"' in response.content.decode()

    def test_one_whose_time_has_not_begun_says_from_when(self, school, client, monkeypatch):
        """Signed by a portal whose clock was two days ahead."""
        ahead = timezone.now() + timedelta(days=2)
        require_sound = second.require_sound

        def of_that_clock(*args):
            # The library looks at the real clock.
            with pytest.raises(second.OutsideItsDates):
                require_sound(*args)

        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda: ahead)
            patched.setattr(issuing.second, "require_sound", of_that_clock)
            certificate = school.certificate()

        shown = page(client, certificate)

        assert f"Not valid before {timezone.localtime(ahead):%Y-%m-%d}" in shown
        assert 'data-verdict="not_yet"' in shown


class TestPageOfAVersion:
    def test_it_shows_its_state_and_what_followed_it(self, school, client):
        """4.5: certificates point at it for good, whatever became of it."""
        version = school.certificate().version
        address = f"/curricula/{version.curriculum.code}/versions/{version.number}"
        before = client.get(f"{address}?lang=en").content.decode()
        CurriculumVersion.objects.filter(pk=version.pk).update(state="superseded")
        successor = make_version(version.curriculum.programme, curriculum=version.curriculum, major=2)

        after = client.get(f"{address}?lang=en").content.decode()
        following = f"/curricula/{version.curriculum.code}/versions/{successor.number}"
        newest = client.get(f"{following}?lang=en").content.decode()

        assert ">Published<" in before
        assert "There is a later version" not in before
        assert ">Superseded<" in after
        assert "There is a later version" in after
        assert f'href="{following}"' in after
        assert ">Published<" in newest
        assert "There is a later version" not in newest
