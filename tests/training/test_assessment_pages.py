"""The pages of marks and placements: what is typed is kept, links of letters do nothing by being opened."""

from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories import make_organisation
from tests.training.assessing import School
from tests.training.factories import make_cohort
from training.models import Attempt, Cohort, DriftRequest, ModerationCheck, PlacementLink
from training.services import attempts, drift, moderation, placement_links
from training.tokens import digest_of, new_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school() -> School:
    return School(placement_minutes=960)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestGrid:
    def address(self, school, name="grid", *more):
        return reverse(f"training:marking_{name}", args=[school.cohort.code, school.items[0].pk, *more])

    def test_one_row_saves_itself(self, school):
        row = school.trainee()
        answer = signed_in(school.marker).post(
            self.address(school, "row", row.pk),
            {f"mark-{row.pk}": "86.5", f"feedback-{row.pk}": "Good", f"seen-{row.pk}": ""},
            headers={"HX-Request": "true"},
        )

        assert b"Saved" in answer.content
        assert Attempt.objects.get().mark == 8_650

    def test_a_colleagues_mark_is_not_overwritten(self, school):
        row = school.trainee()
        school.mark(row, school.items[0], 7_000)
        answer = signed_in(school.second).post(
            self.address(school, "row", row.pk),
            {f"mark-{row.pk}": "90", f"seen-{row.pk}": ""},
            headers={"HX-Request": "true"},
        )

        assert b"wrote 70 meanwhile" in answer.content
        assert Attempt.objects.get().mark == 7_000

    def test_without_scripts_all_rows_at_once_and_bad_ones_keep_what_was_typed(self, school):
        good, bad = school.trainee(), school.trainee()
        answer = signed_in(school.marker).post(
            self.address(school),
            {f"mark-{good.pk}": "70", f"seen-{good.pk}": "", f"mark-{bad.pk}": "eighty", f"seen-{bad.pk}": ""},
        )

        assert answer.status_code == 422
        assert b'value="eighty"' in answer.content
        assert Attempt.objects.get().enrolment == good

    def test_a_pasted_column_with_one_bad_line_saves_nothing(self, school):
        row = school.trainee()
        client = signed_in(school.marker)
        answer = client.post(self.address(school, "paste"), {"column": f"{row.person.name}\t70\nStranger\t80"})

        assert answer.status_code == 422
        assert b"Stranger\t80" in answer.content
        assert not Attempt.objects.exists()
        client.post(self.address(school, "paste"), {"column": f"{row.person.name}\t70"})
        assert Attempt.objects.get().mark == 7_000

    def test_the_file_holds_the_marks(self, school):
        row = school.trainee()
        school.mark(row, school.items[0], 8_650)
        answer = signed_in(school.marker).get(self.address(school, "file"))

        sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
        assert sheet["A2"].value == row.person.name
        assert sheet["D2"].value == 86.5

    @pytest.mark.parametrize("name", ["training:marking_grid", "training:release", "training:result_sheet"])
    def test_questions_do_not_grow_with_trainees(self, school, name, django_assert_max_num_queries):
        def look() -> int:
            first = school.cohort.enrolments.first()
            args = [first.pk] if "sheet" in name else [school.cohort.code, school.items[0].pk]
            client = signed_in(school.manager)
            with django_assert_max_num_queries(40) as seen:
                assert client.get(reverse(name, args=args)).status_code == 200
            return len(seen)

        school.mark(school.trainee(), school.items[0], 8_000)
        one = look()
        for _n in range(9):
            school.mark(school.trainee(), school.items[0], 8_000)
        assert look() == one


class TestModerationPage:
    def test_agree_ask_and_close(self, school):
        school.mark(school.trainee(), school.items[0], 5_000)
        drawn = moderation.draw(school.cohort, school.items[0], by=school.marker)
        check = drawn.checks.get()
        address = reverse("training:moderation", args=[drawn.pk])
        client = signed_in(school.second)

        assert client.post(address, {"change": check.pk, f"comment-{check.pk}": ""}).status_code == 422
        client.post(address, {"agree": check.pk})
        client.post(address, {"close": "1"})

        assert ModerationCheck.objects.get().verdict == "agree"
        assert Attempt.objects.get().state == "moderated"
        assert signed_in(school.marker).post(address, {"agree": check.pk}).status_code == 422


class TestAppealPage:
    def test_g5_after_the_deadline_a_clear_no_and_the_words_kept(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 5_000)
        client = signed_in(attempt.enrolment.person)
        address = reverse("training:my_appeal", args=[attempt.pk])
        assert b"working days left" in client.get(address).content

        late = timezone.now() + timedelta(days=60)
        with patch("django.utils.timezone.now", return_value=late):
            answer = signed_in(attempt.enrolment.person).post(address, {"words": "Task three was right"})

        assert answer.status_code == 422
        assert b"The time for an appeal is over" in answer.content
        assert b"Task three was right" in answer.content


class TestDrift:
    def test_g7_somebody_is_asked_once_and_no_mark_changes(self, school):
        first = school.cohort
        for mark in (7_000, 7_100, 7_200, 9_900):
            school.cohort = make_cohort(school.version, shared=9, state=Cohort.State.RUNNING, host=make_organisation())
            for _n in range(8):
                school.mark(school.trainee(), school.items[0], mark)
            drawn_from = school.cohort
            school.check(school.items[0], drawn_from)
        attempts.release(Attempt.objects.all(), by=school.manager)
        before = list(Attempt.objects.order_by("pk").values_list("mark", "state"))

        assert drift.look() >= 1
        assert drift.look() == 0
        assert list(Attempt.objects.order_by("pk").values_list("mark", "state")) == before
        request = DriftRequest.objects.get(measure="mean")
        assert request.value == 9_900
        drift.answer(request, by=school.manager, words="A stronger group")
        assert drift.look() == 0
        school.cohort = first


class TestLinkPage:
    def link(self, school, purpose="confirm"):
        """A letter whose token the test knows."""
        placement = school.active()
        day = school.enter(placement, 1)
        token = new_token()
        made = placement_links.send_by_hand(placement, purpose, by=school.marker)
        PlacementLink.objects.filter(pk=made.pk).update(token_digest=digest_of(token))
        return day, reverse("training:placement_link", args=[token])

    def test_w3_opening_it_confirms_nothing(self, school):
        day, address = self.link(school)

        for _n in range(3):
            assert Client().get(address).status_code == 200
        Client().head(address)

        day.refresh_from_db()
        assert day.state == "entered"
        assert not PlacementLink.objects.filter(used_at__isnull=False, purpose="confirm").exists()

    def test_w3_sent_once_without_an_account(self, school):
        day, address = self.link(school)
        data = {f"seen-{day.pk}": day.minutes, f"answer-{day.pk}": "yes"}

        assert Client().post(address, data).status_code == 302
        assert "It is done" in Client().get(address).content.decode()
        Client().post(address, data | {f"answer-{day.pk}": "no", f"words-{day.pk}": "x"})

        day.refresh_from_db()
        assert day.state == "confirmed"

    def test_w3_a_no_needs_words(self, school):
        day, address = self.link(school)
        answer = Client().post(address, {f"seen-{day.pk}": day.minutes, f"answer-{day.pk}": "no"})

        assert answer.status_code == 422
        assert b"what is not right" in answer.content

    def test_an_unknown_token_leads_nowhere(self, client):
        assert client.get(reverse("training:placement_link", args=["x" * 43])).status_code == 404

    def test_w3_an_expired_one_says_so(self, school):
        _day, address = self.link(school)
        PlacementLink.objects.filter(purpose="confirm").update(expires_at=timezone.now())

        assert Client().get(address).status_code == 410


class TestTraineesTelephone:
    def test_today_in_two_taps(self, school):
        placement = school.active()
        client = signed_in(placement.enrolment.person)
        page = client.get(reverse("training:my_placement", args=[placement.pk])).content.decode()
        assert "Enter today" in page

        today = f"{timezone.localdate():%Y-%m-%d}"
        client.post(
            reverse("training:my_day_new", args=[placement.pk]),
            {"on": today, "begins": "09:00", "ends": "18:00", "pause_minutes": "60", "words": "Sample work"},
        )

        assert placement.days.get().minutes == 480
