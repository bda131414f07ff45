import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from alliance.core import jobs
from alliance.core.jobs import running
from alliance.core.models import AuditEvent, Job
from alliance.notifications.models import Notice
from tests.core.counting import COUNTING
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class TestRequest:
    def test_a_double_click_makes_one_job(self):
        person = make_user()

        first = jobs.request(COUNTING, by=person, upto=3)
        second = jobs.request(COUNTING, by=person, upto=3)

        assert first == second
        assert jobs.request(COUNTING, by=person, upto=4) != first
        assert jobs.request(COUNTING, by=make_user("Other"), upto=3) != first

    def test_who_may_not_gets_none(self):
        with pytest.raises(PermissionDenied):
            jobs.request(COUNTING, by=None, upto=3)
        assert not Job.objects.exists()

    def test_nobody_has_more_than_five_of_a_kind_under_way(self):
        person = make_user()
        for number in range(5):
            jobs.request(COUNTING, by=person, upto=number)

        with pytest.raises(jobs.TooMany):
            jobs.request(COUNTING, by=person, upto=9)


class TestRun:
    def test_ends_with_its_file_its_result_and_a_notice(self):
        person = make_user()
        job = jobs.request(COUNTING, by=person, upto=3)

        running.run(job.pk)
        running.run(job.pk)

        job.refresh_from_db()
        assert (job.state, job.done, job.total, job.result) == ("done", 3, 3, {"counted": 3})
        assert job.content.read() == b"1\n2\n3\n"
        assert job.attempts == 1
        assert Notice.objects.filter(recipient=person).count() == 1
        verbs = list(AuditEvent.objects.filter(object_id=str(job.pk)).order_by("seq").values_list("verb", flat=True))
        assert verbs == ["job.requested", "job.done"]

    def test_a_wish_to_stop_that_came_too_late_for_progress_still_counts(self):
        job = jobs.request(COUNTING, by=make_user(), upto=0)
        Job.objects.update(cancel_requested=True)

        running.run(job.pk)

        job.refresh_from_db()
        assert (job.state, bool(job.content)) == ("cancelled", False)

    def test_a_person_who_left_gets_nothing(self):
        person = make_user()
        job = jobs.request(COUNTING, by=person, upto=3)
        type(person).objects.update(is_active=False)

        running.run(job.pk)

        job.refresh_from_db()
        assert (job.state, job.error) == ("failed", "not_allowed")


class TestPages:
    def test_file_is_fetched_by_its_reader_alone(self, client):
        person = make_user()
        job = jobs.request(COUNTING, by=person, upto=2)
        running.run(job.pk)
        url = reverse("core:job_file", args=[job.pk])

        client.force_login(make_user("Other"))
        assert client.get(url).status_code == 404

        client.force_login(person)
        response = client.get(url)
        assert b"".join(response.streaming_content) == b"1\n2\n"
        assert AuditEvent.objects.filter(verb="job.fetched", object_id=str(job.pk)).exists()
