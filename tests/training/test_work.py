"""Handing work in (3.6, scheduled → submitted): who may, what is taken, who may read it, and that nothing is lost."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from alliance.accounts import personal_data
from alliance.core.errors import RuleBroken
from alliance.core.files import make_renditions
from alliance.core.models import AuditEvent, StoredFile
from tests.core.documents import GOOD, object_stream, pdf
from tests.factories import make_duty, make_user
from training.models import Appeal, Attempt, WorkFile
from training.services import appeals, attempts, moderation, work

from .assessing import School

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_memory(monkeypatch):
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())
    with translation.override("en"):
        yield


@pytest.fixture
def school() -> School:
    return School()


def sent(name: str = "work.pdf", body: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, GOOD[name] if body is None else body)


def handed_in(enrolment, item, name: str = "work.pdf") -> WorkFile:
    row = work.hand_in(enrolment, item, sent(name), by=enrolment.person)
    make_renditions(row.file_id)
    row.refresh_from_db()
    return row


def signed_in(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def reads(person, row: WorkFile) -> int:
    return signed_in(person).get(reverse("training:work_file", args=[row.file.token])).status_code


class TestHandIn:
    def test_the_first_file_opens_the_first_attempt_and_hands_it_in(self, school):
        enrolment, item = school.trainee(), school.items[0]

        first = handed_in(enrolment, item)
        second = handed_in(enrolment, item, "all.zip")

        attempt = Attempt.objects.get()
        assert (attempt.number, attempt.state) == (1, "submitted")
        assert attempt.submitted_at is not None
        assert list(attempt.files.all()) == [first, second]
        verbs = AuditEvent.objects.filter(object_type="training.attempt").order_by("seq").values_list("verb", flat=True)
        assert list(verbs) == ["attempt.scheduled", "attempt.file_added", "attempt.submit", "attempt.file_added"]

    def test_a_planned_resit_takes_it(self, school):
        enrolment, item = school.trainee(), school.items[0]
        school.tell(enrolment, item, 3_000)
        resit = attempts.schedule(enrolment, item, by=school.marker)

        assert handed_in(enrolment, item).attempt_id == resit.pk
        resit.refresh_from_db()
        assert resit.state == "submitted"

    def test_while_it_is_marked_or_after_nothing_is_added(self, school):
        enrolment, item = school.trainee(), school.items[0]
        handed_in(enrolment, item)
        school.mark(enrolment, item, 3_000)

        with pytest.raises(RuleBroken, match="being marked"):
            work.hand_in(enrolment, item, sent(), by=enrolment.person)
        school.check(item)
        attempts.release(Attempt.objects.all(), by=school.manager)
        with pytest.raises(RuleBroken, match="This attempt is marked"):
            work.hand_in(enrolment, item, sent(), by=enrolment.person)
        assert WorkFile.objects.count() == StoredFile.objects.count() == 1

    def test_five_files_and_no_more(self, school):
        enrolment, item = school.trainee(), school.items[0]
        for _number in range(work.MOST):
            handed_in(enrolment, item)

        with pytest.raises(RuleBroken, match="At most 5 files"):
            work.hand_in(enrolment, item, sent(), by=enrolment.person)

    def test_only_while_the_cohort_is_under_way(self, school):
        enrolment = school.trainee()
        type(school.cohort).objects.filter(pk=school.cohort.pk).update(state="enrolling")

        with pytest.raises(RuleBroken, match="not under way"):
            work.hand_in(enrolment, school.items[0], sent(), by=enrolment.person)
        assert not Attempt.objects.exists()

    def test_nobody_hands_in_for_others(self, school):
        with pytest.raises(PermissionDenied):
            work.hand_in(school.trainee(), school.items[0], sent(), by=make_user())
        assert not StoredFile.objects.exists()

    def test_a_file_that_is_refused_opens_no_attempt(self, school):
        enrolment = school.trainee()

        with pytest.raises(RuleBroken, match="is PNG by its content"):
            work.hand_in(enrolment, school.items[0], sent("work.pdf", GOOD["hall.png"]), by=enrolment.person)
        assert not Attempt.objects.exists()


class TestTakeBack:
    def test_the_wrong_file_goes_for_good_once_the_right_one_is_there(self, school):
        enrolment, item = school.trainee(), school.items[0]
        wrong = handed_in(enrolment, item)
        with pytest.raises(RuleBroken, match="all you handed in"):
            work.take_back(wrong, by=enrolment.person)
        right = handed_in(enrolment, item, "all.zip")

        work.take_back(wrong, by=enrolment.person)

        assert list(WorkFile.objects.all()) == [right]
        assert StoredFile.objects.get() == right.file

    def test_a_file_that_was_kept_back_may_always_go(self, school):
        enrolment, item = school.trainee(), school.items[0]
        row = work.hand_in(enrolment, item, sent(body=pdf(object_stream(b"<</S/JavaScript>>"))), by=enrolment.person)
        make_renditions(row.file_id)

        work.take_back(row, by=enrolment.person)

        assert not StoredFile.objects.exists()

    def test_not_once_somebody_marked_it_and_never_by_others(self, school):
        enrolment, item = school.trainee(), school.items[0]
        row = handed_in(enrolment, item)
        handed_in(enrolment, item)
        with pytest.raises(PermissionDenied):
            work.take_back(row, by=school.marker)
        school.mark(enrolment, item, 7_000)

        with pytest.raises(RuleBroken, match="being marked"):
            work.take_back(row, by=enrolment.person)
        assert WorkFile.objects.count() == 2


class TestWhoReads:
    def test_the_trainee_and_whoever_marks(self, school):
        row = handed_in(school.trainee(), school.items[0])

        assert reads(row.attempt.enrolment.person, row) == reads(school.marker, row) == reads(school.second, row) == 200
        for other in (make_user(), school.trainee().person, school.awarding, school.host):
            assert reads(other, row) == 404

    def test_a_line_manager_and_the_home_park_keep_distance(self, school):
        """G-1."""
        enrolment = school.trainee()
        row = handed_in(enrolment, school.items[0])
        at_home = make_duty(make_user(), enrolment.park.organisation, "trainer").person
        attempts.name_manager(enrolment, school.marker, by=enrolment.person)

        assert reads(school.marker, row) == reads(at_home, row) == 404
        assert reads(school.second, row) == 200

    def test_the_awarding_partner_once_it_is_in_a_sample(self, school):
        """G-2."""
        enrolment, item = school.trainee(), school.items[0]
        row = handed_in(enrolment, item)
        school.mark(enrolment, item, 3_000)
        assert reads(school.awarding, row) == 404

        moderation.draw(school.cohort, item, by=school.marker)

        assert reads(school.awarding, row) == 200

    def test_the_awarding_partner_once_there_is_an_appeal(self, school):
        """G-5."""
        enrolment, item = school.trainee(), school.items[0]
        row = handed_in(enrolment, item)
        attempt = school.tell(enrolment, item, 8_000)
        attempt.checks.all().delete()
        assert reads(school.awarding, row) == 404

        appeals.appeal(attempt, by=enrolment.person, words="请再看")

        assert Appeal.objects.get().attempt == attempt
        assert reads(school.awarding, row) == 200

    def test_until_it_was_checked_nobody(self, school):
        enrolment = school.trainee()
        row = work.hand_in(enrolment, school.items[0], sent(), by=enrolment.person)

        assert reads(enrolment.person, row) == reads(school.marker, row) == 404

    def test_it_comes_as_a_download_that_runs_nothing_and_stays_in_no_cache(self, school):
        row = handed_in(school.trainee(), school.items[0])

        answer = signed_in(school.marker).get(reverse("training:work_file", args=[row.file.token]))

        assert answer["Content-Disposition"].startswith("attachment")
        assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]


class TestPages:
    def test_the_trainee_hands_in_several_and_reads_why_one_was_not_taken(self, school):
        enrolment, item = school.trainee(), school.items[0]
        client = signed_in(enrolment.person)
        address = reverse("training:my_work", args=[enrolment.pk, item.pk])
        assert address in client.get(reverse("training:my_results", args=[enrolment.pk])).content.decode()

        answer = client.post(address, {"files": [sent("work.docx"), sent("talk.pptx", b""), sent("all.zip")]})

        assert answer.status_code == 422
        assert "“talk.pptx” is empty." in answer.content.decode()
        assert WorkFile.objects.count() == 2

    def test_too_large_is_told_by_name(self, school, settings):
        settings.DOCUMENT_MAX_BYTES = settings.PICTURE_MAX_BYTES = 1024 * 1024
        enrolment, item = school.trainee(), school.items[0]

        answer = signed_in(enrolment.person).post(
            reverse("training:my_work", args=[enrolment.pk, item.pk]),
            {"files": sent("work.pdf", b"%PDF-1.7" + b"0" * 3 * 1024 * 1024)},
        )

        assert answer.status_code == 422
        assert "“work.pdf” is larger than 1 MB." in answer.content.decode()

    def test_markers_moderators_and_appeal_deciders_find_it_beside_the_mark(self, school):
        enrolment, item = school.trainee(), school.items[0]
        row = handed_in(enrolment, item)
        link = reverse("training:work_file", args=[row.file.token])
        grid = reverse("training:marking_grid", args=[school.cohort.code, item.pk])
        assert link in signed_in(school.marker).get(grid).content.decode()
        school.mark(enrolment, item, 3_000)
        drawn = moderation.draw(school.cohort, item, by=school.marker)
        sample = reverse("training:moderation", args=[drawn.pk])
        assert link in signed_in(school.second).get(sample).content.decode()
        for check in drawn.checks.all():
            moderation.say(check, "agree", by=school.second)
        moderation.close(drawn, by=school.second)
        attempts.release(Attempt.objects.all(), by=school.manager)
        made = appeals.appeal(Attempt.objects.get(), by=enrolment.person, words="请再看")

        page = signed_in(school.awarding).get(reverse("training:appeal", args=[made.pk]))

        assert link in page.content.decode()


class TestPersonalData:
    """Platform 6.64: the copy names the files; closing forgets what they were called, and they stay with the mark."""

    def test_the_copy_and_the_end(self, school):
        enrolment = school.trainee()
        row = handed_in(enrolment, school.items[0])
        source = next(each for each in personal_data.sources() if each.code == "training_work")

        assert [line["file__original_name"] for line in source.exported(enrolment.person)] == ["work.pdf"]
        for each in personal_data.sources():
            if each.code == "uploads":
                each.end(enrolment.person)

        row.file.refresh_from_db()
        assert row.file.original_name == "file.pdf"
        assert WorkFile.objects.get().attempt == row.attempt
